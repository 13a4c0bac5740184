import { ForkOutlined, InboxOutlined, SplitCellsOutlined, SwapOutlined, TeamOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

const ConflictAction = lazy(() => import('./conflict-dialog.tsx'));
const OwnershipPanel = lazy(() => import('./ownership-panel.tsx'));

/** Bulk edits with preview and undo, for pages of others. */
export const BulkDialog = lazy(() => import('./bulk-dialog.tsx').then((module) => ({ default: module.BulkDialog })));
export const BulkStepDialog = lazy(() =>
  import('./bulk-run.tsx').then((module) => ({ default: module.BulkStepDialog })),
);

export { CustomerLookAlikes, useCustomerLine, useCustomerLookAlikes } from './customer-look-alikes.tsx';
export { CustomersLink } from './customers-link.tsx';
export { KeptChanges } from './kept-changes.tsx';

export const customersWeb: WebModule = {
  name: 'customers',
  routes: [
    { path: '/customers', permission: 'customer:read', load: () => import('./list-page.tsx') },
    { path: '/customers/new', permission: 'customer:create', load: () => import('./new-page.tsx') },
    {
      path: '/customers/$id',
      permission: 'customer:read',
      records: ['customer'],
      load: () => import('./card-page.tsx'),
    },
    { path: '/customers/$id/brief', permission: 'customer:read', load: () => import('./brief-page.tsx') },
    { path: '/conflicts', load: () => import('./conflicts-page.tsx') },
    { path: '/conflicts/$id', records: ['conflict'], load: () => import('./conflict-page.tsx') },
    { path: '/handovers', permission: 'customer:read', load: () => import('./ownership-handovers-page.tsx') },
    {
      path: '/settings/assignment',
      permission: 'assignment:manage',
      load: () => import('./assignment-page.tsx'),
    },
    {
      path: '/pools',
      permission: 'customer:read',
      records: ['pool'],
      load: () => import('./ownership-pools-page.tsx'),
    },
  ],
  menu: [
    {
      path: '/customers',
      label: 'customers.title',
      icon: <TeamOutlined aria-hidden />,
      permission: 'customer:read',
      group: 'main',
      order: 10,
    },
    {
      path: '/pools',
      label: 'customers.pools.title',
      icon: <InboxOutlined aria-hidden />,
      permission: 'customer:read',
      group: 'customers',
      order: 10,
    },
    {
      path: '/conflicts',
      label: 'customers.conflicts.title',
      icon: <SplitCellsOutlined aria-hidden />,
      permission: 'customer:read',
      group: 'customers',
      order: 12,
    },
    {
      path: '/settings/assignment',
      label: 'customers.assignment.title',
      icon: <ForkOutlined aria-hidden />,
      permission: 'assignment:manage',
      group: 'settings',
      order: 42,
    },
    {
      path: '/handovers',
      label: 'customers.handovers.title',
      icon: <SwapOutlined aria-hidden />,
      permission: 'customer:read',
      group: 'customers',
      order: 11,
    },
  ],
  customerPanels: [{ key: 'ownership', order: 10, permission: 'customer:read', component: OwnershipPanel }],
  customerActions: [
    {
      key: 'conflict',
      label: 'customers.conflicts.raise',
      permission: 'conflict:raise',
      component: ConflictAction,
    },
  ],
  commands: [
    { id: 'conflicts', label: 'customers.conflicts.title', permission: 'customer:read', path: '/conflicts' },
    { id: 'customers', label: 'customers.title', permission: 'customer:read', path: '/customers' },
    { id: 'pools', label: 'customers.pools.title', permission: 'customer:read', path: '/pools' },
    {
      id: 'assignment',
      label: 'customers.assignment.title',
      permission: 'assignment:manage',
      path: '/settings/assignment',
    },
    { id: 'newCustomer', label: 'customers.new', permission: 'customer:create', path: '/customers/new' },
  ],
};
