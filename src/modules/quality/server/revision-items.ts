import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { holds } from '#platform/access/actor.ts';
import { mayTouch, visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import type { RevisionFacts, RevisionItem, RevisionResult } from '../revision-contract.ts';
import { proposedGrade } from './proposed-grade.ts';
import { loadRevision } from './revision.ts';
import { factsOf } from './revision-facts.ts';

interface Row {
  id: string;
  version: number;
  customer_id: string;
  state: string;
  revision_state: string;
  number: string;
  name: string;
  grade: string | null;
  owner_id: string | null;
  team_id: string | null;
  region_id: string | null;
  owner_name: string | null;
  result: RevisionResult | null;
  why: string | null;
  decided_at: Date | null;
  decided_name: string | null;
  grade_from: string | null;
  grade_to: string | null;
  proposal: NonNullable<RevisionItem['proposal']>['state'] | null;
}

/** Items whose customer the caller may see, as the customer stands now. */
const items = (
  context: Context,
) => sql`select i.id, i.version, i.customer_id, c.state, r.state as revision_state, c.number, c.name, c.grade,
    c.owner_id, c.team_id, c.region_id, u.name as owner_name, i.result, i.why, i.decided_at, i.decided_name,
    i.grade_from, i.grade_to, i.proposal
  from revision_item i
  join revision r on r.org_id = i.org_id and r.id = i.revision_id
  join customer c on c.org_id = i.org_id and c.id = i.customer_id and c.state in ('active', 'trashed')
  left join app_user u on u.org_id = c.org_id and u.id = c.owner_id
  where i.org_id = ${context.orgId} and ${visible(context.actor, 'customer:read', 'c')}`;

const view = (context: Context, row: Row, facts: RevisionFacts): RevisionItem => ({
  id: row.id,
  version: row.version,
  customer: {
    id: row.customer_id,
    number: row.number,
    name: row.name,
    grade: row.grade,
    ownerName: row.owner_name,
    trashed: row.state === 'trashed',
  },
  result: row.result,
  why: row.why,
  decidedAt: row.decided_at ? iso(row.decided_at) : null,
  by: row.decided_name,
  facts,
  proposal: row.proposal && row.grade_to ? { state: row.proposal, from: row.grade_from, to: row.grade_to } : null,
  can: {
    decide: row.revision_state === 'open' && row.state === 'active' && mayTouch(context.actor, 'customer:update', row),
    reclassify:
      row.proposal === 'open' &&
      row.state === 'active' &&
      holds(context.actor, 'revision:manage') &&
      mayTouch(context.actor, 'customer:update', row),
  },
});

async function views(context: Context, rows: Row[]): Promise<RevisionItem[]> {
  const facts = await factsOf(
    context,
    rows.map((row) => row.customer_id),
  );
  return rows.map((row) => view(context, row, facts.get(row.customer_id) ?? {}));
}

/** One item as the caller may see it. */
export async function findRevisionItem(context: Context, id: string): Promise<RevisionItem> {
  const [item] = await views(context, [await findItem(context, id)]);
  if (!item) throw notFound('revisionItem');
  return item;
}

async function findItem(context: Context, id: string): Promise<Row> {
  const found = await sql<Row>`${items(context)} and i.id = ${id}`.execute(context.tx);
  const row = found.rows[0];
  if (!row) throw notFound('revisionItem');
  return row;
}

export async function listRevisionItems(
  context: Context,
  revisionId: string,
  query: {
    limit: number;
    cursor?: string;
    state: 'open' | 'decided' | 'all';
    result?: RevisionResult;
    owner?: string;
    proposal?: 'open' | 'accepted' | 'declined';
    why?: string;
  },
) {
  await loadRevision(context, revisionId);
  const parts = [sql`i.revision_id = ${revisionId}`];
  if (query.state === 'open') parts.push(sql`i.result is null`);
  if (query.state === 'decided') parts.push(sql`i.result is not null`);
  if (query.result) parts.push(sql`i.result = ${query.result}`);
  if (query.proposal) parts.push(sql`i.proposal = ${query.proposal}`);
  if (query.why) parts.push(sql`i.why = ${query.why}`);
  if (query.owner === 'mine') parts.push(sql`c.owner_id = ${context.actor.userId}::uuid`);
  else if (query.owner === 'none') parts.push(sql`i.owner_id is null`);
  else if (query.owner) parts.push(sql`i.owner_id = ${query.owner}::uuid`);
  if (query.cursor) parts.push(sql`i.id > ${idCursor(query.cursor)}::uuid`);
  const { rows } = await sql<Row>`${items(context)} and ${sql.join(parts, sql` and `)} order by i.id
    limit ${query.limit + 1}`.execute(context.tx);
  const { page, nextCursor } = pageOfRows(rows, query.limit);
  return { items: await views(context, page), nextCursor };
}

const needsWhy: RevisionResult[] = ['shrinking', 'lost'];

/** A result can be changed until the revision is closed; the row lock decides between two at once. */
export async function decideRevisionItem(
  context: Context,
  id: string,
  input: { result: RevisionResult; why: string },
): Promise<RevisionItem> {
  const locked = await context.tx
    .selectFrom('revision_item')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!locked) throw notFound('revisionItem');
  // Read behind the lock: who comes second is shown what the first one said.
  const seen = await findItem(context, id);
  await loadCustomer(context, seen.customer_id, 'customer:update');
  requireVersion(context, locked.version, () => view(context, seen, {}));
  const revision = await loadRevision(context, locked.revision_id, true);
  if (revision.state !== 'open') throw conflict('revision.notOpen');
  if (seen.state !== 'active') throw conflict('customer.trashed');
  if (needsWhy.includes(input.result) && input.why === '') throw invalid([{ field: 'why', code: 'revision.why' }]);
  // A grade already changed by this revision is not proposed once more.
  const proposal = locked.proposal === 'accepted' ? {} : await proposedGrade(context, input.result, seen.grade);
  await context.tx
    .updateTable('revision_item')
    .set({
      ...proposal,
      result: input.result,
      why: input.why || null,
      owner_id: seen.owner_id,
      team_id: seen.team_id,
      region_id: seen.region_id,
      decided_at: context.now(),
      decided_by: context.actor.kind === 'system' ? null : context.actor.userId,
      decided_name: context.actor.name,
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  if (locked.result === null)
    await sql`update revision set decided = decided + 1 where org_id = ${context.orgId} and id = ${revision.id}`.execute(
      context.tx,
    );
  await recordEvent(context, {
    kind: 'revision.decided',
    subjectKind: 'revisionItem',
    subjectId: id,
    customerId: seen.customer_id,
    data: { revision: revision.name, before: locked.result, result: input.result },
    reason: input.why || null,
  });
  return findRevisionItem(context, id);
}
