import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { prepared, type Tx } from '#platform/db/database.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { conflict, invalid, notFound, Problem } from '#shared/errors.ts';
import { checkEmail } from '#shared/identifiers/internet.ts';
import { newId } from '#shared/ids.ts';
import { pinyinSortKey } from '#shared/text/pinyin.ts';
import type { UserView } from '../contract.ts';
import { endSessions } from './account.ts';
import { forgetActors } from './actors.ts';
import { isAbove, requireMayGive, requireSoundRights } from './governance.ts';
import { named } from './named.ts';
import { rightsOfUser } from './rights.ts';
import { emailKey } from './sign-in.ts';
import { followTeam } from './teams.ts';
import { revokeTokens } from './tokens.ts';

export interface UserInput {
  email: string;
  name: string;
  lang: string;
  teamId: string | null;
  regionIds: string[];
  roleIds: string[];
  capabilities?: string[];
  autoAssign?: boolean;
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
      'capabilities',
      'auto_assign',
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
  capabilities: row.capabilities,
  autoAssign: row.auto_assign,
  totpEnabled: row.totp_enabled_at !== null,
  lastSignInAt: row.last_sign_in_at ? new Date(row.last_sign_in_at).toISOString() : null,
});

export async function getUser(context: Context, id: string): Promise<UserView> {
  const row = await selection(context).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('user');
  return view(row);
}

