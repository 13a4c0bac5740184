import { AppstoreOutlined } from '@ant-design/icons';
import type { WebModule } from '#ui/module.ts';

export { type ObjectDictionary, useDictionary } from './dictionary.ts';

export const fieldsWeb: WebModule = {
  name: 'fields',
  routes: [{ path: '/settings/fields', permission: 'field:manage', load: () => import('./designer-page.tsx') }],
  menu: [
    {
      path: '/settings/fields',
      label: 'fields.title',
      icon: <AppstoreOutlined aria-hidden />,
      permission: 'field:manage',
      group: 'settings',
      order: 10,
    },
  ],
  commands: [{ id: 'fields', label: 'fields.title', permission: 'field:manage', path: '/settings/fields' }],
};
