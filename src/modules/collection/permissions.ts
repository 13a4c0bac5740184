import type { PermissionSpec } from '#shared/access.ts';

export const collectionPermissions: PermissionSpec[] = [
  {
    key: 'import:run',
    label: { zh: '导入客户', en: 'Import customers' },
    scoped: false,
    defaults: { sales: 'all', supervisor: 'all', archivist: 'all', marketing: 'all', administrator: 'all' },
  },
];
