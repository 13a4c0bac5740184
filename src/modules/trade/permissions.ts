import type { PermissionSpec } from '#shared/access.ts';

/** Purchases are as visible as their customer; these scopes narrow that further. */
export const tradePermissions: PermissionSpec[] = [
  {
    key: 'purchase:read',
    label: { zh: '查看采购记录', en: 'See purchases' },
    scoped: true,
    defaults: {
      sales: 'own',
      supervisor: 'team',
      archivist: 'all',
      marketing: 'all',
      finance: 'all',
      service: 'all',
      leader: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'purchase:create',
    label: { zh: '登记采购', en: 'Record purchases' },
    scoped: true,
    defaults: { sales: 'own', supervisor: 'team', finance: 'all', administrator: 'all' },
  },
  {
    key: 'purchase:update',
    label: { zh: '修改与删除采购', en: 'Change and delete purchases' },
    scoped: true,
    defaults: { supervisor: 'team', finance: 'all', administrator: 'all' },
  },
];
