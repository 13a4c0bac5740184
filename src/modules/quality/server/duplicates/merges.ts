import { sql } from 'kysely';
import { waitForChains } from '#modules/customers/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { conflict, notFound } from '#shared/errors.ts';
import { keptDays } from '#shared/kept-days.ts';
import type { MergeView } from '../../duplicates-contract.ts';
import { unmergeCustomers } from './merge.ts';
import { unmergeContacts } from './merge-contacts.ts';
import type { RecordMerge } from './record-merge.ts';

/** Merges whose survivor (or whose person's customer) the caller may merge. */
const merges = (context: Context) =>
  context.tx
    .selectFrom('record_merge')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where(
      sql<boolean>`exists (select 1 from customer c where c.org_id = record_merge.org_id and ${visible(context.actor, 'customer:merge', 'c')}
        and c.id = case record_merge.object when 'customer' then record_merge.survivor_id
          else (select k.customer_id from contact k where k.org_id = record_merge.org_id and k.id = record_merge.survivor_id) end)`,
    );
type MergeRow = Awaited<ReturnType<ReturnType<typeof merges>['executeTakeFirstOrThrow']>>;

const late = (context: Context, madeAt: Date | string) =>
  context.now().getTime() - new Date(madeAt).getTime() > keptDays.mergeUndo * 86_400_000;

function view(context: Context, row: MergeRow): MergeView {
  return {
    id: row.id,
    version: row.version,
    object: row.object as MergeView['object'],
    survivor: { id: row.survivor_id, name: row.survivor_name },
    merged: row.merged as MergeView['merged'],
    state: row.state as MergeView['state'],
    reason: row.reason,
    madeBy: row.made_name,
    madeAt: iso(row.made_at),
    undoneBy: row.undone_name,
    undoneAt: row.undone_at ? iso(row.undone_at) : null,
    kept: row.kept as MergeView['kept'],
    can: { undo: row.state === 'done' && !late(context, row.made_at) },
  };
}

export async function getMerge(context: Context, id: string): Promise<MergeView> {
  const row = await merges(context).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('merge');
  return view(context, row);
}

export async function listMerges(context: Context, query: { survivorId?: string; limit: number; cursor?: string }) {
  let rows = merges(context)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.survivorId) rows = rows.where('survivor_id', '=', query.survivorId);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: page.map((row) => view(context, row)), nextCursor };
}

/** Takes a merge back; two at once are decided by the locked row. */
export async function undoMerge(context: Context, id: string): Promise<MergeView> {
  await waitForChains(context);
  const row = await merges(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('merge');
  requireVersion(context, row.version, () => view(context, row));
  if (row.state !== 'done') throw conflict('duplicates.undone');
  if (late(context, row.made_at)) throw conflict('duplicates.undoLate', { params: { days: keptDays.mergeUndo } });
  const merge: RecordMerge = {
    id: row.id,
    survivorId: row.survivor_id,
    merged: row.merged as RecordMerge['merged'],
    changes: row.changes as RecordMerge['changes'],
    provenance: row.provenance as RecordMerge['provenance'],
    parties: row.parties as RecordMerge['parties'],
  };
  const kept =
    row.object === 'customer' ? await unmergeCustomers(context, merge) : await unmergeContacts(context, merge);
  await context.tx
    .updateTable('record_merge')
    .set({
      state: 'undone',
      undone_at: context.now(),
      undone_name: context.actor.name,
      kept: JSON.stringify(kept),
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  return getMerge(context, id);
}
