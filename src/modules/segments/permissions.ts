import type { PermissionSpec } from '#shared/access.ts';

export const segmentsPermissions: PermissionSpec[] = [
  {
    key: 'segment:read',
    label: { zh: '查看分群', en: 'See segments' },
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
    key: 'segment:manage',
    label: { zh: '管理分群', en: 'Manage segments' },
    scoped: false,
    defaults: { supervisor: 'all', marketing: 'all', leader: 'all', administrator: 'all' },
  },
  {
    key: 'class:read',
    label: { zh: '查看客户分类统计', en: 'See class statistics' },
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
    key: 'class:override',
    label: { zh: '人工调整客户分类', en: "Set a customer's class by hand" },
    scoped: true,
    defaults: { supervisor: 'team', leader: 'all', administrator: 'all' },
  },
  {
    key: 'gradeRule:manage',
    label: { zh: '管理分类规则', en: 'Manage class rules' },
    scoped: false,
    defaults: { leader: 'all', administrator: 'all' },
  },
  {
    key: 'tag:manage',
    label: { zh: '管理标签', en: 'Manage tags' },
    scoped: false,
    defaults: { marketing: 'all', archivist: 'all', administrator: 'all' },
  },
  {
    key: 'category:manage',
    label: { zh: '管理类别', en: 'Manage categories' },
    scoped: false,
    defaults: { archivist: 'all', marketing: 'all', administrator: 'all' },
  },
];
