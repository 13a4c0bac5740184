import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { type DefaultRole, type Grants, type PermissionSpec, type Scope, scopes } from '#shared/access.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import type { Sensitivity } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import type { RoleView } from '../contract.ts';
import { forgetActors } from './actors.ts';
import { requireSoundRights } from './governance.ts';
import { rightsOfUser } from './rights.ts';

const specs: PermissionSpec[] = [];

/** The app tells which permissions all modules have. */
export function registerPermissions(all: PermissionSpec[]): void {
  specs.splice(0, specs.length, ...all);
}
export const registeredPermissions = (): readonly PermissionSpec[] => specs;

interface RoleDefault {
  zh: string;
  en: string;
  clearance: Sensitivity;
  sections?: Record<string, Sensitivity>;
  exportLimit: number | null;
}

/** [C] Defaults of the product page's roles; all of it can be changed in the UI. */
const defaults: Record<DefaultRole, RoleDefault> = {
  sales: { zh: '业务员', en: 'Sales rep', clearance: 'internal', exportLimit: 200 },
  supervisor: { zh: '主管', en: 'Supervisor', clearance: 'confidential', exportLimit: 2000 },
  archivist: { zh: '档案管理员', en: 'Archivist', clearance: 'confidential', exportLimit: 2000 },
  marketing: { zh: '市场', en: 'Marketing', clearance: 'internal', exportLimit: 2000 },
  finance: {
    zh: '信用与财务',
    en: 'Credit and finance',
    clearance: 'confidential',
    sections: { finance: 'secret', trading: 'secret' },
    exportLimit: 2000,
  },
  service: { zh: '客服', en: 'Service', clearance: 'internal', exportLimit: 200 },
  leader: { zh: '领导', en: 'Leader', clearance: 'secret', exportLimit: 5000 },
  systemAdministrator: { zh: '系统管理员', en: 'System administrator', clearance: 'open', exportLimit: 0 },
  securityAdministrator: { zh: '安全管理员', en: 'Security administrator', clearance: 'open', exportLimit: 0 },
  auditor: { zh: '审计员', en: 'Auditor', clearance: 'open', exportLimit: 0 },
  administrator: {
    zh: '管理员（小型企业）',
    en: 'Administrator (small company)',
    clearance: 'secret',
    exportLimit: null,
  },
};

/** Writes the default roles a company lacks, and gives existing built-in ones the permissions added by an upgrade. */
export async function seedRoles(context: Context): Promise<void> {
  const seeded = await context.tx
    .selectFrom('org')
    .select('settings')
    .where('org_id', '=', context.orgId)
    .executeTakeFirstOrThrow();
  const knownKeys = new Set((seeded.settings as { knownPermissions?: string[] }).knownPermissions ?? []);
  for (const [key, role] of Object.entries(defaults)) {
    const grants = grantsOf(key as DefaultRole, specs);
    await context.tx
      .insertInto('role')
      .values({
        org_id: context.orgId,
        id: newId(),
        key,
        name_zh: role.zh,
        name_en: role.en,
        grants: JSON.stringify(grants),
        clearance: role.clearance,
        section_clearance: JSON.stringify(role.sections ?? {}),
        export_limit: role.exportLimit,
        builtin: true,
      })
      .onConflict((oc) => oc.columns(['org_id', 'key']).doNothing())
      .execute();
    const added = grantsOf(
      key as DefaultRole,
      specs.filter((spec) => knownKeys.size > 0 && !knownKeys.has(spec.key)),
    );
    if (Object.keys(added).length > 0) {
      await sql`update role set grants = ${JSON.stringify(added)}::jsonb || grants where org_id = ${context.orgId} and key = ${key}`.execute(
        context.tx,
      );
    }
  }
  await sql`update org set settings = settings || ${JSON.stringify({ knownPermissions: specs.map((spec) => spec.key) })}::jsonb where org_id = ${context.orgId}`.execute(
    context.tx,
  );
}

const grantsOf = (role: DefaultRole, from: PermissionSpec[]): Grants =>
  Object.fromEntries(from.flatMap((spec) => (spec.defaults[role] ? [[spec.key, spec.defaults[role]]] : [])));

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
  carryLimit: row.carry_limit,
  builtin: row.builtin,
  users: row.users,
});

export const listRoles = async (context: Context) => ({
  items: (await select(context).orderBy('created_at').orderBy('id').limit(500).execute()).map(view),
});

async function getRole(context: Context, id: string): Promise<RoleView> {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('role');
  return view(row);
}

type RoleInput = Pick<RoleView, 'name' | 'grants' | 'clearance' | 'sectionClearance' | 'exportLimit'> & {
  carryLimit?: number;
};

function checkGrants(grants: Record<string, Scope> | undefined): void {
  for (const key of Object.keys(grants ?? {})) {
    const spec = specs.find((item) => item.key === key);
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
  ...(input.carryLimit !== undefined ? { carry_limit: input.carryLimit } : {}),
});

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
  const own = await rightsOfUser(context, context.actor.userId);
  await context.tx
    .updateTable('role')
    .set({ ...columns(input), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await requireSoundRights(context, own);
  const changes = Object.fromEntries(
    Object.entries(input).map(([key, to]) => [key, { from: before[key as keyof RoleView], to }]),
  );
  await recordEvent(context, { kind: 'role.updated', subjectKind: 'role', subjectId: id, changes });
  context.afterCommit(() => forgetActors(context.orgId));
  return getRole(context, id);
}

export async function removeRole(context: Context, id: string): Promise<void> {
  const before = await getRole(context, id);
  // The next start would bring a built-in role back.
  if (before.builtin) throw conflict('role.builtin');
  if (before.users > 0) throw conflict('role.inUse', { params: { users: before.users } });
  await context.tx.deleteFrom('role').where('org_id', '=', context.orgId).where('id', '=', id).execute();
  await recordEvent(context, { kind: 'role.removed', subjectKind: 'role', subjectId: id, data: { name: before.name } });
}
