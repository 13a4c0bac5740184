import { systemActor } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { inPublicContext, type PublicContext } from '#platform/http/route.ts';

/** Somebody whose password or one-time link was just checked. */
interface Proven {
  id: string;
  name: string;
}

/**
 * A transaction of a company for somebody who is not signed in yet: the system acts, or the user whose secret was checked.
 * Such work is allowed nothing by permission; it is only what the public endpoints themselves do.
 */
export function inOrgBeforeSignIn<T>(
  context: PublicContext,
  orgId: string,
  work: (context: Context, as: (user: Proven) => Context) => Promise<T>,
): Promise<T> {
  return inPublicContext(context, systemActor(orgId, []), (system) =>
    work(system, (user) => ({
      ...system,
      actor: { ...system.actor, kind: 'user', userId: user.id, name: user.name },
    })),
  );
}

/** Waits until `milliseconds` after `started`: how long an answer took must not tell whether an account exists. */
export async function notBefore(started: number, milliseconds: number): Promise<void> {
  const left = started + milliseconds - Date.now();
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
}
