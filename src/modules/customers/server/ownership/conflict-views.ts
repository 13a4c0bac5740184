import { sql } from 'kysely';
import { approvalOf, takesPart } from '#modules/approvals/index.ts';
import { userNames } from '#modules/people/index.ts';
import { holds } from '#platform/access/actor.ts';
import { mayTouch, visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { notFound } from '#shared/errors.ts';
import type { ConflictView, Ruling } from '../../conflict-contract.ts';
import type { CustomerRow } from '../store.ts';
import { evidenceOf } from './conflict-evidence.ts';

export const conflictKind = 'ownershipConflict';
export const conflictPath = (id: string) => `/conflicts/${id}`;

export const selectConflicts = (context: Context) =>
  context.tx.selectFrom('conflict_case').selectAll().where('org_id', '=', context.orgId);
export type ConflictRow = Awaited<ReturnType<ReturnType<typeof selectConflicts>['executeTakeFirstOrThrow']>>;

const customersOf = (context: Context, ids: string[]): Promise<CustomerRow[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : context.tx
        .selectFrom('customer')
        .selectAll()
        .where('org_id', '=', context.orgId)
        .where('id', 'in', ids)
        .where('state', '=', 'active')
        .execute();

/** A claimant out of scope learns nothing more than that the customer is taken: his own words, no name, no owner. */
async function viewRows(context: Context, rows: ConflictRow[]) {
  const customers = new Map(
    (
      await customersOf(
        context,
        rows.map((row) => row.customer_id),
      )
    ).map((row) => [row.id, row]),
  );
  const names = await userNames(context, [...new Set(rows.flatMap((row) => [row.claimant_id, row.holder_id]))]);
  const person = (id: string) => ({ id, name: names[id] ?? '' });
  return rows.map((row) => {
    const customer = customers.get(row.customer_id);
    const seen = customer !== undefined && mayTouch(context.actor, 'customer:read', customer);
    // The one who held it keeps reading the case after the customer went to the other.
    const knows = seen || row.holder_id === context.actor.userId;
    return {
      id: row.id,
      version: row.version,
      state: row.state as ConflictView['state'],
      name: knows && customer ? customer.name : row.claimed_name,
      customer: seen ? { id: customer.id, number: customer.number } : null,
      claimant: person(row.claimant_id),
      holder: knows ? person(row.holder_id) : null,
      openedAt: iso(row.created_at),
      decidedAt: row.decided_at ? iso(row.decided_at) : null,
    };
  });
}

const isParty = (context: Context, row: ConflictRow) =>
  row.claimant_id === context.actor.userId || row.holder_id === context.actor.userId;

async function mayRule(context: Context, row: ConflictRow): Promise<boolean> {
  if (!holds(context.actor, 'conflict:rule') || isParty(context, row)) return false;
  const [customer] = await customersOf(context, [row.customer_id]);
  return customer !== undefined && mayTouch(context.actor, 'conflict:rule', customer);
}

/** A case the caller takes part in or may rule on. Any other does not exist. */
export async function loadConflict(context: Context, id: string, lock = false): Promise<ConflictRow> {
  let query = selectConflicts(context).where('id', '=', id);
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('conflict');
  if (isParty(context, row) || (await mayRule(context, row))) return row;
  if (!(await takesPart(context, conflictKind, id))) throw notFound('conflict');
  return row;
}

export async function viewConflict(context: Context, row: ConflictRow): Promise<ConflictView> {
  const [first] = await viewRows(context, [row]);
  if (!first) throw notFound('conflict');
  const blind = first.customer === null && row.holder_id !== context.actor.userId;
  const mine = sql<boolean>`(${!blind} or user_id = ${context.actor.userId}::uuid)`;
  const statements = await context.tx
    .selectFrom('conflict_statement')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('case_id', '=', row.id)
    .where(mine)
    .orderBy('id')
    .limit(500)
    .execute();
  const files = await context.tx
    .selectFrom('conflict_file')
    .innerJoin('file', (join) =>
      join.onRef('file.org_id', '=', 'conflict_file.org_id').onRef('file.id', '=', 'conflict_file.file_id'),
    )
    .select(['conflict_file.file_id', 'conflict_file.user_id', 'conflict_file.created_at', 'file.name', 'file.size'])
    .where('conflict_file.org_id', '=', context.orgId)
    .where('conflict_file.case_id', '=', row.id)
    .where(mine)
    .orderBy('conflict_file.id')
    .limit(100)
    .execute();
  const people = [...statements.map((item) => item.user_id), ...files.map((item) => item.user_id)];
  const names = await userNames(context, [...new Set([...people, ...(row.ruled_by ? [row.ruled_by] : [])])]);
  const by = (id: string) => ({ id, name: names[id] ?? '' });
  const open = row.state === 'open';
  const known = first.customer && first.holder ? [first.holder, first.claimant] : [];
  const evidence = first.customer ? await evidenceOf(context, first.customer.id, known) : { parties: [], evidence: [] };
  const rules = open && (await mayRule(context, row));
  return {
    ...first,
    statements: statements.map((item) => ({
      id: item.id,
      by: by(item.user_id),
      body: item.body,
      at: iso(item.created_at),
    })),
    files: files.map((item) => ({
      fileId: item.file_id,
      name: item.name,
      size: Number(item.size),
      by: by(item.user_id),
      at: iso(item.created_at),
    })),
    ...evidence,
    // What is being considered is the ruler's until it is ruled.
    ruling: row.state === 'ruled' || rules ? (row.ruling as Ruling | null) : null,
    ruledBy: row.state === 'ruled' && row.ruled_by ? (names[row.ruled_by] ?? '') : null,
    approvalId: (await approvalOf(context, conflictKind, row.id))?.id ?? null,
    can: { state: open && isParty(context, row), rule: rules },
  };
}

export async function listConflicts(
  context: Context,
  query: { limit: number; cursor?: string; state?: 'open' | 'closed' },
) {
  const { userId } = context.actor;
  let rows = selectConflicts(context)
    .where(
      sql<boolean>`(claimant_id = ${userId}::uuid or holder_id = ${userId}::uuid or exists (
        select 1 from customer where customer.org_id = conflict_case.org_id and customer.id = conflict_case.customer_id
          and ${visible(context.actor, 'conflict:rule', 'customer')}))`,
    )
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  if (query.state) rows = rows.where('state', query.state === 'open' ? '=' : '<>', 'open');
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await viewRows(context, page), nextCursor };
}
