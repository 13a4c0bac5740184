import { sql } from 'kysely';
import { requirePermission } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import { checkEmail } from '#shared/identifiers/internet.ts';
import { newId } from '#shared/ids.ts';
import { pinyinSortKey } from '#shared/text/pinyin.ts';
import type { UserView } from '../contract.ts';
import { forgetActors } from './actors.ts';
import { hardened, requireSeparation, requireSoundRights } from './governance.ts';
import { endSessions } from './sessions.ts';
import { emailKey } from './sign-in.ts';
import { revoke } from './tokens.ts';
import { containing } from './user-names.ts';

export interface UserInput {
  email: string;
  name: string;
  lang: string;
  teamId: string | null;
  regionIds: string[];
  roleIds: string[];
}

const selection = (context: Context) =>
  context.tx
    .selectFrom('app_user')
    .select([
      'id',
      'version',
      'email',
      'name',
      'name_sort',
      'state',
      'lang',
      'team_id',
      'region_ids',
      'totp_enabled_at',
      'last_sign_in_at',
    ])
    .select(
      sql<
        string[]
      >`array(select role_id from user_role ur where ur.org_id = app_user.org_id and ur.user_id = app_user.id)`.as(
        'role_ids',
      ),
    )
    .where('org_id', '=', context.orgId);
type Row = Awaited<ReturnType<ReturnType<typeof selection>['executeTakeFirstOrThrow']>>;

const view = (row: Row): UserView => ({
  id: row.id,
  version: row.version,
  email: row.email,
  name: row.name,
  state: row.state as UserView['state'],
  lang: row.lang as UserView['lang'],
  teamId: row.team_id,
  regionIds: row.region_ids,
  roleIds: row.role_ids,
  totpEnabled: row.totp_enabled_at !== null,
  lastSignInAt: row.last_sign_in_at ? new Date(row.last_sign_in_at).toISOString() : null,
});

/** One user. */
export async function getUser(context: Context, id: string): Promise<UserView> {
  const row = await selection(context).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('user');
  return view(row);
}

/** Users by pinyin, a keyset page at a time. */
export async function listUsers(context: Context, query: { limit: number; cursor?: string; q?: string }) {
  let select = selection(context)
    .orderBy(sql`name_sort collate "C"`)
    .orderBy('id')
    .limit(query.limit + 1);
  if (query.q) {
    const like = containing(query.q);
    select = select.where((eb) =>
      eb.or([eb('name', 'ilike', like), eb('email', 'ilike', like), eb('name_sort', 'ilike', like)]),
    );
  }
  if (query.cursor) {
    const [sort = '', id = ''] = Buffer.from(query.cursor, 'base64url').toString().split('\n');
    if (!/^[0-9a-f-]{36}$/.test(id)) throw invalid([{ field: 'cursor', code: 'cursor.invalid' }]);
    select = select.where(sql<boolean>`(name_sort collate "C", id) > (${sort}, ${id}::uuid)`);
  }
  const rows = await select.execute();
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const nextCursor =
    rows.length > query.limit && last ? Buffer.from(`${last.name_sort}\n${last.id}`).toString('base64url') : null;
  return { items: page.map(view), nextCursor };
}

async function checkInput(context: Context, id: string | null, input: Partial<UserInput>): Promise<void> {
  if (input.email !== undefined) {
    if (!checkEmail(input.email).ok) throw invalid([{ field: 'email', code: 'email.format' }]);
    const holder = await context.tx
      .selectFrom('app_user')
      .select('id')
      .where('org_id', '=', context.orgId)
      .where('email_key', '=', emailKey(input.email))
      .executeTakeFirst();
    if (holder && holder.id !== id) throw invalid([{ field: 'email', code: 'user.emailTaken' }]);
  }
  const exists = async (table: 'team' | 'sales_region' | 'role', ids: string[], field: string) => {
    if (ids.length === 0) return;
    const found = await context.tx
      .selectFrom(table)
      .select('id')
      .where('org_id', '=', context.orgId)
      .where('id', 'in', ids)
      .execute();
    if (found.length < new Set(ids).size) throw invalid([{ field, code: 'link.unknown' }]);
  };
  if (input.teamId) await exists('team', [input.teamId], 'teamId');
  if (input.regionIds) await exists('sales_region', input.regionIds, 'regionIds');
  if (input.roleIds) await exists('role', input.roleIds, 'roleIds');
}

