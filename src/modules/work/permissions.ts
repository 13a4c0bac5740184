import type { PermissionSpec } from '#shared/access.ts';

/** What may be done about the working day, and who may by default. */
export const workPermissions: PermissionSpec[] = [
  {
    key: 'activity:record',
    label: { zh: '记录客户活动', en: 'Record activities' },
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
    key: 'activity:correct',
    label: { zh: '更正他人的活动记录', en: "Correct others' activities" },
    scoped: true,
    defaults: { supervisor: 'team', archivist: 'all', administrator: 'all' },
  },
  {
    key: 'activity:template',
    label: { zh: '维护活动模板', en: 'Maintain activity templates' },
    scoped: false,
    defaults: { supervisor: 'all', marketing: 'all', administrator: 'all' },
  },
  {
    key: 'task:read',
    label: { zh: '查看任务与日历', en: 'See tasks and calendar' },
    scoped: true,
    defaults: {
      sales: 'own',
      supervisor: 'team',
      archivist: 'own',
      marketing: 'own',
      finance: 'own',
      service: 'own',
      leader: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'task:manage',
    label: { zh: '建立与安排任务', en: 'Make and arrange tasks' },
    scoped: true,
    defaults: {
      sales: 'own',
      supervisor: 'team',
      archivist: 'own',
      marketing: 'own',
      finance: 'own',
      service: 'own',
      leader: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'calendar:manage',
    label: { zh: '维护工作日历', en: 'Maintain the working calendar' },
    scoped: false,
    defaults: { supervisor: 'all', administrator: 'all' },
  },
  {
    key: 'team:today',
    label: { zh: '查看团队当日情况', en: 'See how the team stands today' },
    scoped: true,
    defaults: { supervisor: 'team', leader: 'all', administrator: 'all' },
  },
];
