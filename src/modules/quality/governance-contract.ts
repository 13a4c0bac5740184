import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { keptDays } from '#shared/kept-days.ts';
import { pageOf, pageQuery } from '#shared/pages.ts';

const count = z.number().int();
export const sizeParts = ['customers', 'contacts', 'work', 'collected', 'search', 'logs', 'other'] as const;
export type SizePart = (typeof sizeParts)[number];

/** What is destroyed, or can no longer be taken back, some days later; the place of a visit after as many as the company set. */
export const keptThings = [...(Object.keys(keptDays) as (keyof typeof keptDays)[]), 'visitPlace'] as const;

/** Counted by the night's job: a page never reads the whole base. */
export const nightlyFigures = z.strictObject({
  /** First day of the figures of thirty days. */
  since: z.string(),
  customers: count,
  customersNew30: count,
  trashed: count,
  contacts: count,
  events: count,
  databaseBytes: z.number(),
  /** What the database consists of, largest first; adds up to its size. */
  sizes: z.array(z.strictObject({ part: z.enum(sizeParts), bytes: z.number() })),
  /** Active customers by the month they were created in, newest first. */
  months: z.array(z.strictObject({ month: z.string(), customers: count })),
  firstLogDay: z.string().nullable(),
  noOwner: count,
  views30: count,
  searches30: count,
  exports30: count,
  readers30: count,
  viewedCustomers30: count,
  failedSignIns30: count,
  denied30: count,
  average: z.number().nullable(),
  low: count,
  stale: count,
  invalid: count,
});
export type NightlyFigures = z.infer<typeof nightlyFigures>;

export const governanceShape = z.strictObject({
  countedAt: z.string().nullable(),
  nightly: nightlyFigures.nullable(),
  /** Customers and size at earlier counts, oldest first. */
  growth: z.array(z.strictObject({ day: z.string(), customers: count, databaseBytes: z.number() })),
  fields: z.strictObject({
    total: count,
    custom: count,
    filterable: count,
    tracked: count,
    personal: count,
    sensitive: count,
    views: count,
  }),
  users: z.strictObject({ active: count, secondFactor: count }),
  /** Days. */
  kept: z.record(z.enum(keptThings), count),
  roles: z.array(
    z.strictObject({
      id: z.string(),
      zh: z.string(),
      en: z.string(),
      users: count,
      scope: z.enum(['own', 'team', 'region', 'all']).nullable(),
      clearance: z.string(),
      canExport: z.boolean(),
    }),
  ),
});
export type Governance = z.infer<typeof governanceShape>;

export const getGovernance = endpoint({
  method: 'GET',
  path: '/governance',
  tag: 'quality',
  summary:
    'What is stored, how much, what can be asked, who manages and sees it, how safe, how long kept, used, correct and fresh it is',
  access: 'governance:read',
  response: governanceShape,
});

export const listUsage = endpoint({
  method: 'GET',
  path: '/governance/usage',
  tag: 'quality',
  summary: 'Who used the dossiers, or which customers were viewed, in the thirty days of the last count; most first',
  access: 'governance:read',
  query: z.strictObject({ ...pageQuery, by: z.enum(['reader', 'customer']) }),
  response: pageOf(
    z.strictObject({
      id: z.string(),
      /** Null for a customer the caller may not see, and for one gone since. */
      name: z.string().nullable(),
      times: count,
    }),
  ),
});
