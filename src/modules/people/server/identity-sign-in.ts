import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import type { PublicContext } from '#platform/http/route.ts';
import { inOrgBeforeSignIn } from './before-sign-in.ts';
import { logFailure } from './failures.ts';
import { type Identity, identityProblem } from './identity-provider.ts';
import { candidates, type OpenedSession, startSession } from './sign-in.ts';

/**
 * Opens a session for whom the company's identity provider vouches. The user is found by the address and from then on tied to the
 * provider's subject: an address given to somebody else later opens nothing. Password and second factor here are not
 * asked: the provider has its own (docs/decisions/0052).
 */
export async function openIdentitySession(
  context: PublicContext,
  identity: Identity,
  agent: string | null,
): Promise<OpenedSession> {
  let problem = identityProblem('identity.unknownUser');
  for (const { org_id: orgId, user_id: userId } of await candidates(context.db, identity.email)) {
    const opened = await inOrgBeforeSignIn(context, orgId, (inOrg, as) => open(inOrg, as, userId, identity, agent));
    if (opened === 'otherPerson') problem = identityProblem('identity.otherPerson');
    else if (opened) return opened;
  }
  throw problem;
}

async function open(
  inOrg: Context,
  as: (user: { id: string; name: string }) => Context,
  userId: string,
  identity: Identity,
  agent: string | null,
): Promise<OpenedSession | 'otherPerson' | undefined> {
  const user = await inOrg.tx
    .selectFrom('app_user')
    .select(['id', 'name', 'state', 'identity_key'])
    .where('org_id', '=', inOrg.orgId)
    .where('id', '=', userId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const context = as(user);
  const other = user.identity_key !== null && user.identity_key !== identity.key;
  if (user.state === 'blocked' || other) {
    await logFailure(context, other ? 'identity.otherPerson' : 'session.blocked');
    return other ? 'otherPerson' : undefined;
  }
  if (user.identity_key === null) {
    await inOrg.tx
      .updateTable('app_user')
      // Who was invited has shown by the provider what the link in the invitation would have shown.
      .set({ identity_key: identity.key, state: 'active' })
      .where('org_id', '=', inOrg.orgId)
      .where('id', '=', user.id)
      .execute();
    await recordEvent(context, { kind: 'user.identityLinked', subjectKind: 'user', subjectId: user.id });
  }
  const token = await startSession(context, user.id, agent);
  await logAccess(context, {
    action: 'signIn',
    subjectKind: 'user',
    subjectId: user.id,
    detail: { by: 'identityProvider' },
  });
  return { token, userId: user.id };
}
