import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { customerKinds } from '#shared/fields.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'ownership';
const statement = z.string().trim().min(1).max(5000);
const person = z.strictObject({ id: z.string(), name: z.string() });
export const conflictFileLimit = 20 * 1024 * 1024;

const ruling = z.strictObject({
  owner: z.enum(['claimant', 'holder']),
  /** The other one may go on working on the customer. */
  collaborator: z.boolean(),
  /** So many days the customer cannot return to a pool; 0: no lock. */
  lockDays: z.number().int().min(0).max(365),
  reason: z.string().trim().min(1).max(2000),
});
export type Ruling = z.infer<typeof ruling>;

const rowShape = {
  id: z.string(),
  version: z.number().int(),
  state: z.enum(['open', 'ruled', 'dismissed', 'withdrawn']),
  /** The customer's name; for whoever may not see it, the claimant's words. */
  name: z.string(),
  /** Null for whoever may not see the customer. */
  customer: z.strictObject({ id: z.string(), number: z.string() }).nullable(),
  claimant: person,
  /** Null for whoever may not see the customer. */
  holder: person.nullable(),
  openedAt: z.string(),
  decidedAt: z.string().nullable(),
};
const conflictRow = z.strictObject(rowShape);

export const conflictShape = z.strictObject({
  ...rowShape,
  statements: z.array(z.strictObject({ id: z.string(), by: person, body: z.string(), at: z.string() })),
  files: z.array(
    z.strictObject({ fileId: z.string(), name: z.string(), size: z.number().int(), by: person, at: z.string() }),
  ),
  /** What each of the two did with the customer, by the log. */
  parties: z.array(
    z.strictObject({
      user: person,
      recordedFirst: z.boolean(),
      firstAt: z.string().nullable(),
      lastAt: z.string().nullable(),
      counts: z.record(z.string(), z.number().int()),
    }),
  ),
  /** The steps that tell who came first and who did the work, oldest first. */
  evidence: z.array(z.strictObject({ id: z.string(), at: z.string(), kind: z.string(), by: z.string() })),
  ruling: ruling.nullable(),
  ruledBy: z.string().nullable(),
  approvalId: z.string().nullable(),
  can: z.strictObject({ state: z.boolean(), rule: z.boolean() }),
});
export type ConflictView = z.infer<typeof conflictShape>;

export const listConflicts = endpoint({
  method: 'GET',
  path: '/conflicts',
  tag,
  summary: 'Conflicts about customers in which the caller claims, holds or may rule, newest first',
  access: 'signed-in',
  query: z.strictObject({ ...pageQuery, state: z.enum(['open', 'closed']).optional() }),
  response: pageOf(conflictRow),
});

export const getConflict = endpoint({
  method: 'GET',
  path: '/conflicts/:id',
  tag,
  summary: 'One conflict with statements, files and evidence, as far as the caller may know',
  access: 'signed-in',
  params: idParams,
  response: conflictShape,
});

/** From the create form: the customer that stops the creation may be one the caller must not see. */
export const raiseConflict = endpoint({
  method: 'POST',
  path: '/conflicts',
  tag,
  summary: 'Claim the customer that has the same phone, email, code or name and belongs to somebody else',
  access: 'conflict:raise',
  status: 201,
  idempotent: true,
  body: z.strictObject({ kind: z.enum(customerKinds), values: z.record(z.string(), z.unknown()), statement }),
  response: conflictShape,
});

export const raiseConflictOf = endpoint({
  method: 'POST',
  path: '/customers/:id/conflicts',
  tag,
  summary: 'Claim a customer that belongs to somebody else',
  access: 'conflict:raise',
  params: idParams,
  status: 201,
  idempotent: true,
  body: z.strictObject({ statement }),
  response: conflictShape,
});

export const addStatement = endpoint({
  method: 'POST',
  path: '/conflicts/:id/statements',
  tag,
  summary: 'Say something in a conflict one takes part in',
  access: 'signed-in',
  params: idParams,
  status: 201,
  idempotent: true,
  body: z.strictObject({ body: statement }),
  response: conflictShape,
});

export const attachConflictFile = endpoint({
  method: 'POST',
  path: '/conflicts/:id/files',
  tag,
  summary: 'Attach a file as evidence',
  access: 'signed-in',
  params: idParams,
  status: 201,
  upload: true,
  response: conflictShape,
});

export const downloadConflictFile = endpoint({
  method: 'GET',
  path: '/conflicts/:id/files/:fileId',
  tag,
  summary: 'Download a file of a conflict',
  access: 'signed-in',
  params: idParams.extend({ fileId: z.uuid() }),
  download: 'application/octet-stream',
  response: z.undefined(),
});

export const setRuling = endpoint({
  method: 'PUT',
  path: '/conflicts/:id/ruling',
  tag,
  summary: 'Write down the ruling; approving the request applies it',
  access: 'conflict:rule',
  params: idParams,
  ifMatch: true,
  body: ruling,
  response: conflictShape,
});
