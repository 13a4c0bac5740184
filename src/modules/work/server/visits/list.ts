import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { visible } from '#platform/access/visible.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { iso } from '#platform/time.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { addDays, instantOf } from '#shared/dates/zoned.ts';
import type { VisitFilter } from '../../visit-contract.ts';
import { workSettings } from './settings.ts';
import { begun, planned, selectVisits, visitViews } from './visits.ts';

type Order = 'latest' | 'soonest';

/** Visits the filter asks for, to customers on which the actor may use the permission, in the order of their planned time. */
export async function filteredVisits(
  context: Context,
  query: VisitFilter & { cursor?: string },
  { order, permission }: { order: Order; permission: string },
) {
  const zone = await timeZoneOf(context);
  const direction = order === 'latest' ? 'desc' : 'asc';
  let rows = selectVisits(context)
    .where('customer.state', '=', 'active')
    .where(visible(context.actor, permission, 'customer'))
    .orderBy('visit.planned_at', direction)
    .orderBy('visit.id', direction);
  if (query.customerId) rows = rows.where('visit.customer_id', '=', query.customerId);
  if (query.visitor === 'me')
    rows = rows.where(
      sql<boolean>`(visit.visitor_id = ${context.actor.userId}::uuid or exists (select 1 from visit_companion vc
        where vc.org_id = visit.org_id and vc.visit_id = visit.id and vc.user_id = ${context.actor.userId}::uuid))`,
    );
  else if (query.visitor) rows = rows.where('visit.visitor_id', '=', query.visitor);
  if (query.from) rows = rows.where('visit.planned_at', '>=', instantOf(query.from, zone));
  if (query.to) rows = rows.where('visit.planned_at', '<', instantOf(addDays(query.to, 1), zone));
  if (query.state === 'open') rows = rows.where('visit.state', 'in', [...planned, ...begun]);
  else if (query.state) rows = rows.where('visit.state', '=', query.state);
  if (query.unplaced) {
    const { radiusMetres } = await workSettings(context);
    rows = rows.where(
      sql<boolean>`visit.arrived_at is not null and (visit.arrival_location <> 'known' or visit.arrival_distance > ${radiusMetres}::integer)`,
    );
  }
  if (!query.cursor) return rows;
  const [at, id] = cursorParts(query.cursor, cursorPart.instant, cursorPart.id);
  const here = sql`(${at}::timestamptz, ${id}::uuid)`;
  return rows.where(
    direction === 'desc'
      ? sql<boolean>`(visit.planned_at, visit.id) < ${here}`
      : sql<boolean>`(visit.planned_at, visit.id) > ${here}`,
  );
}

/** A page of rows as pages show them, and where the next one begins. */
export async function visitPage(context: Context, rows: Awaited<ReturnType<typeof filteredVisits>>, limit: number) {
  const { page, nextCursor } = pageOfRows(await rows.limit(limit + 1).execute(), limit, (last) =>
    cursorOf(iso(last.planned_at), last.id),
  );
  return { items: await visitViews(context, page), nextCursor };
}

/** Visits to the customers the actor may see, by their planned time. */
export async function listVisits(
  context: Context,
  { limit, order, ...query }: VisitFilter & { limit: number; cursor?: string; order: Order },
) {
  if (query.customerId) await loadCustomer(context, query.customerId, 'customer:read');
  return visitPage(context, await filteredVisits(context, query, { order, permission: 'customer:read' }), limit);
}
