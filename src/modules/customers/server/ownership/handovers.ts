import { sql } from 'kysely';
import { ownerTeam, userNames } from '#modules/people/index.ts';
import { holds, scopeOf } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { conflict, type FieldError, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { HandoverView } from '../../handover-contract.ts';
import { handoverParts } from './handover-parts.ts';

const select = (context: Context) => context.tx.selectFrom('handover').selectAll().where('org_id', '=', context.orgId);
export type HandoverRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

async function views(context: Context, rows: HandoverRow[]): Promise<HandoverView[]> {
  const names = await userNames(context, [...new Set(rows.flatMap((row) => [row.from_user_id, row.to_user_id]))]);
  const person = (id: string) => ({ id, name: names[id] ?? '' });
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind as HandoverView['kind'],
    from: person(row.from_user_id),
    to: person(row.to_user_id),
    fromOn: row.from_on,
    toOn: row.to_on,
    reason: row.reason,
    state: row.state as HandoverView['state'],
    customers: row.customers,
    createdAt: iso(row.created_at),
    version: row.version,
    can: { end: endable(row) && holds(context.actor, 'customer:assign') },
  }));
}

/** A stand-in that runs, or anything that waits for its day. */
const endable = (row: HandoverRow) => row.state === 'planned' || (row.kind === 'standIn' && row.state === 'moved');

/** One's own hand-overs; who may assign everybody's customers sees all. */
const mine = (context: Context) =>
  scopeOf(context.actor, 'customer:assign') === 'all'
    ? sql<boolean>`true`
    : sql<boolean>`${context.actor.userId}::uuid in (handover.from_user_id, handover.to_user_id, handover.created_by)`;

export async function listHandovers(context: Context, query: { limit: number; cursor?: string }) {
  let rows = select(context)
    .where(mine(context))
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await views(context, page), nextCursor };
}

export async function loadHandover(context: Context, id: string, lock = false): Promise<HandoverRow> {
  let query = select(context).where('id', '=', id).where(mine(context));
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('handover');
  return row;
}

/** The person's customers that the caller may give to others. */
export async function customersToMove(
  context: Context,
  input: { fromUserId: string; customerIds?: string[] | null },
  limit: number,
): Promise<string[]> {
  const chosen = input.customerIds ? sql<boolean>`customer.id = any(${input.customerIds}::uuid[])` : sql<boolean>`true`;
  const found = await sql<{ id: string }>`select id from customer where org_id = ${context.orgId}
    and owner_id = ${input.fromUserId} and state = 'active' and ${chosen}
    and ${visible(context.actor, 'customer:assign', 'customer')} order by id limit ${limit}`.execute(context.tx);
  return found.rows.map((row) => row.id);
}

export async function previewHandover(context: Context, input: { fromUserId: string; customerIds?: string[] }) {
  const ids = await customersToMove(context, input, 50_000);
  const parts = [];
  for (const part of handoverParts())
    parts.push({
      name: part.name,
      count: await part.preview(context, { fromUserId: input.fromUserId, customerIds: ids }),
    });
  return { customers: ids.length, parts };
}

