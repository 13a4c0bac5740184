import type { PermissionSpec } from '#shared/access.ts';

export const collectionPermissions: PermissionSpec[] = [
  {
    key: 'import:run',
    label: { zh: '导入客户', en: 'Import customers' },
    scoped: false,
    defaults: { sales: 'all', supervisor: 'all', archivist: 'all', marketing: 'all', administrator: 'all' },
  },
  {
    key: 'intake:collect',
    label: { zh: '收集并提交建档', en: 'Collect and hand in new customers' },
    scoped: false,
    defaults: {
      sales: 'all',
      supervisor: 'all',
      archivist: 'all',
      service: 'all',
      marketing: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'intake:read',
    label: { zh: '查看建档', en: 'See intakes' },
    scoped: true,
    defaults: {
      sales: 'own',
      supervisor: 'team',
      service: 'own',
      marketing: 'own',
      archivist: 'all',
      leader: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'intake:verify',
    label: { zh: '核实建档并编号', en: 'Verify intakes and give numbers' },
    scoped: false,
    defaults: { archivist: 'all', administrator: 'all' },
  },
  {
    key: 'intake:manage',
    label: { zh: '设置建档流程', en: 'Set up intake' },
    scoped: false,
    defaults: { administrator: 'all' },
  },
  {
    key: 'businessCard:scan',
    label: { zh: '扫描名片', en: 'Scan business cards' },
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
    key: 'intelligence:read',
    label: { zh: '查看情报', en: 'See intelligence' },
    scoped: true,
    defaults: {
      sales: 'own',
      supervisor: 'team',
      marketing: 'all',
      archivist: 'all',
      leader: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'intelligence:create',
    label: { zh: '记录情报', en: 'Record intelligence' },
    scoped: true,
    defaults: {
      sales: 'own',
      supervisor: 'team',
      marketing: 'all',
      archivist: 'all',
      leader: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'intelligence:update',
    label: { zh: '修改情报', en: 'Change intelligence' },
    scoped: true,
    defaults: { sales: 'own', supervisor: 'team', marketing: 'own', archivist: 'all', administrator: 'all' },
  },
];
