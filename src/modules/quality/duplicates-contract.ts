import { z } from 'zod';
import { contactShape } from '#modules/contacts/contract.ts';
import { customerCard } from '#modules/customers/contract.ts';
import { endpoint } from '#shared/endpoint.ts';
import { customerKinds } from '#shared/fields.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'duplicates';

export const pairStates = ['open', 'later', 'same', 'different', 'merged'] as const;
const party = z.strictObject({
  id: z.string(),
  number: z.string(),
  name: z.string(),
  kind: z.enum(customerKinds),
  grade: z.string().nullable(),
  ownerName: z.string().nullable(),
});

/** Two customers that may be one. */
export const duplicatePair = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  score: z.number(),
  /** What was compared: column of the engine, level of agreement (0 the same … 5 different), bits of evidence. */
  reasons: z.array(z.strictObject({ column: z.string(), level: z.number().int(), bits: z.number() })),
  state: z.enum(pairStates),
  foundBy: z.enum(['sweep', 'import', 'typing']),
  foundAt: z.string(),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  note: z.string().nullable(),
  a: party,
  b: party,
});
export type DuplicatePair = z.infer<typeof duplicatePair>;

export const listDuplicates = endpoint({
  method: 'GET',
  path: '/duplicates',
  tag,
  summary: 'Pairs of customers that may be the same, the surest first',
  access: 'customer:merge',
  query: z.strictObject({
    ...pageQuery,
    state: z.enum(pairStates).default('open'),
    minScore: z.coerce.number().min(0).max(1).default(0),
    customerId: z.uuid().optional(),
    batchId: z.uuid().optional(),
  }),
  response: pageOf(duplicatePair),
});

export const decideDuplicate = endpoint({
  method: 'PUT',
  path: '/duplicates/:id/decision',
  tag,
  summary: 'Decide whether two customers are the same; the decision is remembered',
  access: 'customer:merge',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    decision: z.enum(['open', 'later', 'same', 'different']),
    note: z.string().trim().max(500).optional(),
  }),
  response: duplicatePair,
});

/** The latest sweep over the base. */
export const sweepShape = z.strictObject({
  /** For who started it. */
  jobId: z.string().nullable(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  total: z.number().int(),
  checked: z.number().int(),
  found: z.number().int(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
});
export const latestSweep = endpoint({
  method: 'GET',
  path: '/duplicates/sweep',
  tag,
  summary: 'The latest sweep for duplicates, and the latest that went through the whole base',
  access: 'customer:merge',
  response: z.strictObject({
    sweep: sweepShape.nullable(),
    whole: z.strictObject({ finishedAt: z.string(), checked: z.number().int(), found: z.number().int() }).nullable(),
  }),
});
export const startSweepEndpoint = endpoint({
  method: 'POST',
  path: '/duplicates/sweep',
  tag,
  summary: 'Look through the whole base for duplicates',
  access: 'duplicate:sweep',
  status: 202,
  response: z.strictObject({ jobId: z.string() }),
});

const share = z.number().min(0.01).max(0.999);
export const duplicateSettings = z.strictObject({
  version: z.number().int(),
  /** Shown while typing from this score … */
  suggestFrom: z.number(),
  /** … put into the queue from this … */
  listFrom: z.number(),
  /** … and creation asks for a yes from this. */
  stopFrom: z.number(),
});
export type DuplicateSettings = z.infer<typeof duplicateSettings>;
export const getDuplicateSettings = endpoint({
  method: 'GET',
  path: '/duplicates/settings',
  tag,
  summary: 'Thresholds of the duplicate check',
  access: 'customer:merge',
  response: duplicateSettings,
});
export const updateDuplicateSettings = endpoint({
  method: 'PUT',
  path: '/duplicates/settings',
  tag,
  summary: 'Change the thresholds of the duplicate check',
  access: 'duplicate:sweep',
  ifMatch: true,
  body: z.strictObject({ suggestFrom: share, listFrom: share, stopFrom: share }),
  response: duplicateSettings,
});

/** A field in which the participants differ, or which somebody has. */
const mergeField = z.strictObject({
  key: z.string(),
  /** Lists are united unless one participant is chosen. */
  list: z.boolean(),
  differs: z.boolean(),
  /** Participant whose value is proposed; null: all of a list. */
  proposed: z.string().nullable(),
});
const participantIds = z.strictObject({ ids: z.array(z.uuid()).min(2).max(10) });
const proposal = {
  survivorId: z.string(),
  fields: z.array(mergeField),
  /** Rows hanging on each participant, by table: those of all but the one kept would move. */
  attached: z.array(z.strictObject({ id: z.string(), relation: z.string(), count: z.number().int() })),
};
export const mergePreview = endpoint({
  method: 'POST',
  path: '/merges/preview',
  tag,
  summary: 'Cards of the customers to merge, side by side, with what would be kept and what would move',
  access: 'customer:merge',
  body: participantIds,
  response: z.strictObject({ ...proposal, cards: z.array(customerCard) }),
});
export const contactMergePreview = endpoint({
  method: 'POST',
  path: '/contact-merges/preview',
  tag,
  summary: 'People to merge, side by side, with what would be kept and what would move',
  access: 'customer:merge',
  body: participantIds,
  response: z.strictObject({ ...proposal, cards: z.array(contactShape) }),
});

/** What undoing could not take back, because somebody changed it since. */
const keptShape = z.strictObject({
  fields: z.array(z.string()),
  rows: z.array(z.strictObject({ relation: z.string(), count: z.number().int() })),
  unique: z.array(z.string()),
});
export const mergeShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  object: z.enum(['customer', 'contact']),
  survivor: z.strictObject({ id: z.string(), name: z.string() }),
  merged: z.array(z.strictObject({ id: z.string(), number: z.string().nullable(), name: z.string() })),
  state: z.enum(['done', 'undone']),
  reason: z.string().nullable(),
  madeBy: z.string(),
  madeAt: z.string(),
  undoneBy: z.string().nullable(),
  undoneAt: z.string().nullable(),
  kept: keptShape.nullable(),
  can: z.strictObject({ undo: z.boolean() }),
});
export type MergeView = z.infer<typeof mergeShape>;

