import { TeamOutlined } from '@ant-design/icons';
import type { WebModule } from '#ui/module.ts';

export const customersWeb: WebModule = {
  name: 'customers',
  routes: [
    { path: '/customers', permission: 'customer:read', load: () => import('./list-page.tsx') },
    { path: '/customers/new', permission: 'customer:create', load: () => import('./new-page.tsx') },
    { path: '/customers/$id', permission: 'customer:read', load: () => import('./card-page.tsx') },
  ],
  menu: [
    {
      path: '/customers',
      label: 'customers.title',
      icon: <TeamOutlined />,
      permission: 'customer:read',
      group: 'main',
      order: 10,
    },
  ],
  commands: [
    { id: 'customers', label: 'customers.title', permission: 'customer:read', path: '/customers' },
    { id: 'newCustomer', label: 'customers.new', permission: 'customer:create', path: '/customers/new' },
  ],
};
