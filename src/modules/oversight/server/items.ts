import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { userNames } from '#modules/people/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { invalid, notFound } from '#shared/errors.ts';
import type { CheckPoint, ItemView, RoundView } from '../contract.ts';
import { overPerson } from './scope.ts';

const selectRounds = (context: Context) =>
  context.tx
    .selectFrom('inspection_round')
    .innerJoin('inspection_plan', (join) =>
      join
        .onRef('inspection_plan.org_id', '=', 'inspection_round.org_id')
        .onRef('inspection_plan.id', '=', 'inspection_round.plan_id'),
    )
    .select([
      'inspection_round.id',
      'inspection_plan.name',
      'inspection_round.inspector_id',
      'inspection_round.drawn',
      'inspection_round.checklist',
      'inspection_round.fix_days',
    ])
    .select(sql<string>`to_char(inspection_round.week, 'YYYY-MM-DD')`.as('week'))
    .where('inspection_round.org_id', '=', context.orgId)
    .where(overPerson(context, 'inspection:manage', 'inspection_round.inspector_id'));
type RoundRow = Awaited<ReturnType<ReturnType<typeof selectRounds>['executeTakeFirstOrThrow']>>;

async function viewRounds(context: Context, rows: RoundRow[]): Promise<RoundView[]> {
  if (rows.length === 0) return [];
  const names = await userNames(context, [...new Set(rows.map((row) => row.inspector_id))]);
  const counts = await context.tx
    .selectFrom('inspection_item')
    .select(['round_id', 'state'])
    .select(sql<number>`count(*)`.as('n'))
    .where('org_id', '=', context.orgId)
    .where(
      'round_id',
      'in',
      rows.map((row) => row.id),
    )
    .groupBy(['round_id', 'state'])
    .execute();
  return rows.map((row) => {
    const of = (state?: string) =>
      counts
        .filter((item) => item.round_id === row.id && (!state || item.state === state))
        .reduce((sum, item) => sum + item.n, 0);
    return {
      id: row.id,
      planName: row.name,
      week: row.week,
      inspectorName: names[row.inspector_id] ?? '',
      drawn: row.drawn,
      total: of(),
      open: of('open'),
      remarked: of('remarked'),
      checklist: row.checklist as CheckPoint[],
      fixDays: row.fix_days,
    };
  });
}

export async function listRounds(context: Context, query: { limit: number; cursor?: string }) {
  let rows = selectRounds(context)
    .orderBy('inspection_round.id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('inspection_round.id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await viewRounds(context, page), nextCursor };
}

/** Cards of samples, each as visible as its customer. */
const selectItems = (context: Context) =>
  context.tx
    .selectFrom('inspection_item')
    .innerJoin('customer', (join) =>
      join
        .onRef('customer.org_id', '=', 'inspection_item.org_id')
        .onRef('customer.id', '=', 'inspection_item.customer_id'),
    )
    .select([
      'inspection_item.id',
      'inspection_item.version',
      'inspection_item.round_id',
      'inspection_item.customer_id',
      'inspection_item.rep_id',
      'inspection_item.state',
      'inspection_item.answers',
      'inspection_item.inspected_at',
      'customer.name',
      'customer.number',
    ])
    .where('inspection_item.org_id', '=', context.orgId)
    .where('customer.state', '=', 'active')
    .where(visible(context.actor, 'customer:read', 'customer'))
    .where(visible(context.actor, 'inspection:manage', 'customer'));
type ItemRow = Awaited<ReturnType<ReturnType<typeof selectItems>['executeTakeFirstOrThrow']>>;

async function viewItems(context: Context, rows: ItemRow[]): Promise<ItemView[]> {
  if (rows.length === 0) return [];
  const names = await userNames(context, [...new Set(rows.map((row) => row.rep_id))]);
  const remarks = await context.tx
    .selectFrom('inspection_remark')
    .select('item_id')
    .select([sql<number>`count(*)`.as('n'), sql<number>`count(*) filter (where state <> 'closed')`.as('open')])
    .where('org_id', '=', context.orgId)
    .where(
      'item_id',
      'in',
      rows.map((row) => row.id),
    )
    .groupBy('item_id')
    .execute();
  return rows.map((row) => {
    const count = remarks.find((item) => item.item_id === row.id);
    return {
      id: row.id,
      version: row.version,
      roundId: row.round_id,
      customer: { id: row.customer_id, name: row.name, number: row.number },
      repId: row.rep_id,
      repName: names[row.rep_id] ?? '',
      state: row.state as ItemView['state'],
      answers: row.answers as ItemView['answers'],
      inspectedAt: row.inspected_at ? iso(row.inspected_at) : null,
      remarks: count?.n ?? 0,
      openRemarks: count?.open ?? 0,
    };
  });
}

export async function listItems(
  context: Context,
  roundId: string,
  query: { limit: number; cursor?: string; state?: string; repId?: string },
) {
  const [round] = await viewRounds(
    context,
    await selectRounds(context).where('inspection_round.id', '=', roundId).execute(),
  );
  if (!round) throw notFound('round');
  let rows = selectItems(context)
    .where('inspection_item.round_id', '=', roundId)
    .orderBy('inspection_item.id')
    .limit(query.limit + 1);
  if (query.state) rows = rows.where('inspection_item.state', '=', query.state);
  if (query.repId) rows = rows.where('inspection_item.rep_id', '=', query.repId);
  if (query.cursor) rows = rows.where('inspection_item.id', '>', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await viewItems(context, page), nextCursor, round };
}

/** Records what was found on a card. A bad point or a remark makes it remarked, else it passed. */
export async function inspectItem(context: Context, id: string, answers: ItemView['answers']): Promise<ItemView> {
  const row = await selectItems(context)
    .where('inspection_item.id', '=', id)
    .forUpdate('inspection_item')
    .executeTakeFirst();
  if (!row) throw notFound('item');
  const [round] = await viewRounds(
    context,
    await selectRounds(context).where('inspection_round.id', '=', row.round_id).execute(),
  );
  if (!round) throw notFound('item');
  requireVersion(context, row.version, () => ({ id, version: row.version, answers: row.answers }));
  const known = new Set(round.checklist.map((point) => point.key));
  const errors = [
    ...Object.keys(answers)
      .filter((key) => !known.has(key))
      .map((key) => ({ field: `answers.${key}`, code: 'inspection.unknownPoint' })),
    ...[...known]
      .filter((key) => !answers[key])
      .map((key) => ({ field: `answers.${key}`, code: 'inspection.unanswered' })),
  ];
  if (errors.length > 0) throw invalid(errors);
  await loadCustomer(context, row.customer_id, 'inspection:manage');
  const remark = await context.tx
    .selectFrom('inspection_remark')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('item_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  const bad = Object.values(answers).filter((answer) => answer === 'bad').length;
  const state = bad > 0 || remark ? 'remarked' : 'passed';
  await context.tx
    .updateTable('inspection_item')
    .set({
      answers: JSON.stringify(answers),
      state,
      inspected_by: context.actor.userId,
      inspected_at: context.now(),
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'inspection.done',
    subjectKind: 'inspectionItem',
    subjectId: id,
    customerId: row.customer_id,
    data: { state, bad, points: round.checklist.length },
  });
  const [viewed] = await viewItems(context, await selectItems(context).where('inspection_item.id', '=', id).execute());
  if (!viewed) throw notFound('item');
  return viewed;
}