/** Users by pinyin, a keyset page at a time. */
export async function listUsers(
  context: Context,
  query: {
    limit: number;
    cursor?: string;
    q?: string;
    state?: UserView['state'];
    secondFactor?: 'on' | 'off';
    roleId?: string;
  },
) {
  let select = selection(context)
    .orderBy(sql`name_sort collate "C"`)
    .orderBy('id')
    .limit(query.limit + 1);
  if (query.q) {
    const q = query.q;
    const like = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
    select = select.where((eb) => eb.or([named(q), eb('email', 'ilike', like)]));
  }
  if (query.state) select = select.where('state', '=', query.state);
  if (query.secondFactor) select = select.where('totp_enabled_at', query.secondFactor === 'on' ? 'is not' : 'is', null);
  if (query.roleId)
    select = select.where(
      sql<boolean>`exists (select 1 from user_role g where g.org_id = app_user.org_id and g.user_id = app_user.id
        and g.role_id = ${query.roleId}::uuid)`,
    );
  if (query.cursor) {
    const [sort, id] = cursorParts(query.cursor, cursorPart.text, cursorPart.id);
    select = select.where(sql<boolean>`(name_sort collate "C", id) > (${sort}, ${id}::uuid)`);
  }
  const { page, nextCursor } = pageOfRows(await select.execute(), query.limit, (last) =>
    cursorOf(last.name_sort, last.id),
  );
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

const assignmentOf = (input: Partial<UserInput>) => ({
  ...(input.capabilities ? { capabilities: [...new Set(input.capabilities)] } : {}),
  ...(input.autoAssign === undefined ? {} : { auto_assign: input.autoAssign }),
});

/** Makes a user, invited unless a password is already known. */
export async function createUser(context: Context, input: UserInput, passwordHash: string | null): Promise<UserView> {
  await checkInput(context, null, input);
  await requireMayGive(context, input.roleIds);
  const before = await rightsOfUser(context, context.actor.userId);
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
      ...assignmentOf(input),
      password_hash: passwordHash,
      password_changed_at: passwordHash ? context.now().toISOString() : null,
      created_by: context.actor.kind === 'system' ? null : context.actor.userId,
    })
    .onConflict((oc) => oc.columns(['org_id', 'email_key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) throw invalid([{ field: 'email', code: 'user.emailTaken' }]);
  await writeRoles(context, id, input.roleIds);
  // The first user of a company is made before there is anybody who could manage.
  if (context.actor.kind !== 'system') await requireSoundRights(context, before);
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

/** Changes a user. Roles only within what the caller may give, and never the address of somebody who may do more. */
export async function updateUser(context: Context, id: string, input: Partial<UserInput>): Promise<UserView> {
  const before = await locked(context, id);
  await checkInput(context, id, input);
  if (input.email && emailKey(input.email) !== emailKey(before.email) && (await isAbove(context, id)))
    throw new Problem(403, 'user.above', { field: 'email', params: { permission: 'role:manage' } });
  const roleIds = input.roleIds && !sameSet(input.roleIds, before.roleIds) ? input.roleIds : undefined;
  if (roleIds) await requireMayGive(context, roleIds, before.roleIds);
  const own = await rightsOfUser(context, context.actor.userId);
  await context.tx
    .updateTable('app_user')
    .set({
      ...(input.email ? { email: input.email.trim(), email_key: emailKey(input.email) } : {}),
      // Another address is another account at the identity provider.
      ...(input.email && emailKey(input.email) !== emailKey(before.email) ? { identity_key: null } : {}),
      ...(input.name ? { name: input.name, name_sort: pinyinSortKey(input.name) } : {}),
      ...(input.lang ? { lang: input.lang } : {}),
      ...(input.teamId !== undefined ? { team_id: input.teamId } : {}),
      ...(input.regionIds ? { region_ids: input.regionIds } : {}),
      ...assignmentOf(input),
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  if (input.teamId !== undefined && input.teamId !== before.teamId) await followTeam(context, id);
  if (roleIds) {
    await writeRoles(context, id, roleIds);
    await requireSoundRights(context, own);
  }
  const after = await getUser(context, id);
  const changes = Object.fromEntries(
    Object.entries(after).flatMap(([key, to]) => {
      const from = before[key as keyof UserView];
      return key !== 'version' && differ(from, to) ? [[key, { from, to }]] : [];
    }),
  );
  await recordEvent(context, { kind: 'user.updated', subjectKind: 'user', subjectId: id, changes });
  context.afterCommit(() => forgetActors(context.orgId));
  return after;
}

/** Blocks a user, which ends every session, token and open link, or lets the user in again, who then needs new tokens. */
export async function setBlocked(context: Context, id: string, blocked: boolean): Promise<UserView> {
  const before = await locked(context, id);
  if (blocked && id === context.actor.userId) throw conflict('user.notYourself');
  if ((before.state === 'blocked') === blocked) return before;
  const own = await rightsOfUser(context, context.actor.userId);
  const unblocked = sql<string>`case when password_hash is null then 'invited' else 'active' end`;
  await context.tx
    .updateTable('app_user')
    .set({ state: blocked ? 'blocked' : unblocked, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await requireSoundRights(context, own);
  if (blocked) {
    await endSessions(context, id, null);
    await revokeTokens(context, id);
    await context.tx
      .updateTable('password_reset')
      .set({ used_at: context.now().toISOString() })
      .where('org_id', '=', context.orgId)
      .where('user_id', '=', id)
      .where('used_at', 'is', null)
      .execute();
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

/** Names of up to 20 active users, for choosing an owner. */
export async function userOptions(context: Context, { q, blocked }: { q?: string; blocked: boolean }) {
  let select = context.tx
    .selectFrom('app_user')
    .select(['id', 'name'])
    .where('org_id', '=', context.orgId)
    .orderBy(sql`name_sort collate "C"`)
    .limit(20);
  if (!blocked) select = select.where('state', '!=', 'blocked');
  if (q) select = select.where(named(q));
  return select.execute();
}

/** Names read in a transaction: an answer names the same few people in several places. */
const namesRead = new WeakMap<Tx, Map<string, string>>();

/** Names of users by id, blocked ones included: old records still name them. */
export async function userNames(context: Context, ids: string[]): Promise<Record<string, string>> {
  const known = namesRead.get(context.tx) ?? new Map<string, string>();
  namesRead.set(context.tx, known);
  const wanted = [...new Set(ids)];
  const missing = wanted.filter((id) => !known.has(id));
  if (missing.length > 0) {
    const rows = await sql<{ id: string; name: string }>`select id, name from app_user
      where org_id = ${context.orgId} and id = any(${missing}::uuid[]) ${prepared}`.execute(context.tx);
    for (const row of rows.rows) known.set(row.id, row.name);
  }
  return Object.fromEntries(wanted.flatMap((id) => (known.has(id) ? [[id, known.get(id) ?? '']] : [])));
}

/** Users by whole name or sign-in address; who may no longer sign in is meant only where nobody else is. */
export async function findUsers(context: Context, texts: string[]): Promise<{ text: string; id: string }[]> {
  const wanted = texts.map((text) => ({ text, key: text.trim().toLowerCase() }));
  const found = await sql<{ text: string; id: string }>`
    select text, id from (
      select w.text, u.id, rank() over (partition by w.text order by u.state = 'blocked', lower(u.email) <> w.key) as place
      from json_to_recordset(${JSON.stringify(wanted)}::json) as w(text text, key text)
      join app_user u on u.org_id = ${context.orgId} and (lower(u.name) = w.key or lower(u.email) = w.key)) as people
    where place = 1`.execute(context.tx);
  return found.rows;
}

/** Team a user's records belong to, or a field error when there is no such active user. */
export async function ownerTeam(context: Context, ownerId: string, field: string): Promise<string | null> {
  const row = await context.tx
    .selectFrom('app_user')
    .select(['team_id', 'state'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', ownerId)
    .modifyEnd(prepared)
    .executeTakeFirst();
  if (!row || row.state === 'blocked') throw invalid([{ field, code: 'link.unknown' }]);
  return row.team_id;
}
