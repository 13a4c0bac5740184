import { sql, type UpdateObject } from 'kysely';
import type { DB } from '#db/types.ts';
import { loadCustomer } from '#modules/customers/index.ts';
import { dictionaryFor } from '#modules/fields/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { userNames } from '#modules/people/index.ts';
import { mayTouch, visible } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { addDays } from '#shared/dates/zoned.ts';
import { conflict, invalid, notFound, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { RemarkView } from '../contract.ts';

/** Remarks, each as visible as its customer's card. */
const selectRemarks = (context: Context) =>
  context.tx
    .selectFrom('inspection_remark as r')
    .innerJoin('customer', (join) =>
      join.onRef('customer.org_id', '=', 'r.org_id').onRef('customer.id', '=', 'r.customer_id'),
    )
    .selectAll('r')
    .select(['customer.name', 'customer.owner_id', 'customer.team_id', 'customer.region_id'])
    .select(sql<string>`to_char(r.fix_by, 'YYYY-MM-DD')`.as('due'))
    .where('r.org_id', '=', context.orgId)
    .where('customer.state', '=', 'active')
    .where(visible(context.actor, 'customer:read', 'customer'));
type Row = Awaited<ReturnType<ReturnType<typeof selectRemarks>['executeTakeFirstOrThrow']>>;

async function view(context: Context, rows: Row[]): Promise<RemarkView[]> {
  if (rows.length === 0) return [];
  const names = await userNames(context, [
    ...new Set(rows.flatMap((row) => [row.rep_id, row.author_id, ...(row.fixed_by ? [row.fixed_by] : [])])),
  ]);
  const day = await companyToday(context);
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    itemId: row.item_id,
    customer: { id: row.customer_id, name: row.name },
    repName: names[row.rep_id] ?? '',
    fieldKey: row.field_key,
    body: row.body,
    fixBy: row.due,
    overdue: row.state === 'open' && row.due < day,
    state: row.state as RemarkView['state'],
    reopened: row.reopened,
    authorName: names[row.author_id] ?? '',
    createdAt: iso(row.created_at),
    fixedByName: row.fixed_by ? (names[row.fixed_by] ?? '') : null,
    fixedAt: row.fixed_at ? iso(row.fixed_at) : null,
    fixNote: row.fix_note,
    checkNote: row.check_note,
    can: {
      fix: row.state === 'open' && mayTouch(context.actor, 'customer:update', row),
      check:
        row.state === 'fixed' &&
        row.fixed_by !== context.actor.userId &&
        mayTouch(context.actor, 'inspection:manage', row),
    },
  }));
}

/** A remark on a field the reader may not see speaks of its value: it is left out. */
async function readable(context: Context) {
  const { fields } = await dictionaryFor(context, 'customer');
  return sql<boolean>`(r.field_key is null or r.field_key = any(${fields.map((field) => field.key)}::text[]))`;
}

