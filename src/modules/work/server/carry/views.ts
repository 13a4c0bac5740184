import { type RawBuilder, sql } from 'kysely';
import { scopeOf } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { iso } from '#platform/time.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { notFound } from '#shared/errors.ts';
import type { CarryView } from '../../carry-contract.ts';

interface Row {
  id: string;
  user_id: string;
  user_name: string;
  device: string;
  day: string;
  taken_at: Date;
  due_at: Date;
  ended_at: Date | null;
  seen_at: Date | null;
  wiped_at: Date | null;
}
type Card = CarryView['cards'][number];

const time = (value: Date | null) => (value ? iso(value) : null);

/** Carries with their cards; a customer the reader may not see is there without its name. */
async function views(context: Context, where: RawBuilder<unknown>, limit: number): Promise<CarryView[]> {
  const found = await sql<Row>`
    select c.id, c.user_id, u.name as user_name, c.device, c.day::text as day, c.taken_at, c.due_at, c.ended_at, c.seen_at, c.wiped_at
    from carry c join app_user u on u.org_id = c.org_id and u.id = c.user_id
    where c.org_id = ${context.orgId} and ${where} order by c.taken_at desc, c.id desc limit ${limit}`.execute(
    context.tx,
  );
  const ids = found.rows.map((row) => row.id);
  const cards = await sql<Omit<Card, 'returnedAt'> & { carryId: string; returnedAt: Date | null }>`
    select d.carry_id as "carryId", d.id, d.customer_id as "customerId", d.state, d.returned_at as "returnedAt", d.returned_how as "returnedHow",
      case when coalesce(${visible(context.actor, 'customer:read', 'customer')}, false) then customer.name end as "customerName"
    from day_card d join customer on customer.org_id = d.org_id and customer.id = d.customer_id
    where d.org_id = ${context.orgId} and d.carry_id = any(${ids}::uuid[]) order by d.taken_at, d.id`.execute(
    context.tx,
  );
  return found.rows.map((row) => ({
    id: row.id,
    userId: row.user_id,
    userName: row.user_name,
    device: row.device,
    day: row.day,
    takenAt: iso(row.taken_at),
    dueAt: iso(row.due_at),
    endedAt: time(row.ended_at),
    seenAt: time(row.seen_at),
    wipedAt: time(row.wiped_at),
    cards: cards.rows
      .filter((card) => card.carryId === row.id)
      .map(({ carryId: _, ...card }) => ({ ...card, returnedAt: time(card.returnedAt) })),
  }));
}

export async function carryView(context: Context, id: string): Promise<CarryView> {
  const [view] = await views(context, sql`c.id = ${id}`, 1);
  if (!view) throw notFound('carry');
  return view;
}

/** What the caller carries, and what the devices have not yet deleted. */
export async function myCarries(context: Context) {
  const open = sql`c.user_id = ${context.actor.userId} and (c.ended_at is null or c.wiped_at is null)
    and c.taken_at > ${context.now()}::timestamptz - interval '30 days'`;
  return { limit: context.actor.carryLimit, items: await views(context, open, 20) };
}

/** Whose carries the caller may see and recall: by the team of the person who carries. */
export function supervised(context: Context): RawBuilder<boolean> {
  const { actor } = context;
  const scope = scopeOf(actor, 'carry:supervise');
  if (!scope) return sql<boolean>`false`;
  if (scope === 'all') return sql<boolean>`true`;
  if (scope === 'own') return sql<boolean>`c.user_id = ${actor.userId}`;
  return sql<boolean>`(c.user_id = ${actor.userId} or exists (select 1 from app_user m where m.org_id = c.org_id and m.id = c.user_id
    and m.team_id = any(${actor.teamIds}::uuid[])))`;
}

const states = {
  out: sql`c.ended_at is null`,
  unwiped: sql`c.ended_at is not null and c.wiped_at is null`,
  all: sql`true`,
};

export async function listCarries(
  context: Context,
  query: { limit: number; cursor?: string; state: keyof typeof states },
) {
  let where = sql`${supervised(context)} and ${states[query.state]}`;
  if (query.cursor) {
    const [at, id] = cursorParts(query.cursor, cursorPart.instant, cursorPart.id);
    // Cursors are of milliseconds, columns of microseconds.
    where = sql`${where} and (date_trunc('milliseconds', c.taken_at), c.id) < (${at}::timestamptz, ${id}::uuid)`;
  }
  const { page, nextCursor } = pageOfRows(await views(context, where, query.limit + 1), query.limit, (last) =>
    cursorOf(last.takenAt, last.id),
  );
  return { items: page, nextCursor };
}
