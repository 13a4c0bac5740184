import type { PermissionSpec } from '#shared/access.ts';

export const exchangePermissions: PermissionSpec[] = [
  {
    key: 'customer:export',
    label: { zh: '导出客户', en: 'Export customers' },
    scoped: true,
    defaults: {
      sales: 'own',
      supervisor: 'team',
      archivist: 'all',
      marketing: 'all',
      leader: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'export:approve',
    label: { zh: '审批超限导出', en: 'Approve exports above the limit' },
    scoped: false,
    defaults: { supervisor: 'all', leader: 'all', securityAdministrator: 'all', administrator: 'all' },
  },
];
