import { type RawBuilder, sql } from 'kysely';
import { conditionSql, leavesOf, registerLeafMeaning, setFieldOptions } from '#modules/fields/index.ts';
import { holds } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { iso } from '#platform/time.ts';
import type { Condition } from '#shared/conditions.ts';
import { pageOfRows } from '#shared/cursor.ts';
import { badRequest, conflict, invalid, notFound } from '#shared/errors.ts';
import { isId, newId } from '#shared/ids.ts';
import type { SegmentView } from '../contract.ts';

const select = (context: Context) => context.tx.selectFrom('segment').selectAll().where('org_id', '=', context.orgId);
export type SegmentRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

const maxSegments = 1000;

const view = (context: Context, row: SegmentRow): SegmentView => ({
  id: row.id,
  version: row.version,
  name: row.name,
  description: row.description,
  kind: row.kind as SegmentView['kind'],
  condition: row.condition as Condition | null,
  color: row.color,
  customers: row.customers,
  countedAt: row.counted_at ? iso(row.counted_at) : null,
  by: row.author_name,
  can: { update: holds(context.actor, 'segment:manage') },
});

/** Segments being expanded in this request: one that asks for itself, directly or around a corner, has no meaning. */
const expanding = new WeakMap<Context, string[]>();

/** Membership of a segment as SQL over `customer`: a dynamic one asks its condition now, a fixed one its list. */
export async function memberSql(context: Context, id: string): Promise<RawBuilder<boolean>> {
  const row = isId(id) ? await select(context).where('id', '=', id).executeTakeFirst() : undefined;
  // A view may outlive a segment: nobody is in what is not there. Who writes a condition is told (`checkCondition`).
  if (!row) return sql<boolean>`false`;
  if (row.kind === 'fixed' || row.condition === null)
    return sql<boolean>`exists (select 1 from segment_member m where m.org_id = ${context.orgId}::uuid
      and m.segment_id = ${id}::uuid and m.customer_id = customer.id)`;
  const open = expanding.get(context) ?? [];
  if (open.includes(id)) throw badRequest('segment.circular', { field: 'condition', params: { name: row.name } });
  expanding.set(context, [...open, id]);
  try {
    return await conditionSql(context, 'customer', row.condition as Condition);
  } finally {
    expanding.set(context, open);
  }
}

registerLeafMeaning('customer', 'segments', async (context, leaf) => {
  if (leaf.op !== 'contains' && leaf.op !== 'notContains') return undefined;
  const member = await memberSql(context, String(leaf.value));
  return leaf.op === 'contains' ? member : sql<boolean>`(not coalesce(${member}, false))`;
});

export async function listSegments(context: Context, query: { limit: number; cursor?: string }) {
  let rows = select(context)
    .orderBy('name')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('name', '>', query.cursor);
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit, (last) => last.name);
  return { items: page.map((row) => view(context, row)), nextCursor };
}

export async function loadSegment(context: Context, id: string): Promise<SegmentRow> {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('segment');
  return row;
}
export const getSegment = async (context: Context, id: string) => view(context, await loadSegment(context, id));

/** A condition that can be a segment: it compiles for its author, and says the same to everybody. */
export async function checkCondition(context: Context, condition: Condition): Promise<void> {
  if (leavesOf(condition).length === 0) throw invalid([{ field: 'condition', code: 'class.noCondition' }]);
  if (leavesOf(condition).some((leaf) => leaf.op === 'isMe'))
    throw invalid([{ field: 'condition', code: 'class.isMe' }]);
  for (const leaf of leavesOf(condition)) {
    const named = leaf.field === 'segments' && (leaf.op === 'contains' || leaf.op === 'notContains');
    const known = named && isId(String(leaf.value));
    if (named && !(known && (await select(context).where('id', '=', String(leaf.value)).executeTakeFirst())))
      throw badRequest('segment.unknown', { field: 'condition' });
  }
  await conditionSql(context, 'customer', condition);
}

/** The options of the customer's field "segments" are the segments; its lock makes changes of them go one by one. */
async function syncOptions(context: Context): Promise<void> {
  const rows = await select(context).orderBy('name').limit(maxSegments).execute();
  await setFieldOptions(context, 'customer', 'segments', () =>
    rows.map((row) => ({ key: row.id, zh: row.name, en: row.name, ...(row.color ? { color: row.color } : {}) })),
  );
}
const oneByOne = (context: Context) => setFieldOptions(context, 'customer', 'segments', (options) => options);

