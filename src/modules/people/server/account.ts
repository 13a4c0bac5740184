import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { Scope } from '#shared/access.ts';
import { invalid, notFound, Problem } from '#shared/errors.ts';
import type { SessionInfo } from '#shared/session.ts';
import { pinyinSortKey } from '#shared/text/pinyin.ts';
import { checkPassword } from '../password-policy.ts';
import { forgetActors } from './actors.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { endSessions } from './sessions.ts';

/** A token does a user's work, but never manages the user's own means of signing in. */
export function requireSession(context: Context): void {
  if (context.actor.kind !== 'user') throw new Problem(403, 'session.tokenRefused');
}

/** The caller's own row, locked. */
export async function myself(context: Context) {
  requireSession(context);
  const user = await context.tx
    .selectFrom('app_user')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', context.actor.userId)
    .forUpdate()
    .executeTakeFirst();
  if (!user) throw notFound('user');
  return user;
}

/** Whoever found an open browser does not know the password: asked again before means of signing in change. */
export async function requirePassword(
  user: { password_hash: string | null },
  password: string,
  field: string,
): Promise<void> {
  if (!(await verifyPassword(user.password_hash, password))) throw invalid([{ field, code: 'password.wrong' }]);
}

const org = (context: Context) =>
  context.tx.selectFrom('org').selectAll().where('org_id', '=', context.orgId).executeTakeFirstOrThrow();

/** Sets a password that passes the policy, and ends every one-time link and every session but `keepSession`. */
export async function setPassword(
  context: Context,
  userId: string,
  password: string,
  field: string,
  keepSession: string | null,
): Promise<void> {
  const user = await context.tx
    .selectFrom('app_user')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', userId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const known = [user.name, user.email, (await org(context)).name];
  const checked = checkPassword(password, known, user.totp_enabled_at !== null);
  if (!checked.ok) throw invalid([{ field, code: checked.code, params: checked.params }]);
  await context.tx
    .updateTable('app_user')
    .set({
      password_hash: await hashPassword(checked.value),
      password_changed_at: context.now().toISOString(),
      failed_count: 0,
      locked_until: null,
      ...(user.state === 'invited' ? { state: 'active', version: user.version + 1 } : {}),
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', userId)
    .execute();
  await endSessions(context, userId, keepSession);
  await context.tx
    .updateTable('password_reset')
    .set({ used_at: context.now().toISOString() })
    .where('org_id', '=', context.orgId)
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .execute();
  await recordEvent(context, { kind: 'user.passwordChanged', subjectKind: 'user', subjectId: userId });
}

/** Changes the caller's own password; the session it is changed in goes on. */
export async function changeMyPassword(context: Context, current: string, next: string): Promise<void> {
  const user = await myself(context);
  await requirePassword(user, current, 'current');
  await setPassword(context, user.id, next, 'next', context.actor.credentialId);
}

export interface ProfileInput {
  name?: string;
  lang?: string;
  preferences?: Record<string, unknown>;
}
const largestPreferences = 20_000;

/** Changes name, language and stored preferences of the caller. */
export async function updateMe(context: Context, input: ProfileInput): Promise<void> {
  const user = await myself(context);
  const merged = { ...(user.preferences as Record<string, unknown>), ...input.preferences };
  const preferences = JSON.stringify(Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)));
  if (preferences.length > largestPreferences)
    throw invalid([{ field: 'preferences', code: 'input.tooLong', params: { maximum: largestPreferences } }]);
  await context.tx
    .updateTable('app_user')
    .set({
      ...(input.name ? { name: input.name, name_sort: pinyinSortKey(input.name), version: user.version + 1 } : {}),
      ...(input.lang ? { lang: input.lang } : {}),
      ...(input.preferences ? { preferences } : {}),
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', user.id)
    .execute();
  // Column widths and the like are not history; names and languages are.
  if (input.name || input.lang) {
    const changes = {
      ...(input.name ? { name: { from: user.name, to: input.name } } : {}),
      ...(input.lang ? { lang: { from: user.lang, to: input.lang } } : {}),
    };
    await recordEvent(context, { kind: 'user.updated', subjectKind: 'user', subjectId: user.id, changes });
  }
  context.afterCommit(() => forgetActors(context.orgId));
}

/** Who the caller is, in which company, and what may be done. */
export async function sessionInfo(context: Context): Promise<SessionInfo> {
  const { actor } = context;
  const user = await context.tx
    .selectFrom('app_user')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', actor.userId)
    .executeTakeFirstOrThrow();
  const company = await org(context);
  return {
    user: {
      id: user.id,
      name: user.name,
      email: user.email,
      lang: user.lang as SessionInfo['user']['lang'],
      teamId: user.team_id,
      preferences: user.preferences as Record<string, unknown>,
      totpEnabled: user.totp_enabled_at !== null,
    },
    org: {
      id: company.org_id,
      name: company.name,
      preset: company.preset,
      timeZone: company.time_zone,
      currency: company.currency,
      country: company.country,
      defaultLang: company.default_lang as SessionInfo['org']['defaultLang'],
    },
    grants: actor.grants as Record<string, Scope>,
    clearance: actor.clearance,
    sectionClearance: actor.sectionClearance,
    exportLimit: actor.exportLimit,
    dictionaryVersion: company.dictionary_version,
  };
}
