import { ImportOutlined } from '@ant-design/icons';
import type { WebModule } from '#ui/module.ts';

export const collectionWeb: WebModule = {
  name: 'collection',
  routes: [
    { path: '/imports', permission: 'import:run', load: () => import('./imports-page.tsx') },
    { path: '/imports/$id', permission: 'import:run', load: () => import('./import-page.tsx') },
  ],
  menu: [
    {
      path: '/imports',
      label: 'collection.title',
      icon: <ImportOutlined />,
      permission: 'import:run',
      group: 'customers',
      order: 20,
    },
  ],
  commands: [{ id: 'imports', label: 'collection.title', permission: 'import:run', path: '/imports' }],
};
