import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'approvals';
export const approvalShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  subjectKind: z.string(),
  subjectId: z.string(),
  title: z.string(),
  /** The subject as it was when the request was made. */
  snapshot: z.record(z.string(), z.unknown()),
  state: z.enum(['open', 'approved', 'refused', 'withdrawn']),
  requestedBy: z.string(),
  requestedByName: z.string(),
  requestedAt: z.string(),
  decidedAt: z.string().nullable(),
  decisions: z.array(z.strictObject({ decision: z.string(), comment: z.string(), by: z.string(), at: z.string() })),
  can: z.strictObject({ decide: z.boolean(), withdraw: z.boolean() }),
});
export type ApprovalView = z.infer<typeof approvalShape>;

export const listApprovals = endpoint({
  method: 'GET',
  path: '/approvals',
  tag,
  summary: 'Requests I made or may decide',
  access: 'signed-in',
  query: z.strictObject({ ...pageQuery, state: z.enum(['open', 'approved', 'refused', 'withdrawn']).default('open') }),
  response: pageOf(approvalShape),
});
export const decideApproval = endpoint({
  method: 'POST',
  path: '/approvals/:id/decision',
  tag,
  summary: 'Approve, refuse or withdraw; the effect happens in the same transaction',
  access: 'signed-in',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    decision: z.enum(['approve', 'refuse', 'withdraw']),
    comment: z.string().max(2000).default(''),
  }),
  response: approvalShape,
});