export async function listRemarks(
  context: Context,
  query: { limit: number; cursor?: string; box: 'mine' | 'made'; state?: string; itemId?: string },
) {
  let rows = selectRemarks(context)
    .where(query.box === 'mine' ? 'r.rep_id' : 'r.author_id', '=', context.actor.userId)
    .where(await readable(context))
    .orderBy('r.id', 'desc')
    .limit(query.limit + 1);
  if (query.state) rows = rows.where('r.state', '=', query.state);
  if (query.itemId) rows = rows.where('r.item_id', '=', query.itemId);
  if (query.cursor) rows = rows.where('r.id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await view(context, page), nextCursor };
}

export async function customerRemarks(context: Context, customerId: string, query: { limit: number; cursor?: string }) {
  await loadCustomer(context, customerId, 'customer:read');
  let rows = selectRemarks(context)
    .where('r.customer_id', '=', customerId)
    .where('r.state', '<>', 'closed')
    .where(await readable(context))
    .orderBy('r.id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('r.id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await view(context, page), nextCursor };
}

async function viewOne(context: Context, id: string): Promise<RemarkView> {
  const [viewed] = await view(context, await selectRemarks(context).where('r.id', '=', id).execute());
  if (!viewed) throw notFound('remark');
  return viewed;
}

export interface NewRemark {
  itemId: string | null;
  fieldKey: string | null;
  body: string;
  fixBy: string;
}

async function requireDay(context: Context, fixBy: string): Promise<void> {
  const day = await companyToday(context);
  if (fixBy < day) throw invalid([{ field: 'fixBy', code: 'inspection.inThePast' }]);
  if (fixBy > addDays(day, 366)) throw invalid([{ field: 'fixBy', code: 'inspection.tooFar' }]);
}

export async function createRemark(context: Context, customerId: string, input: NewRemark): Promise<RemarkView> {
  const customer = await loadCustomer(context, customerId, 'inspection:manage');
  if (!customer.owner_id) throw conflict('inspection.noOwner');
  await requireDay(context, input.fixBy);
  if (input.fieldKey) {
    const { fields } = await dictionaryFor(context, 'customer');
    if (!fields.some((field) => field.key === input.fieldKey))
      throw invalid([{ field: 'fieldKey', code: 'field.unknown', params: { field: input.fieldKey } }]);
  }
  if (input.itemId) {
    // The version is that of the answers: whoever remarks in the middle of the checklist goes on with it.
    const item = await context.tx
      .updateTable('inspection_item')
      .set({ state: 'remarked' })
      .where('org_id', '=', context.orgId)
      .where('id', '=', input.itemId)
      .where('customer_id', '=', customerId)
      .returning('id')
      .executeTakeFirst();
    if (!item) throw invalid([{ field: 'itemId', code: 'link.unknown' }]);
  }
  const id = newId();
  await context.tx
    .insertInto('inspection_remark')
    .values({
      org_id: context.orgId,
      id,
      item_id: input.itemId,
      customer_id: customerId,
      rep_id: customer.owner_id,
      field_key: input.fieldKey,
      body: input.body,
      fix_by: input.fixBy,
      author_id: context.actor.userId,
      created_at: context.now(),
    })
    .execute();
  await tell(context, 'remarked', id, customer, [customer.owner_id], { day: input.fixBy });
  return viewOne(context, id);
}

/** The remark's text stays out of the event: the timeline is read by people who may not see the field. */
async function tell(
  context: Context,
  what: 'remarked' | 'fixed' | 'closed' | 'reopened',
  id: string,
  customer: { id: string; name: string },
  userIds: string[],
  params: Record<string, string> = {},
): Promise<void> {
  await recordEvent(context, {
    kind: `inspection.${what}`,
    subjectKind: 'inspectionRemark',
    subjectId: id,
    customerId: customer.id,
  });
  await notify(context, {
    userIds: userIds.filter((userId) => userId !== context.actor.userId),
    type: `oversight.${what}`,
    params: { name: customer.name, by: context.actor.name, ...params },
    path: '/inspections',
    customerId: customer.id,
  });
}

async function lockRemark(context: Context, id: string, permission: string) {
  const row = await context.tx
    .selectFrom('inspection_remark')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw notFound('remark');
  const customer = await loadCustomer(context, row.customer_id, permission);
  requireVersion(context, row.version, () => ({ id, version: row.version, state: row.state }));
  return { row, customer };
}

const change = (context: Context, id: string, values: UpdateObject<DB, 'inspection_remark'>) =>
  context.tx
    .updateTable('inspection_remark')
    .set({ ...values, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();

export async function fixRemark(context: Context, id: string, note: string): Promise<RemarkView> {
  const { row, customer } = await lockRemark(context, id, 'customer:update');
  if (row.state !== 'open') throw conflict('inspection.notOpen');
  if (row.field_key && note === '' && !(await changedSince(context, row)))
    throw invalid([{ field: 'note', code: 'inspection.noteNeeded' }]);
  await change(context, id, {
    state: 'fixed',
    fixed_by: context.actor.userId,
    fixed_at: context.now(),
    fix_note: note || null,
  });
  await tell(context, 'fixed', id, customer, [row.author_id]);
  return viewOne(context, id);
}

/** Whether the field the remark is pinned to was changed since it was made or given back. */
async function changedSince(
  context: Context,
  row: { customer_id: string; field_key: string | null; created_at: unknown; checked_at: unknown },
): Promise<boolean> {
  const since = (row.checked_at ?? row.created_at) as Date;
  const found = await sql`select 1 from event where org_id = ${context.orgId} and customer_id = ${row.customer_id}
    and subject_id = ${row.customer_id} and jsonb_exists(changes, ${row.field_key}) and at > ${since} limit 1`.execute(
    context.tx,
  );
  return found.rows.length > 0;
}

export async function checkRemark(
  context: Context,
  id: string,
  input: { accepted: boolean; note: string; fixBy?: string },
): Promise<RemarkView> {
  const { row, customer } = await lockRemark(context, id, 'inspection:manage');
  if (row.state !== 'fixed') throw conflict('inspection.notFixed');
  if (row.fixed_by === context.actor.userId) throw new Problem(403, 'inspection.ownFix');
  if (!input.accepted && input.note === '') throw invalid([{ field: 'note', code: 'inspection.whyNeeded' }]);
  if (input.fixBy) await requireDay(context, input.fixBy);
  await change(context, id, {
    state: input.accepted ? 'closed' : 'open',
    checked_by: context.actor.userId,
    checked_at: context.now(),
    check_note: input.note || null,
    ...(input.accepted
      ? {}
      : {
          reopened: sql`reopened + 1`,
          reminded_on: null,
          ...(input.fixBy ? { fix_by: sql`${input.fixBy}::date` } : {}),
        }),
  });
  await tell(context, input.accepted ? 'closed' : 'reopened', id, customer, [row.rep_id]);
  return viewOne(context, id);
}
