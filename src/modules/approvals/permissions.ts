import type { PermissionSpec } from '#shared/access.ts';

export const approvalPermissions: PermissionSpec[] = [
  {
    key: 'approval:oversee',
    label: { zh: '作为上级审批并查看下属的申请', en: 'Decide as the superior and see the requests of the team' },
    scoped: true,
    defaults: { supervisor: 'team', leader: 'all', administrator: 'all' },
  },
  {
    key: 'approvalFlow:manage',
    label: { zh: '设计审批流程', en: 'Design approval flows' },
    scoped: false,
    defaults: { securityAdministrator: 'all', administrator: 'all' },
  },
];
