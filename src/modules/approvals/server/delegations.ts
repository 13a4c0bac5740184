import { sql } from 'kysely';
import { notify } from '#modules/notifications/index.ts';
import { userNames } from '#modules/people/index.ts';
import { holds } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { DelegationView } from '../delegation-contract.ts';
import { activeUsers } from './approvers.ts';
import { oversees } from './eligible.ts';

const longestDays = 366;

const select = (context: Context) =>
  context.tx
    .selectFrom('approval_delegation')
    .select(['id', 'version', 'user_id', 'delegate_id', 'reason', 'created_by', 'cancelled_at'])
    .select([
      sql<string>`to_char(from_day, 'YYYY-MM-DD')`.as('from_day'),
      sql<string>`to_char(to_day, 'YYYY-MM-DD')`.as('to_day'),
    ])
    .where('org_id', '=', context.orgId);
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

async function view(context: Context, rows: Row[]): Promise<DelegationView[]> {
  const names = await userNames(context, [
    ...new Set(rows.flatMap((row) => [row.user_id, ...(row.delegate_id ? [row.delegate_id] : [])])),
  ]);
  const today = await companyToday(context);
  const overseer = holds(context.actor, 'approval:oversee');
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    userId: row.user_id,
    userName: names[row.user_id] ?? '',
    delegateId: row.delegate_id,
    delegateName: row.delegate_id ? (names[row.delegate_id] ?? '') : null,
    from: row.from_day,
    to: row.to_day,
    reason: row.reason,
    active: row.cancelled_at === null && row.from_day <= today && row.to_day >= today,
    can: {
      cancel:
        row.cancelled_at === null &&
        row.to_day >= today &&
        (row.user_id === context.actor.userId || (overseer && row.delegate_id !== context.actor.userId)),
    },
  }));
}

export async function listDelegations(context: Context, query: { limit: number; cursor?: string; past: boolean }) {
  const me = context.actor.userId;
  const team = holds(context.actor, 'approval:oversee')
    ? sql`or exists (select 1 from (select id as owner_id, team_id, null::uuid as region_id from app_user
        where org_id = ${context.orgId}) person where person.owner_id = user_id and ${visible(context.actor, 'approval:oversee', 'person')})`
    : sql``;
  let rows = select(context)
    .where(sql<boolean>`(user_id = ${me}::uuid or delegate_id = ${me}::uuid ${team})`)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (!query.past) {
    const today = await companyToday(context);
    rows = rows.where('cancelled_at', 'is', null).where(sql<boolean>`to_day >= ${today}::date`);
  }
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await view(context, page), nextCursor };
}

export interface NewDelegation {
  userId?: string;
  delegateId: string | null;
  from: string;
  to: string;
  reason: string;
}

const days = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000;

export async function createDelegation(context: Context, input: NewDelegation): Promise<DelegationView> {
  const userId = input.userId ?? context.actor.userId;
  if (userId !== context.actor.userId && !(await oversees(context, userId)))
    throw invalid([{ field: 'userId', code: 'link.unknown' }]);
  const today = await companyToday(context);
  if (input.to < input.from) throw invalid([{ field: 'to', code: 'approval.endBeforeStart' }]);
  if (input.to < today) throw invalid([{ field: 'to', code: 'approval.inThePast' }]);
  if (days(input.from, input.to) > longestDays)
    throw invalid([{ field: 'to', code: 'approval.tooLong', params: { days: longestDays } }]);
  if (input.delegateId === userId) throw invalid([{ field: 'delegateId', code: 'approval.ownDelegate' }]);
  const wanted = [userId, ...(input.delegateId ? [input.delegateId] : [])];
  // Both people are locked in one order: A for B and B for A at once cannot pass each other.
  await context.tx
    .selectFrom('app_user')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('id', 'in', wanted)
    .orderBy('id')
    .forUpdate()
    .execute();
  const active = await activeUsers(context, wanted);
  if (!active.includes(userId)) throw invalid([{ field: 'userId', code: 'link.unknown' }]);
  if (input.delegateId && !active.includes(input.delegateId))
    throw invalid([{ field: 'delegateId', code: 'link.unknown' }]);
  const others = await select(context)
    .where('cancelled_at', 'is', null)
    .where(sql<boolean>`from_day <= ${input.to}::date and to_day >= ${input.from}::date`)
    .limit(5000)
    .execute();
  if (others.some((row) => row.user_id === userId)) throw conflict('approval.absenceOverlaps', { field: 'from' });
  if (input.delegateId && leadsBack(others, input.delegateId, userId, input.from, input.to))
    throw invalid([{ field: 'delegateId', code: 'approval.delegateCircle' }]);
  const id = newId();
  await context.tx
    .insertInto('approval_delegation')
    .values({
      org_id: context.orgId,
      id,
      user_id: userId,
      delegate_id: input.delegateId,
      from_day: input.from,
      to_day: input.to,
      reason: input.reason,
      created_by: context.actor.userId,
    })
    .execute();
  await recordEvent(context, {
    kind: 'approvalDelegation.created',
    subjectKind: 'approvalDelegation',
    subjectId: id,
    data: { ...input, userId },
  });
  const names = await userNames(context, [userId]);
  const told = [...(input.delegateId ? [input.delegateId] : []), userId].filter((to) => to !== context.actor.userId);
  await notify(context, {
    userIds: told,
    type: input.delegateId ? 'approvals.delegated' : 'approvals.away',
    params: { name: names[userId] ?? '', from: input.from, to: input.to },
    path: '/approvals',
  });
  return viewOne(context, id);
}

/** Whether the chain of stand-ins beginning at `start` comes to `user` on a day they all share. */
function leadsBack(rows: Row[], start: string, user: string, from: string, to: string): boolean {
  return rows
    .filter((row) => row.user_id === start && row.delegate_id !== null && row.from_day <= to && row.to_day >= from)
    .some(
      (row) =>
        row.delegate_id === user ||
        leadsBack(
          rows.filter((other) => other !== row),
          row.delegate_id ?? '',
          user,
          row.from_day > from ? row.from_day : from,
          row.to_day < to ? row.to_day : to,
        ),
    );
}

async function viewOne(context: Context, id: string): Promise<DelegationView> {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  const [viewed] = row ? await view(context, [row]) : [];
  if (!viewed) throw notFound('delegation');
  return viewed;
}

export async function cancelDelegation(context: Context, id: string): Promise<DelegationView> {
  const row = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('delegation');
  if (row.user_id !== context.actor.userId && !(await oversees(context, row.user_id))) throw notFound('delegation');
  requireVersion(context, row.version, () => ({ id, version: row.version }));
  if (row.cancelled_at) throw conflict('approval.absenceOver');
  await context.tx
    .updateTable('approval_delegation')
    .set({ cancelled_at: context.now(), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'approvalDelegation.cancelled',
    subjectKind: 'approvalDelegation',
    subjectId: id,
    data: { userId: row.user_id, delegateId: row.delegate_id },
  });
  return viewOne(context, id);
}
