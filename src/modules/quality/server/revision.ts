import { sql } from 'kysely';
import { absencesToday } from '#modules/approvals/index.ts';
import { conditionSql } from '#modules/fields/index.ts';
import { userNames } from '#modules/people/index.ts';
import { type Actor, holds, scopeOf } from '#platform/access/actor.ts';
import { visibleByOwner } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { iso } from '#platform/time.ts';
import type { Condition } from '#shared/conditions.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { addDays } from '#shared/dates/zoned.ts';
import { conflict, invalid, notFound, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { OwnerProgress, RevisionResult, RevisionView } from '../revision-contract.ts';

const select = (context: Context) => context.tx.selectFrom('revision').selectAll().where('org_id', '=', context.orgId);
export type RevisionRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

export async function loadRevision(context: Context, id: string, lock = false): Promise<RevisionRow> {
  let query = select(context).where('id', '=', id);
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('revision');
  return row;
}

/** Whether the actor has the whole company before them, not only a team's customers. */
const seesWhole = (actor: Actor) => holds(actor, 'revision:manage') && scopeOf(actor, 'customer:read') === 'all';

/** Ended by who started it, or by who answers for all customers: a team's supervisor does not end the company's. */
const mayEnd = (actor: Actor, row: RevisionRow) =>
  holds(actor, 'revision:manage') && (row.created_by === actor.userId || scopeOf(actor, 'customer:update') === 'all');

interface Seen {
  customers: number;
  decided: number;
  own: number;
  own_open: number;
}

/** What the caller sees of each revision, and the own part of it; the owner's index answers both. */
async function seenOf(context: Context, rows: RevisionRow[]): Promise<Map<string, Seen>> {
  if (rows.length === 0) return new Map();
  const { actor } = context;
  const own = sql<boolean>`owner_id is not distinct from ${actor.kind === 'system' ? null : actor.userId}::uuid`;
  const counted = seesWhole(actor) ? own : visibleByOwner(actor, 'customer:read', 'revision_item');
  const found = await sql<Seen & { revision_id: string }>`select revision_id, count(*)::integer as customers,
      count(result)::integer as decided, count(*) filter (where ${own})::integer as own,
      count(*) filter (where ${own} and result is null)::integer as own_open
    from revision_item where org_id = ${context.orgId} and revision_id = any(${rows.map((row) => row.id)}::uuid[]) and ${counted}
    group by revision_id`.execute(context.tx);
  return new Map(found.rows.map((row) => [row.revision_id, row]));
}

async function viewAll(context: Context, rows: RevisionRow[]): Promise<RevisionView[]> {
  const day = await companyToday(context);
  const seen = await seenOf(context, rows);
  const whole = seesWhole(context.actor);
  return rows.map((row) => view(row, day, whole, seen.get(row.id)));
}

const viewOne = async (context: Context, row: RevisionRow): Promise<RevisionView> =>
  (await viewAll(context, [row]))[0] as RevisionView;

const view = (row: RevisionRow, day: string, whole: boolean, seen: Seen | undefined): RevisionView => ({
  id: row.id,
  version: row.version,
  name: row.name,
  state: row.state as RevisionView['state'],
  scheduled: row.scheduled,
  scope: (row.scope ?? null) as Condition | null,
  dueOn: row.due_on,
  overdue: row.state !== 'closed' && row.due_on < day,
  customers: whole ? row.customers : (seen?.customers ?? 0),
  decided: whole ? row.decided : (seen?.decided ?? 0),
  mine: { customers: seen?.own ?? 0, open: seen?.own_open ?? 0 },
  createdAt: iso(row.created_at),
  by: row.author_name,
  closedAt: row.closed_at ? iso(row.closed_at) : null,
});

export async function listRevisions(context: Context, query: { limit: number; cursor?: string }) {
  let wanted = select(context)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) wanted = wanted.where('id', '<', idCursor(query.cursor));
  const rows = await wanted.execute();
  const { page, nextCursor } = pageOfRows(rows, query.limit);
  return { items: await viewAll(context, page), nextCursor };
}

