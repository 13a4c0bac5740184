import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { conflict, notFound } from '#shared/errors.ts';
import type { CustomerKind } from '#shared/fields.ts';
import type { DuplicatePair } from '../../duplicates-contract.ts';

interface Row {
  id: string;
  version: number;
  score: number;
  reasons: DuplicatePair['reasons'];
  state: DuplicatePair['state'];
  found_by: DuplicatePair['foundBy'];
  found_at: Date;
  decided_at: Date | null;
  decided_name: string | null;
  note: string | null;
  a: Party;
  b: Party;
}
interface Party {
  id: string;
  number: string;
  name: string;
  kind: CustomerKind;
  grade: string | null;
  ownerName: string | null;
}

const partyOf = (alias: 'a' | 'b') => {
  const column = (name: string) => sql.ref(`${alias}.${name}`);
  return sql`jsonb_build_object('id', ${column('id')}, 'number', ${column('number')}, 'name', ${column('name')}, 'kind', ${column('kind')},
    'grade', ${column('grade')}, 'ownerName', (select name from app_user u where u.org_id = ${column('org_id')} and u.id = ${column('owner_id')}))`;
};

/** Pairs both of whose customers the caller may merge; others do not exist for the caller. */
const pairs = (
  context: Context,
) => sql`select p.id, p.version, p.score, p.reasons, p.state, p.found_by, p.found_at, p.decided_at,
    p.decided_name, p.note, ${partyOf('a')} as a, ${partyOf('b')} as b
  from duplicate_pair p
  join customer a on a.org_id = p.org_id and a.id = p.a_id and a.state in ('active', 'merged') and ${visible(context.actor, 'customer:merge', 'a')}
  join customer b on b.org_id = p.org_id and b.id = p.b_id and b.state in ('active', 'merged') and ${visible(context.actor, 'customer:merge', 'b')}
  where p.org_id = ${context.orgId} and p.object = 'customer'`;

const view = (row: Row): DuplicatePair => ({
  id: row.id,
  version: row.version,
  score: Math.round(row.score * 1000) / 1000,
  reasons: row.reasons,
  state: row.state,
  foundBy: row.found_by,
  foundAt: iso(row.found_at),
  decidedBy: row.decided_name,
  decidedAt: row.decided_at ? iso(row.decided_at) : null,
  note: row.note,
  a: row.a,
  b: row.b,
});

export async function listDuplicates(
  context: Context,
  query: { state: string; minScore: number; customerId?: string; batchId?: string; limit: number; cursor?: string },
) {
  const parts = [sql`p.state = ${query.state}`, sql`p.score >= ${query.minScore - 1e-6}::real`];
  if (query.state === 'open' || query.state === 'later') parts.push(sql`a.state = 'active' and b.state = 'active'`);
  if (query.customerId) parts.push(sql`(p.a_id = ${query.customerId}::uuid or p.b_id = ${query.customerId}::uuid)`);
  if (query.batchId) parts.push(sql`p.batch_id = ${query.batchId}::uuid`);
  if (query.cursor) {
    const [score, id] = cursorParts(query.cursor, cursorPart.number, cursorPart.id);
    parts.push(sql`(p.score, p.id) < (${Number(score)}::real, ${id}::uuid)`);
  }
  const found = await sql<Row>`${pairs(context)} and ${sql.join(parts, sql` and `)}
    order by p.score desc, p.id desc limit ${query.limit + 1}`.execute(context.tx);
  const { page, nextCursor } = pageOfRows(found.rows, query.limit, (last) => cursorOf(last.score, last.id));
  return { items: page.map(view), nextCursor };
}

async function onePair(context: Context, id: string): Promise<DuplicatePair> {
  const found = await sql<Row>`${pairs(context)} and p.id = ${id} limit 1`.execute(context.tx);
  const row = found.rows[0];
  if (!row) throw notFound('duplicatePair');
  return view(row);
}

export async function decideDuplicate(
  context: Context,
  id: string,
  input: { decision: 'open' | 'later' | 'same' | 'different'; note?: string },
): Promise<DuplicatePair> {
  await sql`select 1 from duplicate_pair where org_id = ${context.orgId} and id = ${id} for update`.execute(context.tx);
  const before = await onePair(context, id);
  requireVersion(context, before.version, () => before);
  if (before.state === 'merged') throw conflict('duplicates.merged');
  const decided = input.decision !== 'open';
  await context.tx
    .updateTable('duplicate_pair')
    .set({
      state: input.decision,
      note: input.note ?? null,
      decided_at: decided ? context.now() : null,
      decided_by: decided ? context.actor.userId : null,
      decided_name: decided ? context.actor.name : null,
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'duplicate.decided',
    subjectKind: 'duplicatePair',
    subjectId: id,
    customerId: before.a.id,
    data: { decision: input.decision, other: before.b.id, name: before.b.name, score: before.score },
    reason: input.note ?? null,
  });
  return onePair(context, id);
}

const sweeps = (context: Context) =>
  context.tx
    .selectFrom('duplicate_sweep')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('batch_id', 'is', null)
    .orderBy('id', 'desc')
    .limit(1);

export async function latestSweep(context: Context) {
  const row = await sweeps(context).executeTakeFirst();
  const whole = row?.state === 'done' ? row : await sweeps(context).where('state', '=', 'done').executeTakeFirst();
  return {
    sweep: row
      ? {
          jobId: row.started_by === context.actor.userId ? row.job_id : null,
          state: row.state as 'running' | 'done' | 'failed' | 'cancelled',
          total: row.total,
          checked: row.checked,
          found: row.found,
          startedAt: iso(row.started_at),
          finishedAt: row.finished_at ? iso(row.finished_at) : null,
        }
      : null,
    whole: whole?.finished_at
      ? { finishedAt: iso(whole.finished_at), checked: whole.checked, found: whole.found }
      : null,
  };
}
