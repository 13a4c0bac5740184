import { sql } from 'kysely';
import { userNames } from '#modules/people/index.ts';
import { holds } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { badRequest, conflict, forbidden, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { ApprovalView } from '../contract.ts';

/** A kind of thing that can wait for a yes: who decides, and what happens then, in the deciding transaction. */
export interface ApprovalSubject {
  kind: string;
  /** Permission that lets somebody decide. */
  permission: string;
  decided(
    context: Context,
    approval: { subjectId: string; requestedBy: string },
    outcome: 'approved' | 'refused' | 'withdrawn',
  ): Promise<void>;
}

const subjects = new Map<string, ApprovalSubject>();
export const registerApprovalSubject = (subject: ApprovalSubject): void => void subjects.set(subject.kind, subject);

/** Asks for a yes. The snapshot is what the decision is about, whatever happens to the subject meanwhile. */
export async function requestApproval(
  context: Context,
  request: { kind: string; subjectId: string; title: string; snapshot: Record<string, unknown> },
): Promise<string> {
  const subject = subjects.get(request.kind);
  if (!subject) throw new Error(`no approval subject ${request.kind}`);
  const id = newId();
  await context.tx
    .insertInto('approval')
    .values({
      org_id: context.orgId,
      id,
      subject_kind: request.kind,
      subject_id: request.subjectId,
      title: request.title,
      snapshot: JSON.stringify(request.snapshot),
      flow: JSON.stringify({ version: 1, steps: [{ permission: subject.permission }] }),
      requested_by: context.actor.userId,
    })
    .execute();
  await recordEvent(context, {
    kind: 'approval.requested',
    subjectKind: 'approval',
    subjectId: id,
    data: { kind: request.kind, title: request.title },
  });
  return id;
}

const select = (context: Context) => context.tx.selectFrom('approval').selectAll().where('org_id', '=', context.orgId);
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

/** Nobody decides on an own request, whatever else may be held. */
const mayDecide = (context: Context, row: Row) =>
  row.state === 'open' &&
  row.requested_by !== context.actor.userId &&
  holds(context.actor, subjects.get(row.subject_kind)?.permission ?? '');

async function view(context: Context, rows: Row[]): Promise<ApprovalView[]> {
  if (rows.length === 0) return [];
  const decisions = await context.tx
    .selectFrom('approval_decision')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where(
      'approval_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('id')
    .execute();
  const names = await userNames(context, [
    ...new Set([...rows.map((row) => row.requested_by), ...decisions.map((item) => item.decided_by)]),
  ]);
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    title: row.title,
    snapshot: row.snapshot as Record<string, unknown>,
    state: row.state as ApprovalView['state'],
    requestedBy: row.requested_by,
    requestedByName: names[row.requested_by] ?? '',
    requestedAt: iso(row.requested_at),
    decidedAt: row.decided_at ? iso(row.decided_at) : null,
    decisions: decisions
      .filter((item) => item.approval_id === row.id)
      .map((item) => ({
        decision: item.decision,
        comment: item.comment,
        by: names[item.decided_by] ?? '',
        at: iso(item.decided_at),
      })),
    can: {
      decide: mayDecide(context, row),
      withdraw: row.state === 'open' && row.requested_by === context.actor.userId,
    },
  }));
}

export async function listApprovals(context: Context, query: { limit: number; cursor?: string; state: string }) {
  if (query.cursor && !/^[0-9a-f-]{36}$/i.test(query.cursor)) throw badRequest('cursor.invalid', { field: 'cursor' });
  const kinds = [...subjects.values()]
    .filter((subject) => holds(context.actor, subject.permission))
    .map((subject) => subject.kind);
  let rows = select(context)
    .where('state', '=', query.state)
    .where(sql<boolean>`(requested_by = ${context.actor.userId}::uuid or subject_kind = any(${kinds}::text[]))`)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', query.cursor);
  const found = await rows.execute();
  const page = found.slice(0, query.limit);
  return {
    items: await view(context, page),
    nextCursor: found.length > query.limit ? (page.at(-1)?.id ?? null) : null,
  };
}

export async function decideApproval(
  context: Context,
  id: string,
  decision: 'approve' | 'refuse' | 'withdraw',
  comment: string,
): Promise<ApprovalView> {
  const row = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  const subject = row ? subjects.get(row.subject_kind) : undefined;
  if (!row || !subject) throw notFound('approval');
  const mine = row.requested_by === context.actor.userId;
  if (!mine && !holds(context.actor, subject.permission)) throw notFound('approval');
  requireVersion(context, row.version, () => ({ id: row.id, version: row.version, state: row.state }));
  if (row.state !== 'open') throw conflict('approval.decided');
  if (decision === 'withdraw' ? !mine : !mayDecide(context, row)) throw forbidden(subject.permission);
  const outcome = decision === 'approve' ? 'approved' : decision === 'refuse' ? 'refused' : 'withdrawn';
  const after = await context.tx
    .updateTable('approval')
    .set({ state: outcome, decided_at: context.now(), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await context.tx
    .insertInto('approval_decision')
    .values({
      org_id: context.orgId,
      id: newId(),
      approval_id: id,
      step: row.step,
      decision,
      comment,
      decided_by: context.actor.userId,
    })
    .execute();
  await subject.decided(context, { subjectId: row.subject_id, requestedBy: row.requested_by }, outcome);
  await recordEvent(context, {
    kind: `approval.${outcome}`,
    subjectKind: 'approval',
    subjectId: id,
    data: { kind: row.subject_kind, title: row.title },
    reason: comment || null,
  });
  const [viewed] = await view(context, [after]);
  if (!viewed) throw notFound('approval');
  return viewed;
}
