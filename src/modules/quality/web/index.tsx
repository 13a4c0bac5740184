import { MergeCellsOutlined } from '@ant-design/icons';
import { lazy, Suspense } from 'react';
import type { WebModule } from '#ui/module.ts';

const DuplicatesDialog = lazy(() => import('./duplicates-card-dialog.tsx'));

export const qualityWeb: WebModule = {
  name: 'quality',
  routes: [
    { path: '/duplicates', permission: 'customer:merge', load: () => import('./duplicates-page.tsx') },
    { path: '/duplicates/merge', permission: 'customer:merge', load: () => import('./duplicates-merge-page.tsx') },
  ],
  menu: [
    {
      path: '/duplicates',
      label: 'quality.duplicates.title',
      icon: <MergeCellsOutlined />,
      permission: 'customer:merge',
      group: 'customers',
      order: 60,
    },
  ],
  commands: [
    { id: 'duplicates', label: 'quality.duplicates.title', permission: 'customer:merge', path: '/duplicates' },
  ],
  customerActions: [
    {
      key: 'duplicates',
      label: 'quality.duplicates.action',
      permission: 'customer:merge',
      component: (props) => (
        <Suspense>
          <DuplicatesDialog {...props} />
        </Suspense>
      ),
    },
  ],
  timeline: [{ kind: 'duplicate' }],
};
