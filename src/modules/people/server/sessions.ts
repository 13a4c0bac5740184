import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import { iso } from '#platform/time.ts';
import { notFound } from '#shared/errors.ts';
import { forgetActors } from './actors.ts';
import { idleMinutes } from './session-limits.ts';

const mine = (context: Context) =>
  sql<boolean>`session.org_id = ${context.orgId} and session.user_id = ${context.actor.userId}`;

/** The caller's sessions that could still be used, newest first. */
export async function listSessions(context: Context) {
  const rows = await context.tx
    .selectFrom('session')
    .innerJoin('org', 'org.org_id', 'session.org_id')
    .selectAll('session')
    .where(mine(context))
    .where('session.expires_at', '>', context.now())
    .where(sql<boolean>`session.last_seen_at > now() - make_interval(mins => ${idleMinutes('org.settings')})`)
    .orderBy('session.id', 'desc')
    .limit(100)
    .execute();
  return {
    items: rows.map((row) => ({
      id: row.id,
      current: row.id === context.actor.credentialId,
      createdAt: iso(row.created_at),
      lastSeenAt: iso(row.last_seen_at),
      ip: row.ip,
      userAgent: row.user_agent,
    })),
  };
}

/** Ends one session of the caller. */
export async function endSession(context: Context, id: string): Promise<void> {
  const gone = await context.tx.deleteFrom('session').where(mine(context)).where('id', '=', id).executeTakeFirst();
  if (gone.numDeletedRows === 0n) throw notFound('session');
  await recordEvent(context, { kind: 'session.ended', subjectKind: 'session', subjectId: id });
  context.afterCommit(() => forgetActors(context.orgId));
}

/** Ends the session the request came with; a token stays, it is revoked instead. */
export async function signOut(context: Context): Promise<void> {
  if (context.actor.kind !== 'user' || !context.actor.credentialId) return;
  await context.tx.deleteFrom('session').where(mine(context)).where('id', '=', context.actor.credentialId).execute();
  await logAccess(context, { action: 'signOut', subjectKind: 'user', subjectId: context.actor.userId });
  context.afterCommit(() => forgetActors(context.orgId));
}

/** Ends the caller's other sessions. */
export async function endOtherSessions(context: Context): Promise<{ ended: number }> {
  const keep = context.actor.kind === 'user' ? context.actor.credentialId : null;
  const ended = await endSessions(context, context.actor.userId, keep);
  await recordEvent(context, {
    kind: 'user.sessionsEnded',
    subjectKind: 'user',
    subjectId: context.actor.userId,
    data: { ended },
  });
  return { ended };
}

/** Ends every session of a user but `keep`; answers how many. */
export async function endSessions(context: Context, userId: string, keep: string | null): Promise<number> {
  let query = context.tx.deleteFrom('session').where('org_id', '=', context.orgId).where('user_id', '=', userId);
  if (keep) query = query.where('id', '!=', keep);
  const gone = await query.executeTakeFirst();
  context.afterCommit(() => forgetActors(context.orgId));
  return Number(gone.numDeletedRows);
}
