import type { Context } from '#platform/context.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { jobKind } from '#platform/jobs/kinds.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { notFound } from '#shared/errors.ts';
import type { JobView } from '#shared/jobs.ts';

const select = (context: Context) =>
  context.tx
    .selectFrom('job')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('created_by', '=', context.actor.userId);
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

function view(context: Context, row: Row, translate: Translator): JobView {
  const error = row.error as { code: string; params?: Record<string, string | number> } | null;
  return {
    id: row.id,
    kind: row.kind,
    state: row.state as JobView['state'],
    done: row.progress_done,
    total: row.progress_total,
    message: row.message,
    // Until then it holds what the job needs to go on.
    result: row.state === 'done' ? (row.result as Record<string, unknown> | null) : null,
    error: error ? { code: error.code, message: translate(context.lang, `errors.${error.code}`, error.params) } : null,
    createdAt: iso(row.created_at),
    finishedAt: row.finished_at ? iso(row.finished_at) : null,
  };
}

export async function getJob(context: Context, id: string, translate: Translator): Promise<JobView> {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('job');
  return view(context, row, translate);
}

export async function listJobs(context: Context, query: { limit: number; cursor?: string }, translate: Translator) {
  let rows = select(context)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: page.map((row) => view(context, row, translate)), nextCursor };
}

/** A queued job is cancelled at once, a running one at its next clean step. */
export async function cancelJob(context: Context, id: string, translate: Translator): Promise<JobView> {
  // Steps of the running job hold its key, and one may wait for another: a lock on the key would stand between them.
  const row = await select(context).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  if (!row) throw notFound('job');
  if (row.state === 'queued') {
    await context.tx
      .updateTable('job')
      .set({ state: 'cancelled', finished_at: context.now() })
      .where('org_id', '=', context.orgId)
      .where('id', '=', id)
      .execute();
    await jobKind(row.kind)?.ended?.(context, row.payload as never, 'cancelled', id);
  } else if (row.state === 'running') {
    await context.tx
      .updateTable('job')
      .set({ cancel_requested: true })
      .where('org_id', '=', context.orgId)
      .where('id', '=', id)
      .execute();
  }
  return getJob(context, id, translate);
}
