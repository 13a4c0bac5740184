import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { sensitivities, valueSources } from '#shared/fields.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'collection';

export const intelligenceSubjects = ['customer', 'competitor', 'market'] as const;
/** Ways of collecting: those of tracked values, without the ones a program uses. */
export const collectionMethods = valueSources.filter(
  (source) => !['import', 'system', 'businessCard', 'intelligence'].includes(source),
);
/** Admiralty code: how far the source can be relied on, and how far the information is confirmed. */
export const reliabilities = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
export const credibilities = [1, 2, 3, 4, 5, 6] as const;
export const intelligenceFileLimit = 50 * 1024 * 1024;
export const intelligenceFilesMost = 20;

const fields = {
  subject: z.enum(intelligenceSubjects),
  /** The customer; for a competitor who is a customer too. */
  customerId: z.uuid().nullable().optional(),
  /** Name of a competitor who is none, or of a market. */
  subjectName: z.string().trim().max(200).optional(),
  item: z.string().trim().max(200),
  content: z.string().trim().max(20_000).default(''),
  method: z.enum(valueSources),
  source: z.string().trim().max(500).default(''),
  reliability: z.enum(reliabilities),
  credibility: z.number().int().min(1).max(6),
  /** Integer minor units, none below zero. */
  costMinor: z.number().int().min(-1e15).max(1e15).nullable().optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'money.currency')
    .optional(),
  collectedOn: z.iso.date(),
  expiresOn: z.iso.date().nullable().optional(),
  sensitivity: z.enum(sensitivities).default('confidential'),
};

const proposal = z.strictObject({
  id: z.string(),
  /** The person at the customer whose field it is; null: the customer's own. */
  contact: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  field: z.string(),
  value: z.unknown(),
  state: z.enum(['waiting', 'applied', 'refused', 'withdrawn']),
  createdAt: z.string(),
});
export const intelligenceShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  subject: z.enum(intelligenceSubjects),
  customer: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  subjectName: z.string(),
  /** The `key` of its competitor in `GET /competitors`; null where it is about somebody else. */
  competitor: z.string().nullable(),
  item: z.string(),
  content: z.string(),
  method: z.string(),
  source: z.string(),
  reliability: z.enum(reliabilities),
  credibility: z.number().int(),
  costMinor: z.number().int().nullable(),
  currency: z.string().nullable(),
  collectedOn: z.string(),
  expiresOn: z.string().nullable(),
  expired: z.boolean(),
  sensitivity: z.enum(sensitivities),
  state: z.enum(['active', 'trashed']),
  authorName: z.string(),
  createdAt: z.string(),
  files: z.array(z.strictObject({ id: z.string(), name: z.string(), size: z.number() })),
  proposals: z.array(proposal),
  can: z.strictObject({
    update: z.boolean(),
    /** `directly`: the value is written at once; `approval`: somebody else decides; `no`: there is no customer. */
    propose: z.enum(['directly', 'approval', 'no']),
  }),
});
export type IntelligenceView = z.infer<typeof intelligenceShape>;

export const intelligenceFilter = {
  customerId: z.uuid().optional(),
  subject: z.enum(intelligenceSubjects).optional(),
  /** The `key` of a competitor in `GET /competitors`. */
  competitor: z.string().max(260).optional(),
  method: z.enum(valueSources).optional(),
  /** This reliable or better. */
  reliability: z.enum(reliabilities).optional(),
  validity: z.enum(['valid', 'expired']).optional(),
  state: z.enum(['active', 'trashed']).default('active'),
  q: z.string().trim().max(100).optional(),
};
export const listIntelligence = endpoint({
  method: 'GET',
  path: '/intelligence',
  tag,
  summary: 'Intelligence the caller is cleared for, last collected first',
  access: 'intelligence:read',
  query: z.strictObject({ ...pageQuery, ...intelligenceFilter }),
  response: pageOf(intelligenceShape),
});
export const getIntelligence = endpoint({
  method: 'GET',
  path: '/intelligence/:id',
  tag,
  summary: 'One item of intelligence',
  access: 'intelligence:read',
  params: idParams,
  response: intelligenceShape,
});
export const recordIntelligence = endpoint({
  method: 'POST',
  path: '/intelligence',
  tag,
  summary: 'Record an item of intelligence about a customer, a competitor or a market',
  access: 'intelligence:create',
  status: 201,
  idempotent: true,
  body: z.strictObject(fields),
  response: intelligenceShape,
});
export const updateIntelligence = endpoint({
  method: 'PATCH',
  path: '/intelligence/:id',
  tag,
  summary: 'Correct an item of intelligence',
  access: 'intelligence:update',
  params: idParams,
  ifMatch: true,
  body: z
    .strictObject({
      ...fields,
      content: z.string().trim().max(20_000),
      source: z.string().trim().max(500),
      sensitivity: z.enum(sensitivities),
    })
    .partial(),
  response: intelligenceShape,
});
export const trashIntelligence = endpoint({
  method: 'POST',
  path: '/intelligence/:id/trashing',
  tag,
  summary: 'Move an item of intelligence to the trash',
  access: 'intelligence:update',
  params: idParams,
  ifMatch: true,
  response: intelligenceShape,
});
export const restoreIntelligence = endpoint({
  method: 'DELETE',
  path: '/intelligence/:id/trashing',
  tag,
  summary: 'Take an item of intelligence back from the trash',
  access: 'intelligence:update',
  params: idParams,
  ifMatch: true,
  response: intelligenceShape,
});
export const attachIntelligence = endpoint({
  method: 'POST',
  path: '/intelligence/:id/files',
  tag,
  summary: 'Attach a file. Form field: file',
  access: 'intelligence:update',
  params: idParams,
  status: 201,
  upload: true,
  rateLimit: 60,
  response: intelligenceShape,
});
export const intelligenceFile = endpoint({
  method: 'GET',
  path: '/intelligence/:id/files/:fileId',
  tag,
  summary: 'Download a file of an item of intelligence',
  access: 'intelligence:read',
  params: idParams.extend({ fileId: z.uuid() }),
  download: 'application/octet-stream',
  response: z.unknown(),
});
export const proposeValue = endpoint({
  method: 'POST',
  path: '/intelligence/:id/proposals',
  tag,
  summary:
    'Put a value from the item into a field of the customer or of a person there: at once for who may change the customer, else after approval',
  access: 'intelligence:read',
  params: idParams,
  status: 201,
  idempotent: true,
  body: z.strictObject({ field: z.string().min(1).max(60), value: z.unknown(), contactId: z.uuid().optional() }),
  response: intelligenceShape,
});
export const competitorShape = z.strictObject({
  key: z.string(),
  name: z.string(),
  customerId: z.string().nullable(),
  items: z.number().int(),
  valid: z.number().int(),
  lastOn: z.string(),
});
export type CompetitorView = z.infer<typeof competitorShape>;

export const listCompetitors = endpoint({
  method: 'GET',
  path: '/competitors',
  tag,
  summary: 'Competitors with what is known of them, by name',
  access: 'intelligence:read',
  query: z.strictObject({ ...pageQuery, q: z.string().trim().max(100).optional() }),
  response: pageOf(competitorShape),
});
export const getCompetitor = endpoint({
  method: 'GET',
  path: '/competitors/:key',
  tag,
  summary: 'One competitor: its name as last written, its customer where it is one, how much is known',
  access: 'intelligence:read',
  params: z.strictObject({ key: z.string().min(1).max(260) }),
  response: competitorShape,
});
