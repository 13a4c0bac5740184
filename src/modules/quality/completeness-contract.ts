import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams } from '#shared/pages.ts';

const tag = 'quality';

/** A field to ask for next: `points` is what filling it adds to the score. */
const missingField = z.strictObject({ key: z.string(), weight: z.number(), points: z.number() });
const staleField = z.strictObject({ key: z.string(), at: z.string(), days: z.number().int(), limit: z.number().int() });

export const customerCompleteness = endpoint({
  method: 'GET',
  path: '/customers/:id/completeness',
  tag,
  summary: 'How complete and fresh a card is, what to ask next and what to check again',
  access: 'customer:read',
  params: idParams,
  response: z.strictObject({
    score: z.number().nullable(),
    version: z.number().int(),
    missing: z.array(missingField),
    /** Missing fields in all, of those the caller may read. */
    missingCount: z.number().int(),
    stale: z.array(staleField),
    freshestOn: z.string().nullable(),
    can: z.strictObject({ update: z.boolean(), verify: z.boolean() }),
  }),
});
export type CustomerCompleteness = z.infer<(typeof customerCompleteness)['response']>;

export const completenessGroups = ['owner', 'team', 'kind', 'grade'] as const;
const figure = z.strictObject({
  id: z.string().nullable(),
  name: z.string().nullable(),
  customers: z.number().int(),
  average: z.number().nullable(),
  low: z.number().int(),
  middle: z.number().int(),
  high: z.number().int(),
  stale: z.number().int(),
});
export type CompletenessFigure = z.infer<typeof figure>;
export const completenessFigures = endpoint({
  method: 'GET',
  path: '/completeness',
  tag,
  summary: 'Completeness and freshness by owner, team, kind or grade, as counted last',
  access: 'customer:read',
  query: z.strictObject({ by: z.enum(completenessGroups).default('owner') }),
  response: z.strictObject({ items: z.array(figure), total: figure, calculatedAt: z.string().nullable() }),
});

export const calculateCompleteness = endpoint({
  method: 'POST',
  path: '/completeness/calculation',
  tag,
  summary: 'Calculate completeness and freshness of all customers now',
  access: 'quality:manage',
  status: 202,
  response: z.strictObject({ jobId: z.string() }),
});

/** Grade, or `kind:<kind of customer>`, to field to what its weight is multiplied by. */
const multipliers = z.record(z.string().max(64), z.record(z.string().max(60), z.number().min(0).max(10)));
const limits = z.record(z.string().max(70), z.number().int().min(0).max(3650));
export const qualitySettings = z.strictObject({
  version: z.number().int(),
  multipliers,
  limits,
});
export type QualitySettings = z.infer<typeof qualitySettings>;
export const getQualitySettings = endpoint({
  method: 'GET',
  path: '/quality-settings',
  tag,
  summary: 'Multipliers of weights by kind and grade and days after which values are stale',
  access: 'quality:manage',
  response: qualitySettings,
});
export const updateQualitySettings = endpoint({
  method: 'PUT',
  path: '/quality-settings',
  tag,
  summary: 'Change multipliers and limits; all customers are calculated anew',
  access: 'quality:manage',
  ifMatch: true,
  body: z.strictObject({ multipliers, limits }),
  response: qualitySettings,
});
