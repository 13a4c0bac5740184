import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { snapshotField } from './flow-shapes.ts';

const tag = 'approvals';
export const approvalStates = ['open', 'returned', 'approved', 'refused', 'withdrawn'] as const;
const comment = z.string().trim().max(2000);
const optionalComment = comment.default('');

const can = z.strictObject({
  decide: z.boolean(),
  withdraw: z.boolean(),
  sendBack: z.boolean(),
  resubmit: z.boolean(),
  addSigner: z.boolean(),
  comment: z.boolean(),
});

/** One entry of the trail: who did what, for whom, in which step. */
const trailEntry = z.strictObject({
  decision: z.string(),
  comment: z.string(),
  by: z.string(),
  /** Whom the delegate stood in for. */
  onBehalfOf: z.string().nullable(),
  step: z.string().nullable(),
  target: z.string().nullable(),
  at: z.string(),
});

export const approvalShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  subjectKind: z.string(),
  subjectId: z.string(),
  title: z.string(),
  /** The subject as it was when the request was made. */
  snapshot: z.record(z.string(), z.unknown()),
  fields: z.array(snapshotField),
  customer: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  state: z.enum(approvalStates),
  round: z.number().int(),
  /** Number of the frozen flow version; null: the default single step. */
  flowNumber: z.number().int().nullable(),
  requestedBy: z.string(),
  requestedByName: z.string(),
  requestedAt: z.string(),
  decidedAt: z.string().nullable(),
  /** Names of the steps now open. */
  openSteps: z.array(z.string()),
  dueAt: z.string().nullable(),
  decisions: z.array(trailEntry),
  can,
});
export type ApprovalView = z.infer<typeof approvalShape>;

const difference = z.strictObject({ key: z.string(), from: z.unknown(), to: z.unknown() });
export type Difference = z.infer<typeof difference>;

const assignee = z.strictObject({
  userId: z.string(),
  name: z.string(),
  state: z.enum(['waiting', 'approved', 'refused', 'cancelled']),
  escalated: z.boolean(),
  away: z.boolean(),
  /** Who decides in the person's place now, or did. */
  standIn: z.string().nullable(),
});
export const approvalStepShape = z.strictObject({
  id: z.string(),
  name: z.string(),
  position: z.number().int(),
  state: z.enum(['waiting', 'open', 'done', 'skipped', 'refused', 'cancelled']),
  mode: z.enum(['any', 'all']),
  minimum: z.number().int(),
  /** Name of the permission whose holders may decide; null: only the named people. */
  permission: z.strictObject({ zh: z.string(), en: z.string() }).nullable(),
  added: z.boolean(),
  dueAt: z.string().nullable(),
  overdue: z.boolean(),
  assignees: z.array(assignee),
});

export const approvalDetail = approvalShape.extend({
  steps: z.array(approvalStepShape),
  /** What the requester changed since the round before. */
  changedSinceLast: z.array(difference),
  /** What changed in the subject since it was submitted. */
  changedSince: z.array(difference),
  subjectGone: z.boolean(),
  subjectPath: z.string().nullable(),
});
export type ApprovalDetail = z.infer<typeof approvalDetail>;

export const listApprovals = endpoint({
  method: 'GET',
  path: '/approvals',
  tag,
  summary: 'Requests: mine to decide, mine requested, decided by me, of my team; newest first',
  access: 'signed-in',
  query: z.strictObject({
    ...pageQuery,
    box: z.enum(['decide', 'requested', 'done', 'team']).optional(),
    state: z.enum(approvalStates).optional(),
    kind: z.string().max(60).optional(),
    customerId: z.uuid().optional(),
  }),
  response: pageOf(approvalShape),
});

export const countApprovals = endpoint({
  method: 'GET',
  path: '/approvals/count',
  tag,
  summary: 'How many requests wait for me or came back to me (at most 100 are counted)',
  access: 'signed-in',
  response: z.strictObject({ decide: z.number().int(), returned: z.number().int() }),
});

export const getApproval = endpoint({
  method: 'GET',
  path: '/approvals/:id',
  tag,
  summary: 'A request with its path, trail and what changed since',
  access: 'signed-in',
  params: idParams,
  response: approvalDetail,
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
    comment: optionalComment,
    /** The decider has seen that the subject changed after it was submitted. */
    acceptChanges: z.boolean().default(false),
  }),
  response: approvalShape,
});

export const decideMany = endpoint({
  method: 'POST',
  path: '/approvals/decisions',
  tag,
  summary: 'Decide several requests; each succeeds or fails by itself',
  access: 'signed-in',
  body: z.strictObject({
    decision: z.enum(['approve', 'refuse']),
    comment: optionalComment,
    items: z
      .array(z.strictObject({ id: z.uuid(), version: z.number().int() }))
      .min(1)
      .max(100),
  }),
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        ok: z.boolean(),
        state: z.enum(approvalStates).nullable(),
        /** Why not: the code of an error message. */
        code: z.string().nullable(),
      }),
    ),
  }),
});

export const sendBackApproval = endpoint({
  method: 'POST',
  path: '/approvals/:id/return',
  tag,
  summary: 'Send back to an earlier step, or to the requester',
  access: 'signed-in',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ toStep: z.uuid().nullable().default(null), comment: comment.min(1) }),
  response: approvalShape,
});

export const resubmitApproval = endpoint({
  method: 'POST',
  path: '/approvals/:id/resubmission',
  tag,
  summary: 'Submit a returned request again, with the subject as it is now',
  access: 'signed-in',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ comment: optionalComment }),
  response: approvalShape,
});

export const addSigner = endpoint({
  method: 'POST',
  path: '/approvals/:id/signers',
  tag,
  summary: 'Add somebody who must also decide: before, after or beside the present step',
  access: 'signed-in',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    userId: z.uuid(),
    place: z.enum(['before', 'after', 'parallel']),
    comment: optionalComment,
  }),
  response: approvalShape,
});

export const commentApproval = endpoint({
  method: 'POST',
  path: '/approvals/:id/comments',
  tag,
  summary: 'Comment on a request without deciding',
  access: 'signed-in',
  params: idParams,
  status: 201,
  idempotent: true,
  body: z.strictObject({ comment: comment.min(1) }),
  response: approvalShape,
});
