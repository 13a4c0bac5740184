import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import { checkEmail } from '#shared/identifiers/internet.ts';
import { newId } from '#shared/ids.ts';
import { pinyinSortKey } from '#shared/text/pinyin.ts';
import type { UserView } from '../contract.ts';
import { endSessions } from './account.ts';
import { forgetActors } from './actors.ts';
import { emailKey } from './sign-in.ts';

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
    const like = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
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

async function checkInput(context: Context, input: Partial<UserInput>): Promise<void> {
  if (input.email !== undefined && !checkEmail(input.email).ok)
    throw invalid([{ field: 'email', code: 'email.format' }]);
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
  if (input.roleIds) await refuseUnion(context, input.roleIds);
}

/** In a hardened company nobody holds two of the three administrations, and the all-in-one role does not exist. */
async function refuseUnion(context: Context, roleIds: string[]): Promise<void> {
  const org = await context.tx
    .selectFrom('org')
    .select('settings')
    .where('org_id', '=', context.orgId)
    .executeTakeFirstOrThrow();
  if ((org.settings as { hardened?: boolean }).hardened !== true) return;
  const roles = await context.tx
    .selectFrom('role')
    .select('key')
    .where('org_id', '=', context.orgId)
    .where('id', 'in', roleIds)
    .execute();
  const admins = roles.filter((role) => ['systemAdministrator', 'securityAdministrator', 'auditor'].includes(role.key));
  if (admins.length > 1 || roles.some((role) => role.key === 'administrator'))
    throw invalid([{ field: 'roleIds', code: 'role.separation' }]);
}

export async function createUser(context: Context, input: UserInput, passwordHash: string | null): Promise<UserView> {
  await checkInput(context, input);
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
  await setRoles(context, id, input.roleIds);
  await recordEvent(context, {
    kind: 'user.created',
    subjectKind: 'user',
    subjectId: id,
    data: { name: input.name, email: input.email, roleIds: input.roleIds, teamId: input.teamId },
  });
  return getUser(context, id);
}

async function setRoles(context: Context, userId: string, roleIds: string[]): Promise<void> {
  await context.tx.deleteFrom('user_role').where('org_id', '=', context.orgId).where('user_id', '=', userId).execute();
  const rows = [...new Set(roleIds)].map((roleId) => ({ org_id: context.orgId, user_id: userId, role_id: roleId }));
  if (rows.length > 0) await context.tx.insertInto('user_role').values(rows).execute();
}

export async function updateUser(context: Context, id: string, input: Partial<UserInput>): Promise<UserView> {
  const before = await locked(context, id);
  await checkInput(context, input);
  if (input.email && emailKey(input.email) !== emailKey(before.email)) {
    const taken = await context.tx
      .selectFrom('app_user')
      .select('id')
      .where('org_id', '=', context.orgId)
      .where('email_key', '=', emailKey(input.email))
      .executeTakeFirst();
    if (taken) throw invalid([{ field: 'email', code: 'user.emailTaken' }]);
  }
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
  if (input.roleIds) {
    await setRoles(context, id, input.roleIds);
    await requireGovernors(context);
  }
  const changes = Object.fromEntries(
    Object.entries(input).map(([key, to]) => [key, { from: before[key as keyof UserView] ?? null, to }]),
  );
  await recordEvent(context, { kind: 'user.updated', subjectKind: 'user', subjectId: id, changes });
  context.afterCommit(() => forgetActors(context.orgId));
  return getUser(context, id);
}

export async function setBlocked(context: Context, id: string, blocked: boolean): Promise<UserView> {
  await locked(context, id);
  if (blocked && id === context.actor.userId) throw conflict('user.notYourself');
  const row = await context.tx
    .selectFrom('app_user')
    .select('password_hash')
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await context.tx
    .updateTable('app_user')
    .set({ state: blocked ? 'blocked' : row.password_hash ? 'active' : 'invited', version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  if (blocked) {
    await requireGovernors(context);
    await endSessions(context, id, null);
  }
  await recordEvent(context, { kind: blocked ? 'user.blocked' : 'user.unblocked', subjectKind: 'user', subjectId: id });
  context.afterCommit(() => forgetActors(context.orgId));
  return getUser(context, id);
}

async function locked(context: Context, id: string): Promise<UserView> {
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

/** A company in which nobody can manage users or roles could never be repaired from inside. */
export async function requireGovernors(context: Context): Promise<void> {
  for (const permission of ['user:manage', 'role:manage']) {
    const found = await sql`select 1 from app_user u join user_role ur on ur.org_id = u.org_id and ur.user_id = u.id
      join role r on r.org_id = ur.org_id and r.id = ur.role_id
      where u.org_id = ${context.orgId} and u.state = 'active' and jsonb_exists(r.grants, ${permission}) limit 1`.execute(
      context.tx,
    );
    if (found.rows.length === 0) throw conflict('role.lastGovernor', { params: { permission } });
  }
}

/** Names of up to 20 active users, for choosing an owner. */
export async function userOptions(context: Context, q: string | undefined) {
  let select = context.tx
    .selectFrom('app_user')
    .select(['id', 'name'])
    .where('org_id', '=', context.orgId)
    .where('state', '!=', 'blocked')
    .orderBy(sql`name_sort collate "C"`)
    .limit(20);
  if (q) {
    const like = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
    select = select.where((eb) => eb.or([eb('name', 'ilike', like), eb('name_sort', 'ilike', like)]));
  }
  return select.execute();
}

/** Names of users by id, blocked ones included: old records still name them. */
export async function userNames(context: Context, ids: string[]): Promise<Record<string, string>> {
  if (ids.length === 0) return {};
  const rows = await context.tx
    .selectFrom('app_user')
    .select(['id', 'name'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.id, row.name]));
}

/** Team a user's records belong to, or a field error when there is no such active user. */
export async function ownerTeam(context: Context, ownerId: string, field: string): Promise<string | null> {
  const row = await context.tx
    .selectFrom('app_user')
    .select(['team_id', 'state'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', ownerId)
    .executeTakeFirst();
  if (!row || row.state === 'blocked') throw invalid([{ field, code: 'link.unknown' }]);
  return row.team_id;
}
