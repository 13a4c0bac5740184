import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import { Problem } from '#shared/errors.ts';

/** Failures before the account waits, and the longest wait in minutes. */
const freeFailures = 5;
const longestWait = 60;

/** Until when somebody with so many failures in a row waits: 1, 2, 4 … minutes from the fifth on. */
export const waitsUntil = (failures: number): number =>
  failures < freeFailures ? 0 : Date.now() + Math.min(longestWait, 2 ** Math.min(failures - freeFailures, 10)) * 60_000;

export const lockedProblem = (until: number, status = 401) =>
  new Problem(status, 'session.locked', { params: { minutes: Math.max(1, Math.ceil((until - Date.now()) / 60_000)) } });

/** Counts a failed try of the acting user. Its transaction must commit: whoever calls it throws only afterwards. */
export async function countFailure(context: Context, reason: string): Promise<void> {
  const { failed_count: failures } = await context.tx
    .updateTable('app_user')
    .set({ failed_count: sql`failed_count + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', context.actor.userId)
    .returning('failed_count')
    .executeTakeFirstOrThrow();
  const until = waitsUntil(failures);
  if (until > 0) {
    await context.tx
      .updateTable('app_user')
      .set({ locked_until: new Date(until).toISOString() })
      .where('org_id', '=', context.orgId)
      .where('id', '=', context.actor.userId)
      .execute();
  }
  await logFailure(context, reason);
}

export const logFailure = (context: Context, reason: string) =>
  logAccess(context, {
    action: 'signInFailed',
    subjectKind: 'user',
    subjectId: context.actor.userId,
    detail: { reason },
  });
