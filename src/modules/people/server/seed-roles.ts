import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import type { DefaultRole, Grants, PermissionSpec } from '#shared/access.ts';
import type { Sensitivity } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';

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
  leader: { zh: '领导', en: 'Leader', clearance: 'secret', exportLimit: null },
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
