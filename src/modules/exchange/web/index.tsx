import { ExportOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

const ExportAction = lazy(() => import('./export-action.tsx'));

export const exchangeWeb: WebModule = {
  name: 'exchange',
  routes: [{ path: '/exports', permission: 'customer:export', load: () => import('./exports-page.tsx') }],
  menu: [
    {
      path: '/exports',
      label: 'exchange.title',
      icon: <ExportOutlined />,
      permission: 'customer:export',
      group: 'customers',
      order: 30,
    },
  ],
  commands: [{ id: 'exports', label: 'exchange.title', permission: 'customer:export', path: '/exports' }],
  listActions: [{ key: 'export', permission: 'customer:export', component: ExportAction }],
};
