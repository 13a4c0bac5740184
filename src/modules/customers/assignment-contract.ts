import { z } from 'zod';
import { condition } from '#shared/conditions.ts';
import { endpoint } from '#shared/endpoint.ts';
import { idParams } from '#shared/pages.ts';

const tag = 'ownership';

/** Among whom: the people of a team with everything below it, or named people. */
const among = {
  teamId: z.uuid().nullable().default(null),
  userIds: z.array(z.uuid()).max(200).default([]),
};
export const assignmentWay = z.discriminatedUnion('method', [
  /** In turn. */
  z.strictObject({ method: z.literal('roundRobin'), ...among }),
  /** To whoever has fewest customers. */
  z.strictObject({ method: z.literal('leastLoaded'), ...among }),
  /** To whoever of those with this capability has fewest; in the team, if one is named. */
  z.strictObject({
    method: z.literal('capability'),
    capability: z.string().trim().min(1).max(40),
    teamId: z.uuid().nullable().default(null),
  }),
  /** By the sales region its address lies in (below the named one, if one is named); to whoever of those serving it has fewest. */
  z.strictObject({ method: z.literal('region'), regionId: z.uuid().nullable().default(null) }),
  z.strictObject({ method: z.literal('person'), userId: z.uuid() }),
  /** The team gets it; who of them stays open. */
  z.strictObject({ method: z.literal('team'), teamId: z.uuid() }),
  z.strictObject({ method: z.literal('pool'), poolId: z.uuid() }),
]);
export type AssignmentWay = z.infer<typeof assignmentWay>;
export const assignmentMethods = [
  'roundRobin',
  'leastLoaded',
  'capability',
  'region',
  'person',
  'team',
  'pool',
] as const satisfies readonly AssignmentWay['method'][];

const ruleShape = {
  name: z.string().trim().min(1).max(60),
  condition: condition.nullable(),
  way: assignmentWay,
  enabled: z.boolean(),
};
export const assignmentRule = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  ...ruleShape,
  condition: z.unknown(),
  /** How many customers it has given so far. */
  assignedCount: z.number().int(),
  lastAssignedAt: z.string().nullable(),
});
export type AssignmentRuleView = z.infer<typeof assignmentRule>;

const teamShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  name: z.string(),
  autoAssign: z.boolean(),
});

export const listAssignmentRules = endpoint({
  method: 'GET',
  path: '/assignment-rules',
  tag,
  summary: 'Rules that give customers without an owner to somebody, in their order',
  access: 'assignment:manage',
  response: z.strictObject({
    items: z.array(assignmentRule),
    /** Names of the people, teams, regions and pools in the rules, by id. */
    names: z.record(z.string(), z.string()),
    teams: z.array(teamShape),
    /** Capabilities people have. */
    capabilities: z.array(z.string()),
    /** Customers without owner, pool and team now; counted up to 10,000. */
    waiting: z.number().int(),
  }),
});

export const createAssignmentRule = endpoint({
  method: 'POST',
  path: '/assignment-rules',
  tag,
  summary: 'Add a rule at the end',
  access: 'assignment:manage',
  status: 201,
  idempotent: true,
  body: z.strictObject({
    ...ruleShape,
    condition: ruleShape.condition.default(null),
    enabled: ruleShape.enabled.default(true),
  }),
  response: assignmentRule,
});

export const updateAssignmentRule = endpoint({
  method: 'PATCH',
  path: '/assignment-rules/:id',
  tag,
  summary: 'Change a rule',
  access: 'assignment:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject(ruleShape).partial(),
  response: assignmentRule,
});

export const removeAssignmentRule = endpoint({
  method: 'DELETE',
  path: '/assignment-rules/:id',
  tag,
  summary: 'Take a rule out of use',
  access: 'assignment:manage',
  params: idParams,
  ifMatch: true,
  status: 204,
  response: z.undefined(),
});

export const orderAssignmentRules = endpoint({
  method: 'PUT',
  path: '/assignment-rules/order',
  tag,
  summary: 'Set the order in which rules are tried',
  access: 'assignment:manage',
  body: z.strictObject({ ids: z.array(z.uuid()).min(1).max(100) }),
  response: z.strictObject({ ids: z.array(z.string()) }),
});

/** What a rule would do with the customers that have no owner now. */
export const previewAssignmentRule = endpoint({
  method: 'POST',
  path: '/assignment-rules/preview',
  tag,
  summary: 'Whom a rule would give how many of the customers without an owner',
  access: 'assignment:manage',
  body: z.strictObject({ condition: ruleShape.condition, way: assignmentWay }),
  response: z.strictObject({
    matched: z.number().int(),
    /** More match than were tried. */
    more: z.boolean(),
    given: z.array(z.strictObject({ id: z.string(), name: z.string(), count: z.number().int() })),
    /** Nobody could take these: away, at the cap, or nobody at all. */
    nobody: z.number().int(),
  }),
});

export const runAssignmentRules = endpoint({
  method: 'POST',
  path: '/assignment-rules/runs',
  tag,
  summary: 'Apply the rules to the customers that have no owner now, as a job',
  access: 'assignment:manage',
  status: 202,
  response: z.strictObject({ jobId: z.string() }),
});

export const setTeamAssignment = endpoint({
  method: 'PUT',
  path: '/assignment-rules/teams/:id',
  tag,
  summary: 'Let rules give customers to the people of a team, or not',
  access: 'assignment:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ autoAssign: z.boolean() }),
  response: teamShape,
});
