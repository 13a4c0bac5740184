import type { PermissionSpec } from '#shared/access.ts';

export const peoplePermissions: PermissionSpec[] = [
  {
    key: 'user:read',
    label: { zh: '查看用户', en: 'See users' },
    scoped: false,
    defaults: {
      supervisor: 'all',
      leader: 'all',
      systemAdministrator: 'all',
      securityAdministrator: 'all',
      auditor: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'user:manage',
    label: { zh: '管理用户、团队与区域', en: 'Manage users, teams and regions' },
    scoped: false,
    defaults: { systemAdministrator: 'all', administrator: 'all' },
  },
  {
    key: 'role:manage',
    label: { zh: '管理角色与权限', en: 'Manage roles and permissions' },
    scoped: false,
    defaults: { securityAdministrator: 'all', administrator: 'all' },
  },
  {
    key: 'token:use',
    label: { zh: '使用 API 令牌', en: 'Use API tokens' },
    scoped: false,
    defaults: {
      sales: 'all',
      supervisor: 'all',
      archivist: 'all',
      marketing: 'all',
      finance: 'all',
      leader: 'all',
      administrator: 'all',
    },
  },
];
