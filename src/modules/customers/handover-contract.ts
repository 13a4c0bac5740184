import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'ownership';
const person = z.strictObject({ id: z.string(), name: z.string() });

export const handoverView = z.strictObject({
  id: z.string(),
  kind: z.enum(['transfer', 'standIn']),
  from: person,
  to: person,
  fromOn: z.string(),
  toOn: z.string().nullable(),
  reason: z.string(),
  state: z.enum(['planned', 'moving', 'moved', 'returned', 'failed', 'cancelled']),
  customers: z.number().int(),
  createdAt: z.string(),
  version: z.number().int(),
  can: z.strictObject({ end: z.boolean() }),
});
export type HandoverView = z.infer<typeof handoverView>;

export const listHandovers = endpoint({
  method: 'GET',
  path: '/handovers',
  tag,
  summary: 'Hand-overs the caller gave, gets or arranged, newest first',
  access: 'customer:read',
  query: z.strictObject(pageQuery),
  response: pageOf(handoverView),
});

const whose = { fromUserId: z.uuid(), customerIds: z.array(z.uuid()).min(1).max(10_000).optional() };

export const previewHandover = endpoint({
  method: 'POST',
  path: '/handovers/preview',
  tag,
  summary: 'What would move: customers and what hangs on them',
  access: 'customer:assign',
  body: z.strictObject(whose),
  response: z.strictObject({
    customers: z.number().int(),
    /** Further things by the name of the module's part. */
    parts: z.array(z.strictObject({ name: z.string(), count: z.number().int() })),
  }),
});

export const startHandover = endpoint({
  method: 'POST',
  path: '/handovers',
  tag,
  summary: 'Hand customers over, for good or for a time; moved by a job on its day',
  access: 'customer:assign',
  status: 201,
  idempotent: true,
  body: z.strictObject({
    ...whose,
    toUserId: z.uuid(),
    kind: z.enum(['transfer', 'standIn']),
    fromOn: z.iso.date().optional(),
    toOn: z.iso.date().optional(),
    reason: z.string().trim().max(500).default(''),
  }),
  response: handoverView,
});

export const endHandover = endpoint({
  method: 'POST',
  path: '/handovers/:id/return',
  tag,
  summary: 'Give the customers of a stand-in back before its last day, or call off what waits for its first',
  access: 'customer:assign',
  params: idParams,
  ifMatch: true,
  response: handoverView,
});

export const handoverItems = endpoint({
  method: 'GET',
  path: '/handovers/:id/items',
  tag,
  summary: 'The customers that moved, each with its brief',
  access: 'customer:read',
  params: idParams,
  query: z.strictObject(pageQuery),
  response: pageOf(
    z.strictObject({
      id: z.string(),
      customerId: z.string(),
      name: z.string(),
      number: z.string(),
      grade: z.string().nullable(),
      lastContactAt: z.string().nullable(),
      nextStepAt: z.string().nullable(),
      returnedAt: z.string().nullable(),
      /** Lines other modules gave: what is open. */
      open: z.array(z.string()),
    }),
  ),
});
