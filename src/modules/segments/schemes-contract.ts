import { z } from 'zod';
import { condition } from '#shared/conditions.ts';
import { endpoint } from '#shared/endpoint.ts';
import { pageOf } from '#shared/pages.ts';
import { ruled, schemes } from './spec.ts';

const tag = 'classes';
const days = z.number().int().min(1).max(3650);

export const divisionsConfig = z.strictObject({
  /** A customer whose last purchase is no older is "present". */
  currentDays: days,
  /** A customer whose first purchase is no older is "new". */
  newDays: days,
  /** A customer whose last purchase is no older is trading with us now. */
  ongoingDays: days,
  volume: z.strictObject({
    days,
    mainOrders: z.number().int().min(1).max(10_000),
    /** Or this much in major units; null: only orders count. */
    mainAmount: z.number().min(0).max(1e15).nullable(),
    generalOrders: z.number().int().min(1).max(10_000),
  }),
});
export type DivisionsConfig = z.infer<typeof divisionsConfig>;

export const abcConfig = z.strictObject({
  basis: z.enum(['purchaseTotal12m', 'purchaseTotal']),
  /** Cumulative shares in percent at which A and B end. */
  a: z.number().min(1).max(99),
  b: z.number().min(2).max(100),
});
export type AbcConfig = z.infer<typeof abcConfig>;

const four = z.array(z.number().min(0).max(1e15)).length(4);
export const rfmConfig = z.strictObject({
  method: z.enum(['quintile', 'cutoffs']),
  /** Days since the last purchase, orders and amount in 12 months; each ascending. */
  r: four,
  f: four,
  m: four,
  /** What is high for the eight groups: above the mean, or from a score on. */
  high: z.enum(['mean', 'score']),
  highFrom: z.number().int().min(2).max(5),
});
export type RfmConfig = z.infer<typeof rfmConfig>;

export const classRule = z.strictObject({
  id: z.string().min(1).max(40),
  name: z.string().trim().min(1).max(100),
  condition,
  /** By order: what the first matching rule gives. */
  target: z.string().max(64).optional(),
  /** By points: what a matching rule adds. */
  points: z.number().int().min(-1000).max(1000).optional(),
});
export const rulesConfig = z.strictObject({
  method: z.enum(['order', 'points']),
  scheduled: z.boolean(),
  /** What a value set by hand on the card is worth: kept, or replaced by the rules. Grade only. */
  keepManual: z.boolean(),
  /** What a customer no rule matches gets; null keeps what it has. */
  otherwise: z.string().max(64).nullable(),
  rules: z.array(classRule).max(50),
  cutoffs: z.array(z.strictObject({ target: z.string().max(64), atLeast: z.number().int() })).max(20),
});
export type RulesConfig = z.infer<typeof rulesConfig>;

const config = z.union([divisionsConfig, abcConfig, rfmConfig, rulesConfig]);
export type SchemeConfig = z.infer<typeof config>;

export const schemeShape = z.strictObject({
  dimension: z.enum(schemes),
  config,
  version: z.number().int(),
  updatedAt: z.string().nullable(),
  can: z.strictObject({ update: z.boolean() }),
});
export type SchemeView = z.infer<typeof schemeShape>;

export const getScheme = endpoint({
  method: 'GET',
  path: '/class-schemes/:dimension',
  tag,
  summary: 'Thresholds or rules of a kind of class',
  access: 'class:read',
  params: z.strictObject({ dimension: z.enum(schemes) }),
  response: schemeShape,
});
export const putScheme = endpoint({
  method: 'PUT',
  path: '/class-schemes/:dimension',
  tag,
  summary: 'Change thresholds or rules; customers follow at the next recalculation',
  access: 'gradeRule:manage',
  params: z.strictObject({ dimension: z.enum(schemes) }),
  ifMatch: true,
  body: z.strictObject({ config }),
  response: schemeShape,
});

const ruledParams = z.strictObject({ dimension: z.enum(ruled) });
export const dryRun = endpoint({
  method: 'POST',
  path: '/class-schemes/:dimension/dry-run',
  tag,
  summary: 'Who would move up or down under these rules, without changing anything',
  access: 'gradeRule:manage',
  params: ruledParams,
  body: z.strictObject({ config: rulesConfig }),
  response: z.strictObject({
    total: z.number().int(),
    up: z.number().int(),
    down: z.number().int(),
    fresh: z.number().int(),
    /** Left as they are because somebody set them by hand. */
    kept: z.number().int(),
    moves: z.array(
      z.strictObject({ from: z.string().nullable(), to: z.string().nullable(), customers: z.number().int() }),
    ),
  }),
});
export const dryRunCustomers = endpoint({
  method: 'POST',
  path: '/class-schemes/:dimension/dry-run/customers',
  tag,
  summary: 'The customers behind one move of a dry run',
  access: 'gradeRule:manage',
  params: ruledParams,
  body: z.strictObject({
    config: rulesConfig,
    from: z.string().max(64).nullable(),
    to: z.string().max(64).nullable(),
    cursor: z.uuid().optional(),
    limit: z.number().int().min(1).max(200).default(50),
  }),
  response: pageOf(z.strictObject({ id: z.string(), number: z.string(), name: z.string() })),
});
