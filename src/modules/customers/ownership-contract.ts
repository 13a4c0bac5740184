import { z } from 'zod';
import { condition } from '#shared/conditions.ts';
import { endpoint } from '#shared/endpoint.ts';
import { idParams } from '#shared/pages.ts';

const tag = 'ownership';
const days = z.number().int().min(1).max(3650);

/** When an owned customer returns to its pool; what is null is no reason. */
export const returnRules = z.strictObject({
  /** A new customer must be contacted within so many days. */
  newContactDays: days.nullable().default(null),
  /** No follow-up in so many days, by grade; `other` for the grades not named. */
  followUp: z
    .strictObject({ other: days.nullable().default(null), grades: z.record(z.string().max(64), days).default({}) })
    .default({ other: null, grades: {} }),
  /** No deal in so many days. */
  dealDays: days.nullable().default(null),
  /** Customers who have bought stay. */
  exemptBuyers: z.boolean().default(true),
});
export type ReturnRules = z.infer<typeof returnRules>;

const poolShape = {
  name: z.string().trim().min(1).max(60),
  nameEn: z.string().trim().max(60),
  position: z.number().int().min(0).max(999),
  condition: condition.nullable(),
  teamIds: z.array(z.uuid()).max(50),
  roleIds: z.array(z.uuid()).max(50),
  claimLimit: z.number().int().min(1).max(10_000).nullable(),
  holdingCap: z.number().int().min(1).max(100_000).nullable(),
  capExemptsBuyers: z.boolean(),
  cooldownDays: z.number().int().min(0).max(365),
  hideContacts: z.boolean(),
  lockCap: z.number().int().min(0).max(10_000),
  lockDays: z.number().int().min(1).max(365),
  rules: returnRules,
};

export const poolView = z.strictObject({
  id: z.string(),
  ...poolShape,
  condition: z.unknown(),
  /** Changed rules and the day they begin to count. */
  nextRules: returnRules.nullable(),
  nextRulesFrom: z.string().nullable(),
  version: z.number().int(),
  can: z.strictObject({ claim: z.boolean(), assign: z.boolean(), manage: z.boolean() }),
});
export type PoolView = z.infer<typeof poolView>;

const poolInput = z.strictObject({
  ...poolShape,
  nameEn: poolShape.nameEn.default(''),
  position: poolShape.position.default(0),
  condition: poolShape.condition.default(null),
  teamIds: poolShape.teamIds.default([]),
  roleIds: poolShape.roleIds.default([]),
  claimLimit: poolShape.claimLimit.default(null),
  holdingCap: poolShape.holdingCap.default(null),
  capExemptsBuyers: z.boolean().default(true),
  cooldownDays: poolShape.cooldownDays.default(0),
  hideContacts: z.boolean().default(true),
  lockCap: poolShape.lockCap.default(0),
  lockDays: poolShape.lockDays.default(30),
  rules: returnRules.default({
    newContactDays: null,
    followUp: { other: null, grades: {} },
    dealDays: null,
    exemptBuyers: true,
  }),
});

export const listPools = endpoint({
  method: 'GET',
  path: '/pools',
  tag,
  summary: 'Public pools the caller may claim from, assign from or manage',
  access: 'customer:read',
  response: z.strictObject({ items: z.array(poolView) }),
});

export const createPool = endpoint({
  method: 'POST',
  path: '/pools',
  tag,
  summary: 'Make a public pool',
  access: 'pool:manage',
  status: 201,
  idempotent: true,
  body: poolInput,
  response: poolView,
});

export const updatePool = endpoint({
  method: 'PATCH',
  path: '/pools/:id',
  tag,
  summary: 'Change a public pool; changed return rules count from the next day on',
  access: 'pool:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject(poolShape).partial(),
  response: poolView,
});

export const retirePool = endpoint({
  method: 'DELETE',
  path: '/pools/:id',
  tag,
  summary: 'Close an empty public pool',
  access: 'pool:manage',
  params: idParams,
  ifMatch: true,
  status: 204,
  response: z.undefined(),
});

