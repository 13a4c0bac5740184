import type { PermissionSpec } from '#shared/access.ts';

export const qualityPermissions: PermissionSpec[] = [
  {
    key: 'customer:merge',
    label: { zh: '查重与合并客户', en: 'Find and merge duplicate customers' },
    scoped: true,
    defaults: { supervisor: 'team', archivist: 'all', administrator: 'all' },
  },
  {
    key: 'duplicate:sweep',
    label: { zh: '全库查重与阈值设置', en: 'Sweep the base for duplicates, set thresholds' },
    scoped: false,
    defaults: { archivist: 'all', administrator: 'all' },
  },
  {
    key: 'quality:manage',
    label: { zh: '设置完整度与时效、全部重算', en: 'Set completeness and freshness, calculate all' },
    scoped: false,
    defaults: { archivist: 'all', administrator: 'all' },
  },
  {
    key: 'revision:manage',
    label: { zh: '发起全面修订核查', en: 'Start full revisions' },
    scoped: false,
    defaults: { supervisor: 'all', archivist: 'all', leader: 'all', administrator: 'all' },
  },
  {
    key: 'governance:read',
    label: { zh: '查看档案治理', en: 'See the governance page' },
    scoped: false,
    defaults: { archivist: 'all', leader: 'all', auditor: 'all', administrator: 'all' },
  },
];