/** Starts a revision; who asks decides which customers it may reach. */
export async function createRevision(
  context: Context,
  input: { name: string; scope?: Condition | null; dueOn: string; scheduled?: boolean },
): Promise<RevisionView> {
  const day = await companyToday(context);
  if (input.dueOn < day) throw invalid([{ field: 'dueOn', code: 'revision.past' }]);
  if (input.dueOn > addDays(day, 366)) throw invalid([{ field: 'dueOn', code: 'revision.tooFar' }]);
  if (input.scope) await conditionSql(context, 'customer', input.scope);
  const id = newId();
  await context.tx
    .insertInto('revision')
    .values({
      org_id: context.orgId,
      id,
      name: input.name,
      scope: input.scope ? JSON.stringify(input.scope) : null,
      due_on: input.dueOn,
      scheduled: input.scheduled ?? false,
      created_at: context.now(),
      created_by: context.actor.kind === 'system' ? null : context.actor.userId,
      author_name: context.actor.name,
    })
    .execute();
  await enqueue(context, { kind: 'quality.revisionFill', payload: { revisionId: id }, uniqueKey: id });
  await recordEvent(context, {
    kind: 'revision.started',
    subjectKind: 'revision',
    subjectId: id,
    data: { name: input.name, dueOn: input.dueOn },
  });
  return viewOne(context, await loadRevision(context, id));
}

interface ProgressRow {
  owner_id: string | null;
  total: number;
  grown: number;
  stable: number;
  shrinking: number;
  lost: number;
}

export async function getRevision(context: Context, id: string) {
  const row = await loadRevision(context, id);
  const { rows } = await sql<ProgressRow>`select owner_id, count(*)::integer as total,
      count(*) filter (where result = 'grown')::integer as grown, count(*) filter (where result = 'stable')::integer as stable,
      count(*) filter (where result = 'shrinking')::integer as shrinking, count(*) filter (where result = 'lost')::integer as lost
    from revision_item where org_id = ${context.orgId} and revision_id = ${id}
      and ${visibleByOwner(context.actor, 'customer:read', 'revision_item')}
    group by owner_id order by total desc, owner_id limit 500`.execute(context.tx);
  const names = await userNames(
    context,
    rows.flatMap((item) => (item.owner_id ? [item.owner_id] : [])),
  );
  const absences = await absencesToday(context);
  const owners: OwnerProgress[] = rows.map(({ owner_id, ...counts }) => ({
    ownerId: owner_id,
    name: owner_id ? (names[owner_id] ?? null) : null,
    away: owner_id !== null && absences.has(owner_id),
    ...counts,
  }));
  const mine = sql`org_id = ${context.orgId} and revision_id = ${id}
      and ${visibleByOwner(context.actor, 'customer:read', 'revision_item')}`;
  const reasons = await sql<{ result: RevisionResult; why: string; customers: number }>`
    select result, why, count(*)::integer as customers from revision_item
    where ${mine} and result is not null and why is not null group by result, why order by customers desc, why limit 20`.execute(
    context.tx,
  );
  const may = holds(context.actor, 'revision:manage')
    ? sql`${visibleByOwner(context.actor, 'customer:update', 'revision_item')} and exists (select 1 from customer c
        where c.org_id = revision_item.org_id and c.id = revision_item.customer_id and c.state = 'active')`
    : sql`false`;
  const proposals = await sql<{ from: string | null; to: string; customers: number; acceptable: number }>`
    select grade_from as "from", grade_to as "to", count(*)::integer as customers, count(*) filter (where ${may})::integer as acceptable
    from revision_item
    where ${mine} and proposal = 'open' group by 1, 2 order by 1, 2 limit 100`.execute(context.tx);
  const sum = (key: 'total' | 'grown' | 'stable' | 'shrinking' | 'lost') =>
    owners.reduce((count, item) => count + item[key], 0);
  return {
    ...(await viewOne(context, row)),
    owners,
    total: {
      total: sum('total'),
      grown: sum('grown'),
      stable: sum('stable'),
      shrinking: sum('shrinking'),
      lost: sum('lost'),
    },
    reasons: reasons.rows,
    proposals: proposals.rows,
    can: {
      close: row.state === 'open' && mayEnd(context.actor, row),
      reclassify: proposals.rows.some(({ acceptable }) => acceptable > 0),
    },
  };
}

export async function closeRevision(context: Context, id: string): Promise<RevisionView> {
  const row = await loadRevision(context, id, true);
  if (!mayEnd(context.actor, row)) throw new Problem(403, 'revision.notYours');
  const before = await viewOne(context, row);
  requireVersion(context, row.version, () => before);
  if (row.state !== 'open') throw conflict('revision.notOpen');
  await context.tx
    .updateTable('revision')
    .set({ state: 'closed', closed_at: context.now(), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'revision.closed',
    subjectKind: 'revision',
    subjectId: id,
    data: { customers: row.customers, decided: row.decided },
  });
  return viewOne(context, await loadRevision(context, id));
}