export async function startHandover(
  context: Context,
  input: {
    fromUserId: string;
    toUserId: string;
    customerIds?: string[];
    kind: 'transfer' | 'standIn';
    fromOn?: string;
    toOn?: string;
    reason: string;
  },
): Promise<HandoverView> {
  const today = await companyToday(context);
  const fromOn = input.fromOn ?? today;
  const errors: FieldError[] = [];
  if (input.fromUserId === input.toUserId) errors.push({ field: 'toUserId', code: 'handover.same' });
  if (fromOn < today) errors.push({ field: 'fromOn', code: 'handover.past' });
  if (input.kind === 'standIn' && (!input.toOn || input.toOn < fromOn))
    errors.push({ field: 'toOn', code: 'handover.lastDay' });
  if (input.kind === 'transfer' && input.toOn) errors.push({ field: 'toOn', code: 'handover.forGood' });
  if (errors.length > 0) throw invalid(errors);
  await ownerTeam(context, input.toUserId, 'toUserId');
  if ((await customersToMove(context, input, 1)).length === 0) throw conflict('handover.nothing');
  const row = await context.tx
    .insertInto('handover')
    .values({
      org_id: context.orgId,
      id: newId(),
      kind: input.kind,
      from_user_id: input.fromUserId,
      to_user_id: input.toUserId,
      customer_ids: input.customerIds ?? null,
      from_on: fromOn,
      to_on: input.toOn ?? null,
      reason: input.reason,
      created_by: context.actor.userId,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordEvent(context, {
    kind: 'handover.arranged',
    subjectKind: 'handover',
    subjectId: row.id,
    data: { from: row.from_user_id, to: row.to_user_id, kind: row.kind, fromOn, toOn: row.to_on },
    reason: input.reason || null,
  });
  if (fromOn <= today) await queueMove(context, row.id);
  return only(await views(context, [row]));
}

const only = <T>(items: T[]): T => {
  const [item] = items;
  if (!item) throw notFound('handover');
  return item;
};

export const queueMove = (context: Context, id: string) =>
  enqueue(context, { kind: 'customers.handover', payload: { handoverId: id }, uniqueKey: id });

/** Ends a stand-in early, its customers go back in the background; what waits for its day is called off. */
export async function endHandover(context: Context, id: string): Promise<HandoverView> {
  const row = await loadHandover(context, id, true);
  const [before] = await views(context, [row]);
  requireVersion(context, row.version, () => before);
  if (!endable(row)) throw conflict('handover.notRunning');
  if (row.state === 'planned') return cancelHandover(context, row);
  await enqueue(context, { kind: 'customers.handoverReturn', payload: { handoverId: id }, uniqueKey: id });
  return only(await views(context, [row]));
}

async function cancelHandover(context: Context, row: HandoverRow): Promise<HandoverView> {
  const cancelled = await context.tx
    .updateTable('handover')
    .set({ state: 'cancelled', version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordEvent(context, {
    kind: 'handover.cancelled',
    subjectKind: 'handover',
    subjectId: row.id,
    data: { from: row.from_user_id, to: row.to_user_id, kind: row.kind },
  });
  return only(await views(context, [cancelled]));
}

export async function handoverItems(context: Context, id: string, query: { limit: number; cursor?: string }) {
  await loadHandover(context, id);
  const after = query.cursor ? sql`and i.id > ${idCursor(query.cursor)}::uuid` : sql``;
  const found = await sql<{
    id: string;
    customer_id: string;
    name: string;
    number: string;
    grade: string | null;
    brief: { lastContactAt?: string | null; nextStepAt?: string | null; open?: string[] };
    returned_at: Date | null;
  }>`select i.id, i.customer_id, customer.name, customer.number, customer.grade, i.brief, i.returned_at
    from handover_item i join customer on customer.org_id = i.org_id and customer.id = i.customer_id
    where i.org_id = ${context.orgId} and i.handover_id = ${id} ${after}
      and ${visible(context.actor, 'customer:read', 'customer')}
    order by i.id limit ${query.limit + 1}`.execute(context.tx);
  await logAccess(context, { action: 'list', subjectKind: 'handover', subjectId: id });
  const { page, nextCursor } = pageOfRows(found.rows, query.limit);
  return {
    items: page.map((row) => ({
      id: row.id,
      customerId: row.customer_id,
      name: row.name,
      number: row.number,
      grade: row.grade,
      lastContactAt: row.brief.lastContactAt ?? null,
      nextStepAt: row.brief.nextStepAt ?? null,
      returnedAt: row.returned_at ? iso(row.returned_at) : null,
      open: row.brief.open ?? [],
    })),
    nextCursor,
  };
}