async function freeName(context: Context, name: string, exceptId?: string): Promise<void> {
  const taken = await select(context).where('name', '=', name).executeTakeFirst();
  if (taken && taken.id !== exceptId) throw invalid([{ field: 'name', code: 'segment.nameTaken' }]);
}

export async function createSegment(
  context: Context,
  input: {
    name: string;
    description: string;
    color: string | null;
    kind: 'dynamic' | 'fixed';
    condition?: Condition;
  },
): Promise<SegmentView> {
  if (input.kind === 'dynamic' && !input.condition) throw invalid([{ field: 'condition', code: 'input.required' }]);
  if (input.kind === 'dynamic' && input.condition) await checkCondition(context, input.condition);
  await oneByOne(context);
  await freeName(context, input.name);
  const counted = await context.tx
    .selectFrom('segment')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('org_id', '=', context.orgId)
    .executeTakeFirstOrThrow();
  if (counted.n >= maxSegments) throw conflict('segment.tooMany', { params: { maximum: maxSegments } });
  const row = await context.tx
    .insertInto('segment')
    .values({
      org_id: context.orgId,
      id: newId(),
      name: input.name,
      description: input.description,
      kind: input.kind,
      color: input.color,
      condition: input.kind === 'dynamic' ? JSON.stringify(input.condition) : null,
      customers: input.kind === 'fixed' ? 0 : null,
      created_by: context.actor.userId,
      author_name: context.actor.name,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await syncOptions(context);
  await recordEvent(context, {
    kind: 'segment.created',
    subjectKind: 'segment',
    subjectId: row.id,
    data: { name: row.name },
  });
  if (row.kind === 'dynamic') await queueRefresh(context, row.id);
  return view(context, row);
}

async function openForChange(context: Context, id: string): Promise<SegmentRow> {
  await oneByOne(context);
  const row = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('segment');
  requireVersion(context, row.version, () => view(context, row));
  return row;
}

export async function updateSegment(
  context: Context,
  id: string,
  input: { name?: string; description?: string; color?: string | null; condition?: Condition },
): Promise<SegmentView> {
  const before = await openForChange(context, id);
  if (input.condition && before.kind === 'fixed') throw invalid([{ field: 'condition', code: 'segment.fixed' }]);
  if (input.name) await freeName(context, input.name, id);
  if (input.condition) await checkCondition(context, input.condition);
  const row = await context.tx
    .updateTable('segment')
    .set({
      ...(input.name === undefined ? {} : { name: input.name }),
      ...(input.description === undefined ? {} : { description: input.description }),
      ...(input.color === undefined ? {} : { color: input.color }),
      ...(input.condition === undefined ? {} : { condition: JSON.stringify(input.condition) }),
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  // Compiled as others will use it: a circle around other segments shows here.
  await memberSql(context, id);
  await syncOptions(context);
  await recordEvent(context, {
    kind: 'segment.changed',
    subjectKind: 'segment',
    subjectId: id,
    data: { name: row.name, condition: input.condition !== undefined },
  });
  if (input.condition) await queueRefresh(context, id);
  return view(context, row);
}

/** Refuses while another segment, a rule or a saved view asks for it. */
export async function deleteSegment(context: Context, id: string): Promise<void> {
  const row = await openForChange(context, id);
  const used = await sql<{ name: string }>`
    select name from segment where org_id = ${context.orgId} and id <> ${id} and position(${id} in condition::text) > 0
    union all select dimension from class_scheme where org_id = ${context.orgId} and position(${id} in config::text) > 0
    union all select name from saved_view where org_id = ${context.orgId} and position(${id} in query::text) > 0 limit 5`.execute(
    context.tx,
  );
  if (used.rows.length > 0)
    throw conflict('segment.inUse', { params: { names: used.rows.map((item) => item.name).join('、') } });
  const members = await sql<{
    customer_id: string;
  }>`delete from segment_member where org_id = ${context.orgId} and segment_id = ${id} returning customer_id`.execute(
    context.tx,
  );
  await context.tx.deleteFrom('segment').where('org_id', '=', context.orgId).where('id', '=', id).execute();
  await syncOptions(context);
  if (members.rows.length > 0)
    await enqueue(context, { kind: 'segments.forget', payload: { segmentId: id }, uniqueKey: id });
  await recordEvent(context, {
    kind: 'segment.deleted',
    subjectKind: 'segment',
    subjectId: id,
    data: { name: row.name },
  });
}

export const queueRefresh = (context: Context, segmentId: string) =>
  enqueue(context, { kind: 'segments.refresh', payload: { segmentId }, uniqueKey: segmentId });
