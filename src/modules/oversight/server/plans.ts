import { sql } from 'kysely';
import { countRecords } from '#modules/fields/index.ts';
import { userNames } from '#modules/people/index.ts';
import { scopeOf } from '#platform/access/actor.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import type { Condition } from '#shared/conditions.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { CheckPoint, PlanView } from '../contract.ts';
import { mondayOf, overPerson } from './scope.ts';

export const selectPlans = (context: Context) =>
  context.tx.selectFrom('inspection_plan').selectAll().where('inspection_plan.org_id', '=', context.orgId);
export type PlanRow = Awaited<ReturnType<ReturnType<typeof selectPlans>['executeTakeFirstOrThrow']>>;

const mine = (context: Context) =>
  selectPlans(context).where(overPerson(context, 'inspection:manage', 'inspection_plan.inspector_id'));

async function view(context: Context, rows: PlanRow[]): Promise<PlanView[]> {
  if (rows.length === 0) return [];
  const names = await userNames(context, [...new Set(rows.map((row) => row.inspector_id))]);
  const weeks = await context.tx
    .selectFrom('inspection_round')
    .select('plan_id')
    .select(sql<string>`to_char(max(week), 'YYYY-MM-DD')`.as('week'))
    .where('org_id', '=', context.orgId)
    .where(
      'plan_id',
      'in',
      rows.map((row) => row.id),
    )
    .groupBy('plan_id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    name: row.name,
    teamId: row.team_id,
    rule: row.rule as PlanView['rule'],
    amount: row.amount,
    condition: row.condition as Condition | null,
    checklist: row.checklist as CheckPoint[],
    weekday: row.weekday,
    fixDays: row.fix_days,
    restWeeks: row.rest_weeks,
    active: row.active,
    inspectorId: row.inspector_id,
    inspectorName: names[row.inspector_id] ?? '',
    lastWeek: weeks.find((item) => item.plan_id === row.id)?.week ?? null,
  }));
}

export async function listPlans(context: Context, query: { limit: number; cursor?: string }) {
  let rows = mine(context)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await view(context, page), nextCursor };
}

async function viewOne(context: Context, id: string): Promise<PlanView> {
  const [viewed] = await view(context, await mine(context).where('id', '=', id).execute());
  if (!viewed) throw notFound('plan');
  return viewed;
}

type PlanInput = Omit<PlanView, 'id' | 'version' | 'inspectorId' | 'inspectorName' | 'lastWeek'>;

async function requireSound(context: Context, input: Partial<PlanInput>): Promise<void> {
  if (input.teamId) {
    const team = await context.tx
      .selectFrom('team')
      .select('id')
      .where('org_id', '=', context.orgId)
      .where('id', '=', input.teamId)
      .executeTakeFirst();
    const within =
      scopeOf(context.actor, 'inspection:manage') === 'all' || context.actor.teamIds.includes(input.teamId);
    if (!team || !within) throw invalid([{ field: 'teamId', code: 'link.unknown' }]);
  }
  if (input.rule === 'percent' && input.amount !== undefined && input.amount > 100)
    throw invalid([{ field: 'amount', code: 'inspection.percent' }]);
  if (input.checklist && new Set(input.checklist.map((point) => point.key)).size < input.checklist.length)
    throw invalid([{ field: 'checklist', code: 'inspection.pointTwice' }]);
  // Compiled once here, so that a wrong condition is told to whoever writes it and not to a job at night.
  if (input.condition) await countRecords(context, { object: 'customer', filter: input.condition }, 1);
}

const columns = (input: Partial<PlanInput>) => ({
  ...(input.name === undefined ? {} : { name: input.name }),
  ...(input.teamId === undefined ? {} : { team_id: input.teamId }),
  ...(input.rule === undefined ? {} : { rule: input.rule }),
  ...(input.amount === undefined ? {} : { amount: input.amount }),
  ...(input.condition === undefined ? {} : { condition: input.condition ? JSON.stringify(input.condition) : null }),
  ...(input.checklist === undefined ? {} : { checklist: JSON.stringify(input.checklist) }),
  ...(input.weekday === undefined ? {} : { weekday: input.weekday }),
  ...(input.fixDays === undefined ? {} : { fix_days: input.fixDays }),
  ...(input.restWeeks === undefined ? {} : { rest_weeks: input.restWeeks }),
  ...(input.active === undefined ? {} : { active: input.active }),
});

export async function createPlan(context: Context, input: PlanInput): Promise<PlanView> {
  await requireSound(context, input);
  const id = newId();
  await context.tx
    .insertInto('inspection_plan')
    .values({
      org_id: context.orgId,
      id,
      inspector_id: context.actor.userId,
      name: input.name,
      rule: input.rule,
      checklist: JSON.stringify(input.checklist),
      ...columns(input),
    })
    .execute();
  await recordEvent(context, {
    kind: 'inspectionPlan.created',
    subjectKind: 'inspectionPlan',
    subjectId: id,
    data: { ...input },
  });
  return viewOne(context, id);
}

export async function updatePlan(context: Context, id: string, input: Partial<PlanInput>): Promise<PlanView> {
  const row = await mine(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('plan');
  const [before] = await view(context, [row]);
  requireVersion(context, row.version, () => before);
  await requireSound(context, { rule: row.rule as PlanView['rule'], amount: row.amount, ...input });
  await context.tx
    .updateTable('inspection_plan')
    .set({ ...columns(input), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'inspectionPlan.updated',
    subjectKind: 'inspectionPlan',
    subjectId: id,
    changes: Object.fromEntries(
      Object.entries(input).map(([key, to]) => [key, { from: before?.[key as keyof PlanView] ?? null, to }]),
    ),
  });
  return viewOne(context, id);
}

/** Draws this week's sample unless it was drawn. */
export async function drawNow(context: Context, id: string): Promise<{ jobId: string }> {
  const plan = await mine(context).where('id', '=', id).executeTakeFirst();
  if (!plan) throw notFound('plan');
  if (!plan.active) throw conflict('inspection.planOff');
  const week = mondayOf(await companyToday(context));
  const drawn = await context.tx
    .selectFrom('inspection_round')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('plan_id', '=', id)
    .where('week', '=', week)
    .where('drawn', '=', true)
    .executeTakeFirst();
  if (drawn) throw conflict('inspection.drawn');
  return { jobId: await enqueueDraw(context, id, week) };
}

export const enqueueDraw = (context: Context, planId: string, week: string): Promise<string> =>
  enqueue(context, { kind: 'oversight.draw', payload: { planId, week }, uniqueKey: `${planId}.${week}` });
