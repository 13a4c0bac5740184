import { z } from 'zod';
import { condition } from '#shared/conditions.ts';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'oversight';
const access = 'inspection:manage';

export const checkPoint = z.strictObject({
  key: z.string().regex(/^[a-z0-9-]{1,40}$/),
  label: z.string().trim().min(1).max(100),
});
export type CheckPoint = z.infer<typeof checkPoint>;
export const drawRules = ['perRep', 'percent', 'all'] as const;

const planFields = {
  name: z.string().trim().min(1).max(100),
  /** Reps of this team and below; null: everybody the inspector may inspect. */
  teamId: z.uuid().nullable(),
  rule: z.enum(drawRules),
  /** Cards per rep, or per cent of each rep's cards. */
  amount: z.number().int().min(1).max(1000),
  condition: condition.nullable(),
  checklist: z.array(checkPoint).min(1).max(50),
  weekday: z.number().int().min(1).max(7),
  fixDays: z.number().int().min(0).max(90),
  restWeeks: z.number().int().min(0).max(104),
  active: z.boolean(),
};
export const planShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  ...planFields,
  inspectorId: z.string(),
  inspectorName: z.string(),
  lastWeek: z.string().nullable(),
});
export type PlanView = z.infer<typeof planShape>;

export const listPlans = endpoint({
  method: 'GET',
  path: '/inspection-plans',
  tag,
  summary: 'Inspection plans I may see',
  access,
  query: z.strictObject(pageQuery),
  response: pageOf(planShape),
});
export const createPlan = endpoint({
  method: 'POST',
  path: '/inspection-plans',
  tag,
  summary: 'Plan a weekly inspection; the caller inspects',
  access,
  status: 201,
  idempotent: true,
  body: z.strictObject({
    ...planFields,
    teamId: planFields.teamId.default(null),
    amount: planFields.amount.default(5),
    condition: planFields.condition.default(null),
    weekday: planFields.weekday.default(1),
    fixDays: planFields.fixDays.default(5),
    restWeeks: planFields.restWeeks.default(4),
    active: planFields.active.default(true),
  }),
  response: planShape,
});
export const updatePlan = endpoint({
  method: 'PATCH',
  path: '/inspection-plans/:id',
  tag,
  summary: 'Change a plan; rounds already drawn stay as they are',
  access,
  params: idParams,
  ifMatch: true,
  body: z.strictObject(planFields).partial(),
  response: planShape,
});
export const drawNow = endpoint({
  method: 'POST',
  path: '/inspection-plans/:id/rounds',
  tag,
  summary: 'Draw this week’s sample now; a week is drawn once',
  access,
  params: idParams,
  status: 202,
  response: z.strictObject({ jobId: z.string() }),
});

export const roundShape = z.strictObject({
  id: z.string(),
  planName: z.string(),
  week: z.string(),
  inspectorName: z.string(),
  drawn: z.boolean(),
  total: z.number().int(),
  open: z.number().int(),
  remarked: z.number().int(),
  checklist: z.array(checkPoint),
  fixDays: z.number().int(),
});
export type RoundView = z.infer<typeof roundShape>;
export const listRounds = endpoint({
  method: 'GET',
  path: '/inspection-rounds',
  tag,
  summary: 'Weekly samples with their progress, newest first',
  access,
  query: z.strictObject(pageQuery),
  response: pageOf(roundShape),
});

export const itemStates = ['open', 'passed', 'remarked'] as const;
export const itemShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  roundId: z.string(),
  customer: z.strictObject({ id: z.string(), name: z.string(), number: z.string() }),
  repId: z.string(),
  repName: z.string(),
  state: z.enum(itemStates),
  /** Per check point: good, bad or not applicable. */
  answers: z.record(z.string(), z.enum(['good', 'bad', 'none'])),
  inspectedAt: z.string().nullable(),
  remarks: z.number().int(),
  openRemarks: z.number().int(),
});
export type ItemView = z.infer<typeof itemShape>;
export const listItems = endpoint({
  method: 'GET',
  path: '/inspection-rounds/:id/items',
  tag,
  summary: 'Cards of a weekly sample',
  access,
  params: idParams,
  query: z.strictObject({ ...pageQuery, state: z.enum(itemStates).optional(), repId: z.uuid().optional() }),
  response: pageOf(itemShape).extend({ round: roundShape }),
});
export const inspectItem = endpoint({
  method: 'PUT',
  path: '/inspection-items/:id/inspection',
  tag,
  summary: 'Record the checklist of a card; with remarks it is remarked, else passed',
  access,
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ answers: z.record(z.string().max(40), z.enum(['good', 'bad', 'none'])) }),
  response: itemShape,
});

