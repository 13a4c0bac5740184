import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams } from '#shared/pages.ts';

const tag = 'customers';
const view = z.strictObject({
  id: z.string(),
  object: z.string(),
  name: z.string(),
  shared: z.boolean(),
  mine: z.boolean(),
  query: z.strictObject({
    columns: z.array(z.strictObject({ key: z.string().max(60), width: z.number().int().min(40).max(1000) })).max(100),
    sort: z.string().max(60),
    filter: z.unknown().optional(),
    q: z.string().max(200).optional(),
  }),
  version: z.number().int(),
});
export type SavedView = z.infer<typeof view>;

export const listViews = endpoint({
  method: 'GET',
  path: '/views',
  tag,
  summary: 'Own and shared saved views',
  access: 'customer:read',
  response: z.strictObject({ items: z.array(view) }),
});

export const createView = endpoint({
  method: 'POST',
  path: '/views',
  tag,
  summary: 'Save columns, order, condition and search as a view',
  access: 'customer:read',
  status: 201,
  idempotent: true,
  body: z.strictObject({
    name: z.string().trim().min(1).max(80),
    shared: z.boolean().default(false),
    query: view.shape.query,
  }),
  response: view,
});

export const updateView = endpoint({
  method: 'PATCH',
  path: '/views/:id',
  tag,
  summary: 'Change an own saved view',
  access: 'customer:read',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    name: z.string().trim().min(1).max(80).optional(),
    shared: z.boolean().optional(),
    query: view.shape.query.optional(),
  }),
  response: view,
});

export const deleteView = endpoint({
  method: 'DELETE',
  path: '/views/:id',
  tag,
  summary: 'Delete an own saved view',
  access: 'customer:read',
  params: idParams,
  status: 204,
  response: z.undefined(),
});