/** Makes a user, invited unless a password is already known. Giving roles is the security administrator's right. */
export async function createUser(context: Context, input: UserInput, passwordHash: string | null): Promise<UserView> {
  if (input.roleIds.length > 0 && context.actor.kind !== 'system') requirePermission(context.actor, 'role:manage');
  await checkInput(context, null, input);
  const id = newId();
  const made = await context.tx
    .insertInto('app_user')
    .values({
      org_id: context.orgId,
      id,
      email: input.email.trim(),
      email_key: emailKey(input.email),
      name: input.name,
      name_sort: pinyinSortKey(input.name),
      state: passwordHash ? 'active' : 'invited',
      lang: input.lang,
      team_id: input.teamId,
      region_ids: input.regionIds,
      password_hash: passwordHash,
      password_changed_at: passwordHash ? context.now().toISOString() : null,
      created_by: context.actor.kind === 'system' ? null : context.actor.userId,
    })
    .onConflict((oc) => oc.columns(['org_id', 'email_key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) throw invalid([{ field: 'email', code: 'user.emailTaken' }]);
  await writeRoles(context, id, input.roleIds);
  await requireSeparation(context);
  await recordEvent(context, {
    kind: 'user.created',
    subjectKind: 'user',
    subjectId: id,
    data: { name: input.name, email: input.email, roleIds: input.roleIds, teamId: input.teamId },
  });
  return getUser(context, id);
}

async function writeRoles(context: Context, userId: string, roleIds: string[]): Promise<void> {
  await context.tx.deleteFrom('user_role').where('org_id', '=', context.orgId).where('user_id', '=', userId).execute();
  const rows = [...new Set(roleIds)].map((roleId) => ({ org_id: context.orgId, user_id: userId, role_id: roleId }));
  if (rows.length > 0) await context.tx.insertInto('user_role').values(rows).execute();
}

const differ = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b);
const sameSet = (a: string[], b: string[]) => !differ([...new Set(a)].sort(), [...new Set(b)].sort());

/** Changes a user; whoever changes roles by it needs the right to. */
export async function updateUser(context: Context, id: string, input: Partial<UserInput>): Promise<UserView> {
  const before = await lockUser(context, id);
  await checkInput(context, id, input);
  const roleIds = input.roleIds && !sameSet(input.roleIds, before.roleIds) ? input.roleIds : undefined;
  if (roleIds) requirePermission(context.actor, 'role:manage');
  await context.tx
    .updateTable('app_user')
    .set({
      ...(input.email ? { email: input.email.trim(), email_key: emailKey(input.email) } : {}),
      ...(input.name ? { name: input.name, name_sort: pinyinSortKey(input.name) } : {}),
      ...(input.lang ? { lang: input.lang } : {}),
      ...(input.teamId !== undefined ? { team_id: input.teamId } : {}),
      ...(input.regionIds ? { region_ids: input.regionIds } : {}),
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  if (roleIds) await changeRoles(context, id, roleIds);
  const after = await getUser(context, id);
  await recordChange(context, before, after);
  return after;
}

/** Sets only the roles of a user. */
export async function setUserRoles(context: Context, id: string, roleIds: string[]): Promise<UserView> {
  const before = await lockUser(context, id);
  await checkInput(context, id, { roleIds });
  await context.tx
    .updateTable('app_user')
    .set({ version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await changeRoles(context, id, roleIds);
  const after = await getUser(context, id);
  await recordChange(context, before, after);
  return after;
}

async function changeRoles(context: Context, id: string, roleIds: string[]): Promise<void> {
  if (id === context.actor.userId && (await hardened(context))) throw conflict('role.notYourself');
  await writeRoles(context, id, roleIds);
  await requireSoundRights(context);
}

async function recordChange(context: Context, before: UserView, after: UserView): Promise<void> {
  const changes = Object.fromEntries(
    Object.entries(after).flatMap(([key, to]) => {
      const from = before[key as keyof UserView];
      return key !== 'version' && differ(from, to) ? [[key, { from, to }]] : [];
    }),
  );
  await recordEvent(context, { kind: 'user.updated', subjectKind: 'user', subjectId: after.id, changes });
  context.afterCommit(() => forgetActors(context.orgId));
}

/** Blocks a user, which ends every session and token, or lets the user in again, who then needs new tokens. */
export async function setBlocked(context: Context, id: string, blocked: boolean): Promise<UserView> {
  const before = await lockUser(context, id);
  if (blocked && id === context.actor.userId) throw conflict('user.notYourself');
  if ((before.state === 'blocked') === blocked) return before;
  const unblocked = sql<string>`case when password_hash is null then 'invited' else 'active' end`;
  await context.tx
    .updateTable('app_user')
    .set({ state: blocked ? 'blocked' : unblocked, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await requireSoundRights(context);
  if (blocked) {
    await endSessions(context, id, null);
    await revoke(context, id);
  }
  await recordEvent(context, { kind: blocked ? 'user.blocked' : 'user.unblocked', subjectKind: 'user', subjectId: id });
  context.afterCommit(() => forgetActors(context.orgId));
  return getUser(context, id);
}

async function lockUser(context: Context, id: string): Promise<UserView> {
  await context.tx
    .selectFrom('app_user')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  const user = await getUser(context, id);
  requireVersion(context, user.version, () => user);
  return user;
}
