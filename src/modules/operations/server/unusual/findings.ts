import { sql } from 'kysely';
import { userNames } from '#modules/people/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { notFound, Problem } from '#shared/errors.ts';
import type { UnusualAccess, UnusualKind } from '../../unusual-contract.ts';

const select = (context: Context) =>
  context.tx.selectFrom('unusual_access').selectAll().where('org_id', '=', context.orgId);
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

async function views(context: Context, rows: Row[]): Promise<UnusualAccess[]> {
  const names = await userNames(
    context,
    rows.flatMap((row) => [row.user_id, row.decided_by ?? []].flat()),
  );
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    userId: row.user_id,
    userName: names[row.user_id] ?? '',
    day: row.day,
    kind: row.kind as UnusualKind,
    counted: row.counted,
    usual: row.usual,
    allowed: row.allowed,
    state: row.state as UnusualAccess['state'],
    comment: row.comment,
    decidedBy: row.decided_by ? (names[row.decided_by] ?? '') : null,
    decidedAt: row.decided_at ? iso(row.decided_at) : null,
    foundAt: iso(row.found_at),
  }));
}

export async function listUnusual(
  context: Context,
  query: { limit: number; cursor?: string; state?: UnusualAccess['state']; userId?: string },
) {
  let rows = select(context)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  if (query.state) rows = rows.where('state', '=', query.state);
  if (query.userId) rows = rows.where('user_id', '=', query.userId);
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await views(context, page), nextCursor };
}

const viewOf = async (context: Context, row: Row): Promise<UnusualAccess> => {
  const [view] = await views(context, [row]);
  if (!view) throw notFound('unusualAccess');
  return view;
};

/** Marks a finding explained, or opens it again, with the reason; nobody judges his own. */
export async function explainUnusual(
  context: Context,
  id: string,
  input: { state: UnusualAccess['state']; comment: string },
): Promise<UnusualAccess> {
  const before = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!before) throw notFound('unusualAccess');
  if (before.user_id === context.actor.userId) throw new Problem(403, 'unusual.own');
  const current = await viewOf(context, before);
  requireVersion(context, before.version, () => current);
  const row = await context.tx
    .updateTable('unusual_access')
    .set({
      ...input,
      decided_by: context.actor.userId,
      decided_at: context.now(),
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordEvent(context, {
    kind: 'unusualAccess.decided',
    subjectKind: 'unusualAccess',
    subjectId: id,
    changes: { state: { from: before.state, to: input.state } },
    data: { user: current.userName, day: current.day, kind: current.kind },
    reason: input.comment,
  });
  return viewOf(context, row);
}
