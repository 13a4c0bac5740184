import type { PermissionSpec } from '#shared/access.ts';

export const operationsPermissions: PermissionSpec[] = [
  {
    key: 'audit:read',
    label: { zh: '查看访问与变更日志', en: 'Read the access and change log' },
    scoped: false,
    defaults: { auditor: 'all', administrator: 'all' },
  },
  {
    key: 'audit:configure',
    label: { zh: '设定异常访问的标准', en: 'Set from when on access is unusual' },
    scoped: false,
    defaults: { securityAdministrator: 'all', administrator: 'all' },
  },
  {
    key: 'org:manage',
    label: { zh: '管理公司设置与示例数据', en: 'Manage company settings and sample data' },
    scoped: false,
    defaults: { systemAdministrator: 'all', administrator: 'all' },
  },
];