export const remarkStates = ['open', 'fixed', 'closed'] as const;
export const remarkShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  itemId: z.string().nullable(),
  customer: z.strictObject({ id: z.string(), name: z.string() }),
  repName: z.string(),
  fieldKey: z.string().nullable(),
  body: z.string(),
  fixBy: z.string(),
  overdue: z.boolean(),
  state: z.enum(remarkStates),
  reopened: z.number().int(),
  authorName: z.string(),
  createdAt: z.string(),
  fixedByName: z.string().nullable(),
  fixedAt: z.string().nullable(),
  fixNote: z.string().nullable(),
  checkNote: z.string().nullable(),
  can: z.strictObject({ fix: z.boolean(), check: z.boolean() }),
});
export type RemarkView = z.infer<typeof remarkShape>;

export const listRemarks = endpoint({
  method: 'GET',
  path: '/inspection-remarks',
  tag,
  summary: 'Remarks for me to fix, or made by me to check; newest first',
  access: 'signed-in',
  query: z.strictObject({
    ...pageQuery,
    box: z.enum(['mine', 'made']).default('mine'),
    state: z.enum(remarkStates).optional(),
    itemId: z.uuid().optional(),
  }),
  response: pageOf(remarkShape),
});
export const customerRemarks = endpoint({
  method: 'GET',
  path: '/customers/:id/inspection-remarks',
  tag,
  summary: 'Remarks on one card that are not closed',
  access: 'customer:read',
  params: idParams,
  query: z.strictObject(pageQuery),
  response: pageOf(remarkShape),
});
export const createRemark = endpoint({
  method: 'POST',
  path: '/customers/:id/inspection-remarks',
  tag,
  summary: 'Remark on a card or one of its fields, to be fixed by a day',
  access,
  params: idParams,
  status: 201,
  idempotent: true,
  body: z.strictObject({
    itemId: z.uuid().nullable().default(null),
    fieldKey: z.string().max(60).nullable().default(null),
    body: z.string().trim().min(1).max(2000),
    fixBy: z.iso.date(),
  }),
  response: remarkShape,
});
export const fixRemark = endpoint({
  method: 'POST',
  path: '/inspection-remarks/:id/fix',
  tag,
  summary: 'Say that it is fixed; a pinned field that was not changed needs a word why',
  access: 'customer:update',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ note: z.string().trim().max(2000).default('') }),
  response: remarkShape,
});
export const checkRemark = endpoint({
  method: 'POST',
  path: '/inspection-remarks/:id/check',
  tag,
  summary: 'Check a fix: close the remark, or give it back',
  access,
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    accepted: z.boolean(),
    note: z.string().trim().max(2000).default(''),
    /** A new day when it is given back. */
    fixBy: z.iso.date().optional(),
  }),
  response: remarkShape,
});

export const repStatistics = z.strictObject({
  repId: z.string(),
  repName: z.string(),
  drawn: z.number().int(),
  inspected: z.number().int(),
  passed: z.number().int(),
  remarks: z.number().int(),
  open: z.number().int(),
  overdue: z.number().int(),
  closed: z.number().int(),
  reopened: z.number().int(),
  /** Average days from remark to fix; null while nothing was fixed. */
  daysToFix: z.number().nullable(),
});
export type RepStatistics = z.infer<typeof repStatistics>;
export const inspectionStatistics = endpoint({
  method: 'GET',
  path: '/inspection-statistics',
  tag,
  summary: 'Results of the inspections per rep between two days',
  access,
  query: z.strictObject({ from: z.iso.date(), to: z.iso.date() }),
  response: z.strictObject({ items: z.array(repStatistics) }),
});