const merging = z.strictObject({
  survivorId: z.uuid(),
  /** Every participant with the version its card was read in. */
  participants: z
    .array(z.strictObject({ id: z.uuid(), version: z.number().int() }))
    .min(2)
    .max(10),
  /** Field key to the participant whose value is kept; for lists `all` unites them. */
  choices: z.record(z.string().max(60), z.union([z.uuid(), z.literal('all')])).default({}),
  reason: z.string().trim().max(500).optional(),
});
export const createMerge = endpoint({
  method: 'POST',
  path: '/merges',
  tag,
  summary: 'Merge customers into one; everything attached moves, numbers and addresses lead to the survivor',
  access: 'customer:merge',
  status: 201,
  idempotent: true,
  body: merging,
  response: mergeShape,
});

export const createContactMerge = endpoint({
  method: 'POST',
  path: '/contact-merges',
  tag,
  summary: 'Merge people into one; of different customers the one works at all of them',
  access: 'customer:merge',
  status: 201,
  idempotent: true,
  body: merging,
  response: mergeShape,
});

const samePerson = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  name: z.string(),
  customerName: z.string(),
});
export const contactDuplicates = endpoint({
  method: 'GET',
  path: '/customers/:id/contact-duplicates',
  tag,
  summary: 'People of a customer that may be the same, among themselves or as people of other customers',
  access: 'customer:merge',
  params: idParams,
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        score: z.number(),
        a: samePerson,
        b: samePerson,
      }),
    ),
  }),
});

export const listMerges = endpoint({
  method: 'GET',
  path: '/merges',
  tag,
  summary: 'Merges, newest first',
  access: 'customer:merge',
  query: z.strictObject({ ...pageQuery, survivorId: z.uuid().optional() }),
  response: pageOf(mergeShape),
});

export const undoMerge = endpoint({
  method: 'POST',
  path: '/merges/:id/undoing',
  tag,
  summary: 'Take a merge back within 30 days; what was changed since stays and is listed',
  access: 'customer:merge',
  params: idParams,
  ifMatch: true,
  response: mergeShape,
});
