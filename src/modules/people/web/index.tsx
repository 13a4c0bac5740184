import { ApartmentOutlined, SafetyOutlined, UserOutlined } from '@ant-design/icons';
import type { WebModule } from '#ui/module.ts';

export const peopleWeb: WebModule = {
  name: 'people',
  routes: [
    { path: '/sign-in', public: true, load: () => import('./sign-in-page.tsx') },
    { path: '/password', public: true, load: () => import('./password-page.tsx') },
    { path: '/account', load: () => import('./account-page.tsx') },
    { path: '/settings/users', permission: 'user:read', load: () => import('./users-page.tsx') },
    { path: '/settings/structure', permission: 'user:read', load: () => import('./structure-page.tsx') },
    {
      path: '/settings/roles',
      permission: 'user:read',
      records: ['role'],
      load: () => import('./roles-page.tsx'),
    },
  ],
  menu: [
    {
      path: '/settings/users',
      label: 'people.users.title',
      icon: <UserOutlined aria-hidden />,
      permission: 'user:read',
      group: 'settings',
      order: 20,
    },
    {
      path: '/settings/structure',
      label: 'people.structure.title',
      icon: <ApartmentOutlined aria-hidden />,
      permission: 'user:read',
      group: 'settings',
      order: 21,
    },
    {
      path: '/settings/roles',
      label: 'people.roles.title',
      icon: <SafetyOutlined aria-hidden />,
      permission: 'user:read',
      group: 'settings',
      order: 22,
    },
  ],
  commands: [
    { id: 'account', label: 'people.account.title', path: '/account' },
    { id: 'users', label: 'people.users.title', permission: 'user:read', path: '/settings/users' },
    { id: 'roles', label: 'people.roles.title', permission: 'user:read', path: '/settings/roles' },
  ],
};
