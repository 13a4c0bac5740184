import type { PermissionSpec } from '#shared/access.ts';

/** People and relations are as visible and changeable as their customers; only the catalogue of relations is apart. */
export const contactPermissions: PermissionSpec[] = [
  {
    key: 'relationType:manage',
    label: { zh: '管理关系类型', en: 'Manage kinds of relations' },
    scoped: false,
    defaults: { supervisor: 'all', archivist: 'all', administrator: 'all' },
  },
];
