import { z } from 'zod';
import { clock } from '#shared/dates/clock.ts';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'operations';

/**
 * What is counted of a user and day: cards opened, rows listed and exported, prints and downloads, accesses outside working
 * hours, failed sign-ins, refusals.
 */
export const unusualKinds = ['cards', 'listed', 'exported', 'taken', 'outside', 'failures', 'denied'] as const;
export type UnusualKind = (typeof unusualKinds)[number];
export const unusualStates = ['open', 'explained'] as const;

const unusualAccess = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  userId: z.string(),
  userName: z.string(),
  day: z.string(),
  kind: z.enum(unusualKinds),
  counted: z.number().int(),
  /** Median of the user's last thirty working days. */
  usual: z.number(),
  /** As many would not have been unusual. */
  allowed: z.number().int(),
  state: z.enum(unusualStates),
  comment: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  foundAt: z.string(),
});
export type UnusualAccess = z.infer<typeof unusualAccess>;

export const listUnusual = endpoint({
  method: 'GET',
  path: '/audit/unusual',
  tag,
  summary: 'Unusual access found in the log, newest first',
  access: 'audit:read',
  query: z.strictObject({
    ...pageQuery,
    state: z.enum(unusualStates).optional(),
    userId: z.uuid().optional(),
  }),
  response: pageOf(unusualAccess),
});
export const explainUnusual = endpoint({
  method: 'PATCH',
  path: '/audit/unusual/:id',
  tag,
  summary: 'Mark unusual access as explained, or open it again; never one’s own',
  access: 'audit:read',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ state: z.enum(unusualStates), comment: z.string().trim().min(2).max(500) }),
  response: unusualAccess,
});

const unusualSettings = z.strictObject({
  version: z.number().int(),
  /** So many times what is usual for the user … */
  times: z.number().min(1).max(100),
  /** … and more than this is unusual. */
  floors: z.record(z.enum(unusualKinds), z.number().int().min(1).max(10_000_000)),
  /** Working hours, in the company's time zone. */
  workFrom: z.string().regex(clock, 'time.format'),
  workTo: z.string().regex(clock, 'time.format'),
});
export type UnusualSettings = z.infer<typeof unusualSettings>;

export const getUnusualSettings = endpoint({
  method: 'GET',
  path: '/audit/unusual-settings',
  tag,
  summary: 'From when on access is unusual',
  access: 'audit:configure',
  response: unusualSettings,
});
export const saveUnusualSettings = endpoint({
  method: 'PUT',
  path: '/audit/unusual-settings',
  tag,
  summary: 'Set from when on access is unusual; counts for the days not looked at yet',
  access: 'audit:configure',
  ifMatch: true,
  body: unusualSettings.omit({ version: true }),
  response: unusualSettings,
});
