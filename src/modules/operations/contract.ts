import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { languages } from '#shared/languages.ts';
import { pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'operations';
export const presetKeys = ['beauty-salon', 'exporter', 'distributor', 'general'] as const;

export const setupState = endpoint({
  method: 'GET',
  path: '/setup',
  tag,
  summary: 'Whether this installation still waits for its first-run guide',
  access: { public: 'tells only whether a company exists; the guide itself needs the one-time link' },
  rateLimit: 120,
  query: z.strictObject({
    token: z.string().max(2000).optional().meta({ description: 'the one-time token of the set-up link' }),
  }),
  response: z.strictObject({
    needed: z.boolean(),
    tokenHolds: z.boolean().meta({ description: 'whether the given token is the one printed at start' }),
  }),
});

export const setupInput = z.strictObject({
  orgName: z.string().trim().min(1).max(200),
  preset: z.enum(presetKeys),
  lang: z.enum(languages).default('zh-CN'),
  adminName: z.string().trim().min(1).max(100),
  adminEmail: z.string().min(3).max(254),
  password: z.string().min(1).max(1024),
  sample: z.boolean().default(false),
});
export type SetupInput = z.output<typeof setupInput>;

export const runSetup = endpoint({
  method: 'POST',
  path: '/setup',
  tag,
  summary: 'First-run guide: company, preset, administrator; works once, with the one-time set-up token',
  access: { public: 'before it nobody can sign in; the one-time token printed at start is the credential' },
  rateLimit: 20,
  status: 201,
  body: setupInput.extend({ token: z.string().max(200) }),
  response: z.strictObject({ orgId: z.string(), userId: z.string() }),
});

export const loadSample = endpoint({
  method: 'POST',
  path: '/sample-data',
  tag,
  summary: 'Load sample customers',
  access: 'org:manage',
  status: 202,
  response: z.strictObject({ jobId: z.string() }),
});
export const removeSample = endpoint({
  method: 'DELETE',
  path: '/sample-data',
  tag,
  summary: 'Remove the sample customers',
  access: 'org:manage',
  status: 202,
  response: z.strictObject({ jobId: z.string() }),
});
export const sampleState = endpoint({
  method: 'GET',
  path: '/sample-data',
  tag,
  summary: 'Whether sample customers are loaded',
  access: 'signed-in',
  response: z.strictObject({ loaded: z.boolean() }),
});

const auditEntry = z.strictObject({
  id: z.string(),
  log: z.enum(['event', 'access']),
  at: z.string(),
  what: z.string(),
  subjectKind: z.string(),
  subjectId: z.string().nullable(),
  customerId: z.string().nullable(),
  customerName: z.string().nullable(),
  actorId: z.string().nullable(),
  actorName: z.string(),
  actorKind: z.string(),
  ip: z.string().nullable(),
  reason: z.string().nullable(),
  /** Names of changed fields only: the auditor sees that a value changed, not the value. */
  fields: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()).nullable(),
});
export const listAudit = endpoint({
  method: 'GET',
  path: '/audit',
  tag,
  summary: 'Access and change log, newest first',
  access: 'audit:read',
  query: z.strictObject({
    ...pageQuery,
    log: z.enum(['event', 'access', 'both']).default('both'),
    from: z.iso.date().optional(),
    to: z.iso.date().optional(),
    actorId: z.uuid().optional(),
    customerId: z.uuid().optional(),
    /** Beginning of the kind or action: `customer.`, `export`. */
    what: z.string().max(60).optional(),
  }),
  response: pageOf(auditEntry),
});
export const auditVerification = endpoint({
  method: 'POST',
  path: '/audit/verification',
  tag,
  summary: 'Walk the hash chain and name the first bad record',
  access: 'audit:read',
  response: z.strictObject({
    ok: z.boolean(),
    blocks: z.number().int(),
    records: z.number().int(),
    pending: z.number().int(),
    problem: z
      .strictObject({ what: z.string(), log: z.string(), id: z.string(), block: z.number().int().nullable() })
      .nullable(),
  }),
});
