import type { PermissionSpec } from '#shared/access.ts';

export const fieldPermissions: PermissionSpec[] = [
  {
    key: 'field:manage',
    label: { zh: '设计字段与布局', en: 'Design fields and layout' },
    scoped: false,
    defaults: { archivist: 'all', systemAdministrator: 'all', administrator: 'all' },
  },
];
