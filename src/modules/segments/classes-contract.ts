import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { dimensions, overridable } from './spec.ts';

const tag = 'classes';
const dimension = z.enum(dimensions);

const override = z.strictObject({
  value: z.string(),
  reason: z.string(),
  expiresOn: z.string().nullable(),
  by: z.string(),
  at: z.string(),
});
/** Why a customer has a class: `code` names the sentence, `params` its numbers. */
const because = z.strictObject({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});
export const customerClass = z.strictObject({
  dimension,
  value: z.string().nullable(),
  because: because.nullable(),
  override: override.nullable(),
});
export const customerClasses = endpoint({
  method: 'GET',
  path: '/customers/:id/classes',
  tag,
  summary: "A customer's classes, each with its reason",
  access: 'customer:read',
  params: idParams,
  response: z.strictObject({
    items: z.array(customerClass),
    categories: z.array(z.string()),
    can: z.strictObject({ override: z.boolean(), categorise: z.boolean() }),
  }),
});
const overrideParams = idParams.extend({ dimension: z.enum(overridable) });
export const setOverride = endpoint({
  method: 'PUT',
  path: '/customers/:id/classes/:dimension/override',
  tag,
  summary: 'Set a class by hand, with the reason and until when',
  access: 'class:override',
  params: overrideParams,
  body: z.strictObject({
    value: z.string().min(1).max(64),
    reason: z.string().trim().min(1).max(500),
    expiresOn: z.iso.date().nullable().default(null),
  }),
  response: customerClass,
});
export const endOverride = endpoint({
  method: 'DELETE',
  path: '/customers/:id/classes/:dimension/override',
  tag,
  summary: 'Let facts and rules decide again',
  access: 'class:override',
  params: overrideParams,
  response: customerClass,
});

export const changeShape = z.strictObject({
  customerId: z.string(),
  number: z.string(),
  name: z.string(),
  dimension,
  from: z.string().nullable(),
  to: z.string().nullable(),
  cause: z.string(),
  at: z.string(),
});
export const classHistory = endpoint({
  method: 'GET',
  path: '/customers/:id/class-changes',
  tag,
  summary: "How a customer's classes changed",
  access: 'customer:read',
  params: idParams,
  query: z.strictObject({ ...pageQuery, dimension: dimension.optional() }),
  response: pageOf(changeShape),
});

export const runShape = z.strictObject({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  scheduled: z.boolean(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  by: z.string().nullable(),
  /** Kinds of class left out, with the code of what was wrong with their rules. */
  problems: z.record(z.string(), z.string()),
});
export const startRun = endpoint({
  method: 'POST',
  path: '/class-runs',
  tag,
  summary: 'Recalculate all classes now',
  access: 'gradeRule:manage',
  status: 202,
  response: z.strictObject({ jobId: z.string() }),
});
export const listRuns = endpoint({
  method: 'GET',
  path: '/class-runs',
  tag,
  summary: 'Recalculations, newest first',
  access: 'class:read',
  query: z.strictObject(pageQuery),
  response: pageOf(runShape),
});
export const getRun = endpoint({
  method: 'GET',
  path: '/class-runs/:id',
  tag,
  summary: 'What a recalculation changed, by kind of class',
  access: 'class:read',
  params: idParams,
  response: runShape.extend({
    moves: z.array(
      z.strictObject({
        dimension,
        from: z.string().nullable(),
        to: z.string().nullable(),
        customers: z.number().int(),
      }),
    ),
  }),
});
export const runChanges = endpoint({
  method: 'GET',
  path: '/class-runs/:id/changes',
  tag,
  summary: 'The customers a recalculation changed',
  access: 'class:read',
  params: idParams,
  query: z.strictObject({
    ...pageQuery,
    dimension: dimension,
    /** `-`: those that had, or got, no class. */
    from: z.string().max(64).optional(),
    to: z.string().max(64).optional(),
  }),
  response: pageOf(changeShape),
});

export const distribution = endpoint({
  method: 'GET',
  path: '/class-distribution',
  tag,
  summary: 'How many customers are in each class now',
  access: 'class:read',
  response: z.strictObject({
    total: z.number().int(),
    items: z.array(
      z.strictObject({
        dimension,
        value: z.string().nullable(),
        customers: z.number().int(),
        /** Null for who may not read what a customer buys. */
        amount: z.number().nullable(),
      }),
    ),
  }),
});
export const movement = endpoint({
  method: 'GET',
  path: '/class-movement/:dimension',
  tag,
  summary: 'Moves between classes in a period and the distribution over time',
  access: 'class:read',
  params: z.strictObject({ dimension }),
  query: z.strictObject({ from: z.iso.date(), to: z.iso.date() }),
  response: z.strictObject({
    flows: z.array(
      z.strictObject({ from: z.string().nullable(), to: z.string().nullable(), customers: z.number().int() }),
    ),
    days: z.array(z.strictObject({ day: z.string(), value: z.string(), customers: z.number().int() })),
  }),
});

export const abcCurve = endpoint({
  method: 'GET',
  path: '/abc-curve',
  tag,
  summary: 'Cumulative share of purchases by customers, largest first',
  access: 'class:read',
  query: z.strictObject({ basis: z.enum(['purchaseTotal12m', 'purchaseTotal']).optional() }),
  response: z.strictObject({
    basis: z.enum(['purchaseTotal12m', 'purchaseTotal']),
    customers: z.number().int(),
    amount: z.number(),
    /** At most 200 points: customers so far, amount so far, and the smallest amount among them. */
    points: z.array(z.strictObject({ customers: z.number().int(), amount: z.number(), least: z.number() })),
  }),
});
export const rfmMap = endpoint({
  method: 'GET',
  path: '/rfm-map',
  tag,
  summary: 'Customers by recency and frequency score, and by named segment',
  access: 'class:read',
  response: z.strictObject({
    cells: z.array(
      z.strictObject({ r: z.number(), f: z.number(), customers: z.number().int(), amount: z.number().nullable() }),
    ),
    segments: z.array(
      z.strictObject({ segment: z.string(), customers: z.number().int(), amount: z.number().nullable() }),
    ),
  }),
});
