import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';

const count = z.number().int();
/** Counted by the night's job: a page never reads the whole base. */
export const nightlyFigures = z.strictObject({
  customers: count,
  customersNew30: count,
  contacts: count,
  events: count,
  databaseBytes: z.number(),
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

export const getGovernance = endpoint({
  method: 'GET',
  path: '/governance',
  tag: 'quality',
  summary:
    'What is stored, how much, what can be asked, who manages and sees it, how safe, used, correct and fresh it is',
  access: 'governance:read',
  response: z.strictObject({
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
    roles: z.array(
      z.strictObject({
        zh: z.string(),
        en: z.string(),
        users: count,
        scope: z.enum(['own', 'team', 'region', 'all']).nullable(),
        clearance: z.string(),
        canExport: z.boolean(),
      }),
    ),
  }),
});
