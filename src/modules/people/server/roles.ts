import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { type Scope, scopes } from '#shared/access.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import type { Sensitivity } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import type { RoleView } from '../contract.ts';
import { forgetActors } from './actors.ts';
import { requireSoundRights } from './governance.ts';
import { registeredPermissions } from './seed-roles.ts';

const select = (context: Context) =>
  context.tx
    .selectFrom('role')
    .selectAll()
    .select(
      sql<number>`(select count(*) from user_role ur where ur.org_id = role.org_id and ur.role_id = role.id)`.as(
        'users',
      ),
    )
    .where('org_id', '=', context.orgId);
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

const view = (row: Row): RoleView => ({
  id: row.id,
  version: row.version,
  key: row.key,
  name: { zh: row.name_zh, en: row.name_en },
  grants: row.grants as Record<string, Scope>,
  clearance: row.clearance as Sensitivity,
  sectionClearance: row.section_clearance as Record<string, Sensitivity>,
  exportLimit: row.export_limit,
  builtin: row.builtin,
  users: row.users,
});

/** All roles, the built-in ones first. */
export const listRoles = async (context: Context) => ({
  items: (await select(context).orderBy('created_at').orderBy('id').limit(500).execute()).map(view),
});

async function getRole(context: Context, id: string): Promise<RoleView> {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('role');
  return view(row);
}

type RoleInput = Pick<RoleView, 'name' | 'grants' | 'clearance' | 'sectionClearance' | 'exportLimit'>;

function checkGrants(grants: Record<string, Scope> | undefined): void {
  for (const key of Object.keys(grants ?? {})) {
    const spec = registeredPermissions().find((item) => item.key === key);
    if (!spec) throw invalid([{ field: `grants.${key}`, code: 'role.unknownPermission' }]);
    if (grants && !spec.scoped && grants[key] !== scopes[scopes.length - 1])
      throw invalid([{ field: `grants.${key}`, code: 'role.notScoped' }]);
  }
}

const columns = (input: Partial<RoleInput>) => ({
  ...(input.name ? { name_zh: input.name.zh, name_en: input.name.en } : {}),
  ...(input.grants ? { grants: JSON.stringify(input.grants) } : {}),
  ...(input.clearance ? { clearance: input.clearance } : {}),
  ...(input.sectionClearance ? { section_clearance: JSON.stringify(input.sectionClearance) } : {}),
  ...(input.exportLimit !== undefined ? { export_limit: input.exportLimit } : {}),
});

/** Makes a role. */
export async function createRole(context: Context, input: RoleInput): Promise<RoleView> {
  checkGrants(input.grants);
  const id = newId();
  await context.tx
    .insertInto('role')
    .values({
      org_id: context.orgId,
      id,
      key: `custom-${id}`,
      name_zh: input.name.zh,
      name_en: input.name.en,
      grants: JSON.stringify(input.grants),
      ...columns(input),
    })
    .execute();
  await recordEvent(context, { kind: 'role.created', subjectKind: 'role', subjectId: id, data: { ...input } });
  return getRole(context, id);
}

/** Changes a role; whoever has it holds the new rights with the next request. */
export async function updateRole(context: Context, id: string, input: Partial<RoleInput>): Promise<RoleView> {
  checkGrants(input.grants);
  await context.tx
    .selectFrom('role')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  const before = await getRole(context, id);
  requireVersion(context, before.version, () => before);
  await context.tx
    .updateTable('role')
    .set({ ...columns(input), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await requireSoundRights(context);
  const changes = Object.fromEntries(
    Object.entries(input).map(([key, to]) => [key, { from: before[key as keyof RoleView], to }]),
  );
  await recordEvent(context, { kind: 'role.updated', subjectKind: 'role', subjectId: id, changes });
  context.afterCommit(() => forgetActors(context.orgId));
  return getRole(context, id);
}

/** Removes a role nobody has. */
export async function removeRole(context: Context, id: string): Promise<void> {
  const before = await getRole(context, id);
  // The next start would bring a built-in role back.
  if (before.builtin) throw conflict('role.builtin');
  if (before.users > 0) throw conflict('role.inUse', { params: { users: before.users } });
  await context.tx.deleteFrom('role').where('org_id', '=', context.orgId).where('id', '=', id).execute();
  await recordEvent(context, { kind: 'role.removed', subjectKind: 'role', subjectId: id, data: { name: before.name } });
}
