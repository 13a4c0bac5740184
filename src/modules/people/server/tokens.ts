import type { z } from 'zod';
import type { Context } from '#platform/context.ts';
import { newToken } from '#platform/crypto/index.ts';
import { recordEvent } from '#platform/events/index.ts';
import { iso } from '#platform/time.ts';
import { invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { tokenShape } from '../contract.ts';
import { forgetActors } from './actors.ts';

interface TokenRow {
  id: string;
  name: string;
  scopes: string[];
  created_at: Date | string;
  expires_at: Date | string | null;
  last_used_at: Date | string | null;
}
const view = (row: TokenRow): z.infer<typeof tokenShape> => ({
  id: row.id,
  name: row.name,
  scopes: row.scopes,
  createdAt: iso(row.created_at),
  expiresAt: row.expires_at ? iso(row.expires_at) : null,
  lastUsedAt: row.last_used_at ? iso(row.last_used_at) : null,
});

/** The caller's tokens that were not revoked, newest first. */
export async function listTokens(context: Context) {
  const rows = await context.tx
    .selectFrom('api_token')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('user_id', '=', context.actor.userId)
    .where('revoked_at', 'is', null)
    .orderBy('id', 'desc')
    .limit(200)
    .execute();
  return { items: rows.map(view) };
}

/** Makes a token of the actor with at most the actor's own permissions. */
export async function createToken(context: Context, input: { name: string; scopes: string[]; expiresInDays?: number }) {
  const unknown = input.scopes.find((scope) => scope !== '*' && !context.actor.grants[scope]);
  if (unknown) throw invalid([{ field: 'scopes', code: 'token.scope', params: { scope: unknown } }]);
  const { token, hash } = newToken('kdt', context.orgId);
  const row = await context.tx
    .insertInto('api_token')
    .values({
      org_id: context.orgId,
      id: newId(),
      user_id: context.actor.userId,
      name: input.name,
      token_hash: hash,
      scopes: input.scopes,
      expires_at: input.expiresInDays
        ? new Date(context.now().getTime() + input.expiresInDays * 86_400_000).toISOString()
        : null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordEvent(context, {
    kind: 'token.created',
    subjectKind: 'token',
    subjectId: row.id,
    data: { name: row.name, scopes: row.scopes },
  });
  return { ...view(row), token };
}

/** Revokes one token of the caller. */
export async function revokeToken(context: Context, id: string): Promise<void> {
  const [gone] = await revoke(context, context.actor.userId, id);
  if (!gone) throw notFound('token');
  await recordEvent(context, { kind: 'token.revoked', subjectKind: 'token', subjectId: id });
}

/** Revokes all tokens of a user, or the one named; answers the ids. */
export async function revoke(context: Context, userId: string, id?: string): Promise<string[]> {
  let query = context.tx
    .updateTable('api_token')
    .set({ revoked_at: context.now().toISOString() })
    .where('org_id', '=', context.orgId)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null);
  if (id) query = query.where('id', '=', id);
  const rows = await query.returning('id').execute();
  context.afterCommit(() => forgetActors(context.orgId));
  return rows.map((row) => row.id);
}
