import type { PermissionSpec } from '#shared/access.ts';

export const formPermissions: PermissionSpec[] = [
  {
    key: 'form:read',
    label: { zh: '查看表单与统计', en: 'See forms and their statistics' },
    scoped: false,
    defaults: {
      sales: 'all',
      supervisor: 'all',
      archivist: 'all',
      marketing: 'all',
      service: 'all',
      leader: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'form:design',
    label: { zh: '设计与发布表单', en: 'Design and publish forms' },
    scoped: false,
    defaults: { archivist: 'all', marketing: 'all', administrator: 'all' },
  },
  {
    key: 'form:send',
    label: { zh: '发送表单', en: 'Send forms' },
    scoped: false,
    defaults: {
      sales: 'all',
      supervisor: 'all',
      archivist: 'all',
      marketing: 'all',
      service: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'form:type',
    label: { zh: '录入纸质表单', en: 'Type in paper forms' },
    scoped: false,
    defaults: {
      sales: 'all',
      supervisor: 'all',
      archivist: 'all',
      marketing: 'all',
      service: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'form:review',
    label: { zh: '审阅表单回答', en: 'Review answers to forms' },
    scoped: true,
    defaults: { sales: 'own', supervisor: 'team', archivist: 'all', marketing: 'all', administrator: 'all' },
  },
];
