import type { PermissionSpec } from '#shared/access.ts';

/** What may be done with customers, and who may by default. */
export const customerPermissions: PermissionSpec[] = [
  {
    key: 'customer:read',
    label: { zh: '查看客户', en: 'See customers' },
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
    key: 'customer:create',
    label: { zh: '新建客户', en: 'Create customers' },
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
    key: 'customer:update',
    label: { zh: '修改客户', en: 'Change customers' },
    scoped: true,
    defaults: {
      sales: 'own',
      supervisor: 'team',
      archivist: 'all',
      service: 'all',
      finance: 'all',
      administrator: 'all',
    },
  },
  {
    key: 'customer:verify',
    label: { zh: '核实资料', en: 'Verify values' },
    scoped: true,
    defaults: { supervisor: 'team', archivist: 'all', finance: 'all', administrator: 'all' },
  },
  {
    key: 'customer:assign',
    label: { zh: '分配负责人', en: 'Assign owners' },
    scoped: true,
    defaults: { supervisor: 'team', administrator: 'all' },
  },
  {
    key: 'customer:trash',
    label: { zh: '删除与恢复客户', en: 'Trash and restore customers' },
    scoped: true,
    defaults: { supervisor: 'team', archivist: 'all', administrator: 'all' },
  },
  {
    key: 'customer:release',
    label: { zh: '归还公海', en: 'Release customers to a pool' },
    scoped: true,
    defaults: { sales: 'own', supervisor: 'team', administrator: 'all' },
  },
  {
    key: 'customer:lock',
    label: { zh: '锁定客户', en: 'Lock customers' },
    scoped: true,
    defaults: { sales: 'own', supervisor: 'team', administrator: 'all' },
  },
  {
    key: 'customer:collaborate',
    label: { zh: '指定协作人', en: 'Choose collaborators' },
    scoped: true,
    defaults: { sales: 'own', supervisor: 'team', administrator: 'all' },
  },
  {
    key: 'pool:claim',
    label: { zh: '领取公海客户', en: 'Claim customers of public pools' },
    scoped: false,
    defaults: { sales: 'all', supervisor: 'all' },
  },
  {
    key: 'pool:assign',
    label: { zh: '分配公海客户', en: 'Assign customers of public pools' },
    scoped: false,
    defaults: { supervisor: 'all', administrator: 'all' },
  },
  {
    key: 'pool:reveal',
    label: { zh: '查看公海客户联系方式', en: 'See contact details in public pools' },
    scoped: false,
    defaults: { archivist: 'all', leader: 'all', administrator: 'all' },
  },
  {
    key: 'pool:manage',
    label: { zh: '设置公海', en: 'Set up public pools' },
    scoped: false,
    defaults: { administrator: 'all' },
  },
  {
    key: 'assignment:manage',
    label: { zh: '设置自动分配规则', en: 'Set up rules of assignment' },
    scoped: false,
    defaults: { administrator: 'all' },
  },
  {
    key: 'view:share',
    label: { zh: '共享视图', en: 'Share saved views' },
    scoped: false,
    defaults: { supervisor: 'all', marketing: 'all', leader: 'all', administrator: 'all' },
  },
];
