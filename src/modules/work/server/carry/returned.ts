import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { iso } from '#platform/time.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { addDays, instantOf } from '#shared/dates/zoned.ts';
import type { ReturnedCard, ReturnedHow } from '../../carry-contract.ts';
import { supervised } from './views.ts';

export interface ReturnedQuery {
  limit: number;
  cursor?: string;
  userId?: string;
  how?: ReturnedHow;
  from?: string;
  to?: string;
}
interface Row extends Omit<ReturnedCard, 'takenAt' | 'returnedAt' | 'wipedAt'> {
  takenAt: Date;
  returnedAt: Date;
  wipedAt: Date | null;
}

/** Cards that came back, latest first: whose, when and how; a customer the reader may not see is there without its name. */
export async function listReturned(context: Context, query: ReturnedQuery) {
  const zone = await timeZoneOf(context);
  const conditions = [supervised(context)];
  if (query.userId) conditions.push(sql<boolean>`d.user_id = ${query.userId}`);
  if (query.how) conditions.push(sql<boolean>`d.returned_how = ${query.how}`);
  if (query.from) conditions.push(sql<boolean>`d.returned_at >= ${instantOf(query.from, zone)}`);
  if (query.to) conditions.push(sql<boolean>`d.returned_at < ${instantOf(addDays(query.to, 1), zone)}`);
  if (query.cursor) {
    const [at, id] = cursorParts(query.cursor, cursorPart.instant, cursorPart.id);
    conditions.push(sql<boolean>`(d.returned_at, d.id) < (${at}::timestamptz, ${id}::uuid)`);
  }
  const found = await sql<Row>`
    select d.id, d.carry_id as "carryId", d.customer_id as "customerId", d.user_id as "userId", u.name as "userName", d.device,
      d.taken_at as "takenAt", d.returned_at as "returnedAt", d.returned_how as how, b.name as "by", c.wiped_at as "wipedAt",
      case when coalesce(${visible(context.actor, 'customer:read', 'customer')}, false) then customer.name end as "customerName"
    from day_card d
      join carry c on c.org_id = d.org_id and c.id = d.carry_id
      join app_user u on u.org_id = d.org_id and u.id = d.user_id
      left join app_user b on b.org_id = d.org_id and b.id = d.returned_by
      join customer on customer.org_id = d.org_id and customer.id = d.customer_id
    where d.org_id = ${context.orgId} and d.state = 'returned' and ${sql.join(conditions, sql` and `)}
    order by d.returned_at desc, d.id desc limit ${query.limit + 1}`.execute(context.tx);
  const { page, nextCursor } = pageOfRows(found.rows, query.limit, (last) => cursorOf(iso(last.returnedAt), last.id));
  return {
    items: page.map((row) => ({
      ...row,
      takenAt: iso(row.takenAt),
      returnedAt: iso(row.returnedAt),
      wipedAt: row.wipedAt ? iso(row.wipedAt) : null,
    })),
    nextCursor,
  };
}
