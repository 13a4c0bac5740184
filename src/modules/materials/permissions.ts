import type { PermissionSpec } from '#shared/access.ts';

/** The library, giving from it to customers, and keeping it. */
export const materialPermissions: PermissionSpec[] = [
  {
    key: 'material:read',
    label: { zh: '查看宣传资料库', en: 'See the materials library' },
    scoped: false,
    defaults: {
      sales: 'all',
      supervisor: 'all',
      archivist: 'all',
      marketing: 'all',
      finance: 'all',
      service: 'all',
      leader: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'material:send',
    label: { zh: '向客户发送宣传资料', en: 'Send materials to customers' },
    scoped: true,
    defaults: {
      sales: 'own',
      supervisor: 'team',
      marketing: 'all',
      service: 'all',
      leader: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'material:manage',
    label: { zh: '维护宣传资料库', en: 'Maintain the materials library' },
    scoped: false,
    defaults: { supervisor: 'all', marketing: 'all', administrator: 'all' },
  },
];
