import { z } from 'zod';
import { condition } from '#shared/conditions.ts';
import { endpoint } from '#shared/endpoint.ts';
import { countShape, idParams } from '#shared/pages.ts';

const tag = 'quality';
export const cleanupQueues = ['invalid', 'outdated', 'silent'] as const;
export type CleanupQueue = (typeof cleanupQueues)[number];

export const listCleanup = endpoint({
  method: 'GET',
  path: '/cleanup',
  tag,
  summary: 'Queues of customers to clean up: wrong contact points, outdated values, long silent',
  access: 'customer:read',
  response: z.strictObject({
    items: z.array(z.strictObject({ key: z.enum(cleanupQueues), condition, count: countShape })),
  }),
});

export const confirmCustomer = endpoint({
  method: 'POST',
  path: '/customers/:id/confirmation',
  tag,
  summary: 'Say that the customer is still right as it stands; it leaves the queues for half a year',
  access: 'customer:update',
  params: idParams,
  body: z.strictObject({ note: z.string().trim().max(500).optional() }),
  response: z.strictObject({ confirmedOn: z.string() }),
});

export const withdrawConfirmation = endpoint({
  method: 'DELETE',
  path: '/customers/:id/confirmation',
  tag,
  summary:
    'Take back your own latest confirmation: the customer stands in its queues as before. 409 when another change of it came after',
  access: 'customer:update',
  params: idParams,
  response: z.strictObject({ confirmedOn: z.string().nullable() }),
});
