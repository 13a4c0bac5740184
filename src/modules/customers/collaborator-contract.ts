import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams } from '#shared/pages.ts';

const tag = 'ownership';
const params = idParams.extend({ userId: z.uuid() });
const collaborators = z.strictObject({
  items: z.array(
    z.strictObject({ userId: z.string(), name: z.string(), access: z.enum(['read', 'write']), since: z.string() }),
  ),
  can: z.strictObject({ update: z.boolean() }),
});

export const listCollaborators = endpoint({
  method: 'GET',
  path: '/customers/:id/collaborators',
  tag,
  summary: 'People beside the owner who may read or work on the customer',
  access: 'customer:read',
  params: idParams,
  response: collaborators,
});

export const setCollaborator = endpoint({
  method: 'PUT',
  path: '/customers/:id/collaborators/:userId',
  tag,
  summary: 'Let somebody read or work on the customer',
  access: 'customer:collaborate',
  params,
  body: z.strictObject({ access: z.enum(['read', 'write']) }),
  response: collaborators,
});

export const removeCollaborator = endpoint({
  method: 'DELETE',
  path: '/customers/:id/collaborators/:userId',
  tag,
  summary: 'End a collaboration',
  access: 'customer:collaborate',
  params,
  status: 204,
  response: z.undefined(),
});
