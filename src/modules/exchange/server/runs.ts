import { sql } from 'kysely';
import { requestApproval } from '#modules/approvals/index.ts';
import type { Actor } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { waitTurn } from '#platform/db/turn.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { exportSource } from '#platform/sheets/source.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { notFound, Problem } from '#shared/errors.ts';
import { firstIdOf, newId } from '#shared/ids.ts';
import { keptDays } from '#shared/kept-days.ts';
import type { ExportView } from '../contract.ts';

export type ExportFormat = ExportView['format'];

const select = (context: Context) =>
  context.tx
    .selectFrom('export_run')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('created_by', '=', context.actor.userId);
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

/** The file is kept for a week; afterwards the export must be made, and justified, again. */
const expired = (context: Context, row: Row) =>
  row.state === 'done' &&
  row.finished_at !== null &&
  row.finished_at.getTime() < context.now().getTime() - keptDays.exportFile * 86_400_000;

export const customersLabel = { zh: '客户', en: 'Customers' };

/** Whoever may see less by now does not fetch what was written before. */
const withdrawn = (row: Row, actor: Actor) =>
  row.state === 'done' && row.rights !== null && row.rights !== rightsFor(actor, row.object);

const view = (context: Context, row: Row): ExportView => ({
  id: row.id,
  version: row.version,
  format: row.format as ExportFormat,
  what: exportSource(row.object)?.label ?? customersLabel,
  purpose: row.purpose,
  state: expired(context, row)
    ? 'expired'
    : withdrawn(row, context.actor)
      ? 'withdrawn'
      : (row.state as ExportView['state']),
  encrypted: row.encrypted,
  rows: row.row_count,
  jobId: row.job_id,
  approvalId: row.approval_id,
  ready: row.state === 'done' && row.file_id !== null && !expired(context, row) && !withdrawn(row, context.actor),
  createdAt: iso(row.created_at),
});

export async function getExport(context: Context, id: string): Promise<ExportView> {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('export');
  return view(context, row);
}

export async function listExports(context: Context, query: { limit: number; cursor?: string }) {
  let rows = select(context)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: page.map((row) => view(context, row)), nextCursor };
}

/** Rows already exported today count too, and so do customers taken one by one: slices do not get around the limit. */
async function exportedToday(context: Context, except: string | null): Promise<number> {
  const { orgId, actor } = context;
  const result = await sql<{ rows: number }>`select (select coalesce(sum(row_count), 0) from export_run
      where org_id = ${orgId} and created_by = ${actor.userId} and approval_id is null and id is distinct from ${except}
        and created_at > now() - interval '24 hours' and state in ('queued', 'running', 'done'))
    + (select count(distinct subject_id) from access_log where org_id = ${orgId} and actor_id = ${actor.userId}
        and id > ${firstIdOf(context.now().getTime() - 86_400_000)}::uuid and action = 'export' and subject_kind = 'customer')
    as rows`.execute(context.tx);
  return Number(result.rows[0]?.rows ?? 0);
}

/** Throws when the caller's limit leaves no room for one more customer taken by itself. */
export async function requireRowLeft(context: Context): Promise<void> {
  const limit = context.actor.exportLimit;
  if (limit === null) return;
  await lockLimit(context);
  if ((await exportedToday(context, null)) >= limit) throw new Problem(403, 'export.usedUp', { params: { limit } });
}

/** Of two asked for at the same moment each must see the other. */
const lockLimit = (context: Context) => waitTurn(context.tx, `export ${context.actor.userId}`);

/** What decides which rows and fields are in an export of the actor's. */
export function rightsFor({ grants, clearance, sectionClearance, teamIds, regionIds }: Actor, object: string): string {
  const scopes = ['customer:export', exportSource(object)?.permission ?? 'customer:export'].map((key) => grants[key]);
  const reach = scopes.flatMap((scope) =>
    scope === 'team' ? teamIds : scope === 'region' ? [...teamIds, ...regionIds] : [],
  );
  return JSON.stringify([scopes, [...new Set(reach)].sort(), clearance, Object.entries(sectionClearance).sort()]);
}

/** Rows a run may still write: what has come into reach since it was asked for does not get around the limit either. */
export async function rowsLeft(context: Context, run: { id: string; approval_id: string | null }): Promise<number> {
  const limit = context.actor.exportLimit;
  if (limit === null || run.approval_id) return Number.POSITIVE_INFINITY;
  return limit - (await exportedToday(context, run.id));
}

/** Counted further than any limit of a role, so that an approver sees how many. */
export const countUpTo = (context: Context): number => Math.max(context.actor.exportLimit ?? 0, 10_000) + 1;

export interface NewRun {
  /** What is exported: `customer`, or the key of an export source. */
  object: string;
  /** Which records; read again by the job. */
  query: object;
  /** Which records and columns, in words of the log and the approval. */
  described: Record<string, unknown>;
  rows: number;
  format: ExportFormat;
  purpose: string;
  password?: string;
}

/** Begins an export that was checked: queued, or above the role's limit waiting for approval. */
export async function beginRun(context: Context, vault: Vault, run: NewRun): Promise<ExportView> {
  const limit = context.actor.exportLimit;
  const id = newId();
  await lockLimit(context);
  const over = limit !== null && run.rows + (await exportedToday(context, id)) > limit;
  await context.tx
    .insertInto('export_run')
    .values({
      org_id: context.orgId,
      id,
      object: run.object,
      query: JSON.stringify(run.query),
      format: run.format,
      purpose: run.purpose,
      state: over ? 'waiting' : 'queued',
      encrypted: run.password !== undefined,
      password_secret: run.password ? vault.encrypt(context.orgId, 'export', run.password) : null,
      row_count: run.rows,
      created_by: context.actor.userId,
      lang: context.lang,
    })
    .execute();
  const facts = { purpose: run.purpose, object: run.object, rows: run.rows, format: run.format, ...run.described };
  await recordEvent(context, { kind: 'export.requested', subjectKind: 'export', subjectId: id, data: facts });
  if (over) {
    const approvalId = await requestApproval(context, {
      kind: 'export',
      subjectId: id,
      title: run.purpose,
      snapshot: { ...facts, limit },
    });
    await context.tx
      .updateTable('export_run')
      .set({ approval_id: approvalId })
      .where('org_id', '=', context.orgId)
      .where('id', '=', id)
      .execute();
  } else await queueRun(context, id);
  return getExport(context, id);
}

export async function queueRun(context: Context, id: string): Promise<void> {
  const jobId = await enqueue(context, { kind: 'exchange.export', payload: { exportId: id }, uniqueKey: id });
  await context.tx
    .updateTable('export_run')
    .set({ state: 'queued', job_id: jobId })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
}

/** The file of a finished export of the caller's, logged as a download. */
export async function openExport(context: Context, id: string, files: FileStore) {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  if (!row?.file_id || row.state !== 'done') throw notFound('export');
  if (expired(context, row)) throw new Problem(410, 'file.gone');
  if (withdrawn(row, context.actor)) throw new Problem(403, 'export.rightsChanged');
  await logAccess(context, {
    action: 'download',
    subjectKind: 'export',
    subjectId: id,
    detail: { rows: row.row_count },
  });
  return files.open(context, row.file_id);
}
