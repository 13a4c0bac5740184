import type { Context } from '#platform/context.ts';
import { newToken } from '#platform/crypto/index.ts';
import { recordEvent } from '#platform/events/index.ts';
import { iso } from '#platform/time.ts';
import { invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { forgetActors } from './actors.ts';

interface TokenRow {
  id: string;
  name: string;
  scopes: string[];
  created_at: Date | string;
  expires_at: Date | string | null;
  last_used_at: Date | string | null;
}
const tokenView = (row: TokenRow) => ({
  id: row.id,
  name: row.name,
  scopes: row.scopes,
  createdAt: iso(row.created_at),
  expiresAt: row.expires_at ? iso(row.expires_at) : null,
  lastUsedAt: row.last_used_at ? iso(row.last_used_at) : null,
});

const mine = (context: Context) =>
  context.tx
    .selectFrom('api_token')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('user_id', '=', context.actor.userId);

/** The caller's tokens, without their secrets. */
export async function listTokens(context: Context) {
  const rows = await mine(context).where('revoked_at', 'is', null).orderBy('id', 'desc').limit(200).execute();
  return { items: rows.map(tokenView) };
}

/** Makes a token of the actor with at most the actor's own permissions; one made by a token is no wider and no older than it. */
export async function createToken(context: Context, input: { name: string; scopes: string[]; expiresInDays?: number }) {
  const unknown = input.scopes.find((scope) => scope !== '*' && !context.actor.grants[scope]);
  if (unknown) throw invalid([{ field: 'scopes', code: 'token.scope', params: { scope: unknown } }]);
  const maker =
    context.actor.kind === 'token'
      ? await mine(context)
          .where('id', '=', context.actor.credentialId ?? '')
          .executeTakeFirst()
      : undefined;
  const whole = input.scopes.includes('*') && (!maker || maker.scopes.includes('*'));
  const narrowed = input.scopes.includes('*') ? Object.keys(context.actor.grants) : [...new Set(input.scopes)];
  const wanted = input.expiresInDays ? context.now().getTime() + input.expiresInDays * 86_400_000 : Infinity;
  const latest = maker?.expires_at ? Math.min(wanted, new Date(maker.expires_at).getTime()) : wanted;
  const { token, hash } = newToken('kdt', context.orgId);
  const row = await context.tx
    .insertInto('api_token')
    .values({
      org_id: context.orgId,
      id: newId(),
      user_id: context.actor.userId,
      name: input.name,
      token_hash: hash,
      scopes: whole ? ['*'] : narrowed,
      expires_at: Number.isFinite(latest) ? new Date(latest).toISOString() : null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordEvent(context, {
    kind: 'token.created',
    subjectKind: 'token',
    subjectId: row.id,
    data: { name: row.name, scopes: row.scopes },
  });
  return { ...tokenView(row), token };
}

/** Revokes a token of the caller's. */
export async function revokeToken(context: Context, id: string): Promise<void> {
  const gone = await revoke(context, context.actor.userId).where('id', '=', id).returning('id').executeTakeFirst();
  if (!gone) throw notFound('token');
  await recordEvent(context, { kind: 'token.revoked', subjectKind: 'token', subjectId: id });
  context.afterCommit(() => forgetActors(context.orgId));
}

/** Revokes every token of a user. */
export async function revokeTokens(context: Context, userId: string): Promise<void> {
  await revoke(context, userId).execute();
}

const revoke = (context: Context, userId: string) =>
  context.tx
    .updateTable('api_token')
    .set({ revoked_at: context.now().toISOString() })
    .where('org_id', '=', context.orgId)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null);
