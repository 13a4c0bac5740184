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
    key: 'customer:print',
    label: { zh: '打印客户卡片', en: 'Print customer cards' },
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
    key: 'export:approve',
    label: { zh: '审批超限导出', en: 'Approve exports above the limit' },
    scoped: false,
    defaults: { supervisor: 'all', leader: 'all', securityAdministrator: 'all', administrator: 'all' },
  },
];
