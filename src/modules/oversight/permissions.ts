import type { PermissionSpec } from '#shared/access.ts';

export const oversightPermissions: PermissionSpec[] = [
  {
    key: 'inspection:manage',
    label: { zh: '检查客户卡片并批注', en: 'Inspect customer cards and remark' },
    scoped: true,
    defaults: { supervisor: 'team', archivist: 'all', leader: 'all', administrator: 'all' },
  },
  {
    key: 'discussion:read',
    label: { zh: '查看每日工作讨论', en: 'See the daily discussion of results' },
    scoped: true,
    defaults: { sales: 'own', supervisor: 'team', service: 'own', leader: 'all', administrator: 'all' },
  },
  {
    key: 'discussion:lead',
    label: { zh: '点评下属的每日工作', en: 'Comment on the daily results of the team' },
    scoped: true,
    defaults: { supervisor: 'team', leader: 'all', administrator: 'all' },
  },
];