/** What the rules would do, for the warning before they are saved. */
export const previewPool = endpoint({
  method: 'POST',
  path: '/pools/preview',
  tag,
  summary: 'How many customers a pool would take and return under such rules',
  access: 'pool:manage',
  body: z.strictObject({ poolId: z.uuid().optional(), condition: poolShape.condition, rules: returnRules }),
  response: z.strictObject({
    owned: z.number().int(),
    /** Already past their term under these rules. */
    overdue: z.number().int(),
    /** Due within the next three days. */
    soon: z.number().int(),
  }),
});

const outcome = z.strictObject({ customerId: z.string(), ok: z.boolean(), code: z.string().nullable() });
const outcomes = z.strictObject({ done: z.number().int(), items: z.array(outcome) });
const chosen = z.array(z.uuid()).min(1).max(100);

export const claimCustomers = endpoint({
  method: 'POST',
  path: '/pools/:id/claims',
  tag,
  summary: 'Claim customers of a pool; each is claimed or refused with its reason',
  access: 'pool:claim',
  params: idParams,
  body: z.strictObject({ customerIds: chosen }),
  response: outcomes,
});

export const assignFromPool = endpoint({
  method: 'POST',
  path: '/pools/:id/assignments',
  tag,
  summary: 'Give customers of a pool to an owner',
  access: 'pool:assign',
  params: idParams,
  body: z.strictObject({ customerIds: chosen, ownerId: z.uuid() }),
  response: outcomes,
});

export const distributionMethods = ['roundRobin', 'leastLoaded', 'region'] as const;
export type DistributionMethod = (typeof distributionMethods)[number];

export const distributeFromPool = endpoint({
  method: 'POST',
  path: '/pools/:id/distributions',
  tag,
  summary: 'Share customers of a pool out among a team: in turn, by load or by sales region',
  access: 'pool:assign',
  params: idParams,
  body: z.strictObject({ customerIds: chosen, teamId: z.uuid(), method: z.enum(distributionMethods) }),
  response: outcomes,
});

/** Who has the customer, until when, and what the caller may do about it. */
export const ownershipView = z.strictObject({
  version: z.number().int(),
  owner: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  pool: z.strictObject({ id: z.string(), name: z.string(), nameEn: z.string() }).nullable(),
  homePool: z.strictObject({ id: z.string(), name: z.string(), nameEn: z.string() }).nullable(),
  contactsHidden: z.boolean(),
  claimedAt: z.string().nullable(),
  returnDueOn: z.string().nullable(),
  daysLeft: z.number().int().nullable(),
  /** Which rule decides: newContact, followUp, deal. */
  rule: z.enum(['newContact', 'followUp', 'deal']).nullable(),
  lockedUntil: z.string().nullable(),
  lockDays: z.number().int(),
  can: z.strictObject({
    claim: z.boolean(),
    assign: z.boolean(),
    release: z.boolean(),
    lock: z.boolean(),
  }),
});
export type OwnershipView = z.infer<typeof ownershipView>;

export const getOwnership = endpoint({
  method: 'GET',
  path: '/customers/:id/ownership',
  tag,
  summary: 'Owner, pool, days until return and what may be done',
  access: 'customer:read',
  params: idParams,
  response: ownershipView,
});

export const releaseCustomer = endpoint({
  method: 'POST',
  path: '/customers/:id/release',
  tag,
  summary: 'Give a customer back to a public pool',
  access: 'customer:release',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ poolId: z.uuid().optional(), reason: z.string().trim().min(1).max(500) }),
  response: ownershipView,
});

export const lockCustomer = endpoint({
  method: 'PUT',
  path: '/customers/:id/lock',
  tag,
  summary: 'Keep a customer from returning until a day',
  access: 'customer:lock',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ until: z.iso.date() }),
  response: ownershipView,
});

export const unlockCustomer = endpoint({
  method: 'DELETE',
  path: '/customers/:id/lock',
  tag,
  summary: 'End the lock of a customer',
  access: 'customer:lock',
  params: idParams,
  ifMatch: true,
  response: ownershipView,
});
