import { type RawBuilder, sql } from 'kysely';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { addDays, instantOf } from '#shared/dates/zoned.ts';
import { firstIdOf, idSlack } from '#shared/ids.ts';

interface AuditQuery {
  limit: number;
  cursor?: string;
  log: 'event' | 'access' | 'both';
  from?: string;
  to?: string;
  actorId?: string;
  customerId?: string;
  what?: string;
}

interface Row {
  id: string;
  log: 'event' | 'access';
  at: Date;
  what: string;
  subject_kind: string;
  subject_id: string | null;
  customer_id: string | null;
  customer_name: string | null;
  actor_id: string | null;
  actor_name: string;
  actor_kind: string;
  ip: string | null;
  reason: string | null;
  fields: string[] | null;
  detail: Record<string, unknown> | null;
}

/** Both logs merged, newest first. Ids grow with time, so they order, page and (as the first 48 bits) date the records. */
export async function listAudit(context: Context, query: AuditQuery) {
  const zone = await timeZoneOf(context);
  const from = query.from ? instantOf(query.from, zone) : null;
  const to = query.to ? instantOf(addDays(query.to, 1), zone) : null;
  const where = (kind: RawBuilder<unknown>): RawBuilder<unknown> => {
    const parts: RawBuilder<unknown>[] = [sql`l.org_id = ${context.orgId}`];
    if (query.cursor) parts.push(sql`l.id < ${idCursor(query.cursor)}::uuid`);
    if (from) parts.push(sql`l.at >= ${from} and l.id >= ${firstIdOf(from.getTime() - idSlack)}::uuid`);
    if (to) parts.push(sql`l.at < ${to} and l.id < ${firstIdOf(to.getTime() + idSlack)}::uuid`);
    if (query.actorId) parts.push(sql`l.actor_id = ${query.actorId}::uuid`);
    if (query.customerId) parts.push(sql`l.customer_id = ${query.customerId}::uuid`);
    if (query.what) parts.push(sql`starts_with(${kind}, ${query.what})`);
    return sql.join(parts, sql` and `);
  };
  const limit = query.limit + 1;
  const events = sql`(select l.id, 'event' as log, l.at, l.kind as what, l.subject_kind, l.subject_id, l.customer_id, l.actor_id, l.actor_name,
    l.actor_kind, null::text as ip, l.reason, array(select jsonb_object_keys(coalesce(l.changes, '{}'))) as fields, null::jsonb as detail
    from event l where ${where(sql`l.kind`)} order by l.id desc limit ${limit})`;
  const accesses = sql`(select l.id, 'access' as log, l.at, l.action as what, l.subject_kind, l.subject_id, l.customer_id, l.actor_id, l.actor_name,
    l.actor_kind, l.ip, null::text as reason, null::text[] as fields, l.detail
    from access_log l where ${where(sql`l.action`)} order by l.id desc limit ${limit})`;
  const source =
    query.log === 'event' ? events : query.log === 'access' ? accesses : sql`(${events} union all ${accesses})`;
  const result = await sql<Row>`select a.*, c.name as customer_name from ${source} a
    left join customer c on c.org_id = ${context.orgId} and c.id = a.customer_id order by a.id desc limit ${limit}`.execute(
    context.tx,
  );
  const { page, nextCursor } = pageOfRows(result.rows, query.limit);
  return {
    items: page.map((row) => ({
      id: row.id,
      log: row.log,
      at: iso(row.at),
      what: row.what,
      subjectKind: row.subject_kind,
      subjectId: row.subject_id,
      customerId: row.customer_id,
      customerName: row.customer_name,
      actorId: row.actor_id,
      actorName: row.actor_name,
      actorKind: row.actor_kind,
      ip: row.ip,
      reason: row.reason,
      fields: row.fields ?? [],
      detail: row.detail,
    })),
    nextCursor,
  };
}
