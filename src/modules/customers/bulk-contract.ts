import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { valueSources } from '#shared/fields.ts';
import { countShape, idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { customerQuery } from './contract.ts';

const tag = 'customers';
const change = z.strictObject({
  query: customerQuery,
  values: z.record(z.string(), z.unknown()).default({}),
  /** Adds to or takes from multi-choice fields instead of replacing them. */
  add: z.record(z.string(), z.array(z.string()).max(50)).default({}),
  remove: z.record(z.string(), z.array(z.string()).max(50)).default({}),
  ownerId: z.uuid().nullable().optional(),
  /** Instead of changing values: `trash`, or `confirm` as right as they stand. */
  step: z.string().max(40).optional(),
  /** Where the new values come from; without it, verified values stay as they are. */
  source: z.enum(valueSources).optional(),
  reason: z.string().max(500).optional(),
});

export const previewBulkChange = endpoint({
  method: 'POST',
  path: '/customers/bulk-changes/preview',
  tag,
  summary: 'What a bulk edit would change, with examples',
  access: 'customer:update',
  body: change,
  response: z.strictObject({
    count: countShape,
    examples: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        changes: z.record(z.string(), z.strictObject({ from: z.unknown(), to: z.unknown() })),
      }),
    ),
    /** Names of the users, customers and people the examples link to, by id. */
    labels: z.record(z.string(), z.string()),
  }),
});

export const startBulkChange = endpoint({
  method: 'POST',
  path: '/customers/bulk-changes',
  tag,
  summary: 'Edit all matching customers in a background job; can be undone',
  access: 'customer:update',
  status: 202,
  idempotent: true,
  body: change,
  response: z.strictObject({ jobId: z.string(), batchId: z.string() }),
});

/** Customers a bulk edit of mine left as they were: the first thousand by name, all of them counted. */
export const listBulkFailures = endpoint({
  method: 'GET',
  path: '/customers/bulk-changes/:id/failures',
  tag,
  summary: 'How many customers a bulk edit of mine has changed, and which it could not, with the reason',
  access: 'customer:update',
  params: idParams,
  query: z.strictObject(pageQuery),
  response: pageOf(
    z.strictObject({
      /** Null: out of the caller's reach by now. */
      customer: z.strictObject({ id: z.string(), number: z.string(), name: z.string() }).nullable(),
      field: z.string().nullable(),
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ).extend({ changed: z.number().int(), failed: z.number().int() }),
});

/** Undoes a bulk edit: values somebody changed since are kept and listed. */
export const undoBulkChange = endpoint({
  method: 'POST',
  path: '/customers/bulk-changes/:id/undoing',
  tag,
  summary: 'Undo a bulk edit; what somebody changed since stays and is listed',
  access: 'customer:update',
  params: idParams,
  status: 202,
  response: z.strictObject({ jobId: z.string() }),
});
