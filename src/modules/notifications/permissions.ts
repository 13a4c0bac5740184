import type { PermissionSpec } from '#shared/access.ts';

export const notificationPermissions: PermissionSpec[] = [
  {
    key: 'notification:manage',
    label: { zh: '设置公司消息机器人', en: "Set the company's message bot" },
    scoped: false,
    defaults: { systemAdministrator: 'all', administrator: 'all' },
  },
];
