import { z } from 'zod';
import { type Condition, condition } from '#shared/conditions.ts';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'revisions';
export const revisionResults = ['grown', 'stable', 'shrinking', 'lost'] as const;
export type RevisionResult = (typeof revisionResults)[number];
const proposalStates = ['open', 'accepted', 'declined'] as const;
const scope: z.ZodType<Condition | null> = condition.nullable();

export const revisionShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  name: z.string(),
  state: z.enum(['preparing', 'open', 'closed']),
  scheduled: z.boolean(),
  scope,
  dueOn: z.string(),
  overdue: z.boolean(),
  /** Of the whole revision for who may start one; else of the customers the caller sees. */
  customers: z.number().int(),
  decided: z.number().int(),
  /** The caller's own list. */
  mine: z.strictObject({ customers: z.number().int(), open: z.number().int() }),
  createdAt: z.string(),
  by: z.string(),
  closedAt: z.string().nullable(),
});
export type RevisionView = z.infer<typeof revisionShape>;

export const listRevisions = endpoint({
  method: 'GET',
  path: '/revisions',
  tag,
  summary: 'Full revisions, newest first',
  access: 'customer:read',
  query: z.strictObject(pageQuery),
  response: pageOf(revisionShape),
});
export const createRevision = endpoint({
  method: 'POST',
  path: '/revisions',
  tag,
  summary: 'Start a full revision of the customers of a condition; the lists are made in the background',
  access: 'revision:manage',
  status: 201,
  idempotent: true,
  body: z.strictObject({
    name: z.string().trim().min(1).max(80),
    scope: condition.optional(),
    dueOn: z.iso.date(),
  }),
  response: revisionShape,
});

const counts = {
  total: z.number().int(),
  grown: z.number().int(),
  stable: z.number().int(),
  shrinking: z.number().int(),
  lost: z.number().int(),
};
const ownerProgress = z.strictObject({
  ownerId: z.string().nullable(),
  name: z.string().nullable(),
  /** Away today. */
  away: z.boolean(),
  ...counts,
});
export type OwnerProgress = z.infer<typeof ownerProgress>;
export const getRevision = endpoint({
  method: 'GET',
  path: '/revisions/:id',
  tag,
  summary: 'A full revision with its progress by owner and its results',
  access: 'customer:read',
  params: idParams,
  response: revisionShape.extend({
    owners: z.array(ownerProgress),
    total: z.strictObject(counts),
    /** Reasons given most often, by result. */
    reasons: z.array(z.strictObject({ result: z.enum(revisionResults), why: z.string(), customers: z.number().int() })),
    /** Open proposals of another grade, by move; `acceptable` are those of customers the caller may change. */
    proposals: z.array(
      z.strictObject({
        from: z.string().nullable(),
        to: z.string(),
        customers: z.number().int(),
        acceptable: z.number().int(),
      }),
    ),
    can: z.strictObject({ close: z.boolean(), reclassify: z.boolean() }),
  }),
});
export const closeRevision = endpoint({
  method: 'POST',
  path: '/revisions/:id/closing',
  tag,
  summary: 'End a full revision; results can no longer be changed',
  access: 'revision:manage',
  params: idParams,
  ifMatch: true,
  response: revisionShape,
});

/** What a customer bought and when it was last spoken with; a fact the caller may not read is left out. Amounts: major units. */
export const revisionFacts = z.strictObject({
  lastContactAt: z.string().nullable().optional(),
  lastPurchaseOn: z.string().nullable().optional(),
  purchaseTotal12m: z.number().nullable().optional(),
  /** The twelve months before those. */
  purchaseTotalBefore: z.number().nullable().optional(),
});
export type RevisionFacts = z.infer<typeof revisionFacts>;

export const revisionItem = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  customer: z.strictObject({
    id: z.string(),
    number: z.string(),
    name: z.string(),
    grade: z.string().nullable(),
    ownerName: z.string().nullable(),
    trashed: z.boolean(),
  }),
  result: z.enum(revisionResults).nullable(),
  why: z.string().nullable(),
  decidedAt: z.string().nullable(),
  by: z.string().nullable(),
  facts: revisionFacts,
  /** Another grade the result speaks for. */
  proposal: z.strictObject({ state: z.enum(proposalStates), from: z.string().nullable(), to: z.string() }).nullable(),
  can: z.strictObject({ decide: z.boolean(), reclassify: z.boolean() }),
});
export type RevisionItem = z.infer<typeof revisionItem>;
export const listRevisionItems = endpoint({
  method: 'GET',
  path: '/revisions/:id/items',
  tag,
  summary: 'Customers of a full revision the caller may see',
  access: 'customer:read',
  params: idParams,
  query: z.strictObject({
    ...pageQuery,
    state: z.enum(['open', 'decided', 'all']).default('all'),
    result: z.enum(revisionResults).optional(),
    /** What the summary counts of an owner, or of nobody (`none`); `mine` are the caller's customers as they are now. */
    owner: z.union([z.enum(['mine', 'none']), z.uuid()]).optional(),
    proposal: z.enum(proposalStates).optional(),
    /** A reason, word for word. */
    why: z.string().max(500).optional(),
  }),
  response: pageOf(revisionItem),
});
export const decideRevisionItem = endpoint({
  method: 'PUT',
  path: '/revision-items/:id/result',
  tag,
  summary: 'Say how a customer stands and why',
  access: 'customer:update',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ result: z.enum(revisionResults), why: z.string().trim().max(500).default('') }),
  response: revisionItem,
});

export const decideProposal = endpoint({
  method: 'PUT',
  path: '/revision-items/:id/reclassification',
  tag,
  summary: 'Accept or decline the grade a result proposes; accepting changes the customer, with the reason',
  access: 'revision:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ decision: z.enum(['accept', 'decline']) }),
  response: revisionItem,
});
export const acceptProposals = endpoint({
  method: 'POST',
  path: '/revisions/:id/reclassification',
  tag,
  summary: 'Accept all grades a revision proposes for customers the caller may change, as a job',
  access: 'revision:manage',
  params: idParams,
  status: 202,
  response: z.strictObject({ jobId: z.string() }),
});

export const revisionSettings = z.strictObject({
  version: z.number().int(),
  months: z.number().int(),
  days: z.number().int(),
  scope,
  nextOn: z.string(),
});
export type RevisionSettings = z.infer<typeof revisionSettings>;
export const getRevisionSettings = endpoint({
  method: 'GET',
  path: '/revision-settings',
  tag,
  summary: 'How often a full revision starts by itself',
  access: 'revision:manage',
  response: revisionSettings,
});
export const updateRevisionSettings = endpoint({
  method: 'PUT',
  path: '/revision-settings',
  tag,
  summary: 'Change how often a full revision starts by itself',
  access: 'revision:manage',
  ifMatch: true,
  body: z.strictObject({
    months: z.number().int().min(0).max(24),
    days: z.number().int().min(1).max(180),
    scope,
    nextOn: z.iso.date(),
  }),
  response: revisionSettings,
});
