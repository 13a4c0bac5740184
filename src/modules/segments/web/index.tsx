import { ApartmentOutlined, PieChartOutlined, TagsOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

const ClassesPanel = lazy(() => import('./classes-panel.tsx'));
const AddToSegment = lazy(() => import('./add-to-segment.tsx'));

export const segmentsWeb: WebModule = {
  name: 'segments',
  routes: [
    { path: '/segments', permission: 'segment:read', load: () => import('./segments-page.tsx') },
    { path: '/segments/compare', permission: 'segment:read', load: () => import('./compare-page.tsx') },
    {
      path: '/segments/$id',
      permission: 'segment:read',
      records: ['segment'],
      load: () => import('./segment-page.tsx'),
    },
    { path: '/classes', permission: 'class:read', load: () => import('./classes-page.tsx') },
    { path: '/labels', permission: 'customer:read', load: () => import('./labels-page.tsx') },
  ],
  menu: [
    {
      path: '/segments',
      label: 'segments.title',
      icon: <ApartmentOutlined aria-hidden />,
      permission: 'segment:read',
      group: 'analysis',
      order: 10,
    },
    {
      path: '/classes',
      label: 'segments.classes.title',
      icon: <PieChartOutlined aria-hidden />,
      permission: 'class:read',
      group: 'analysis',
      order: 20,
    },
    {
      path: '/labels',
      label: 'segments.labels.title',
      icon: <TagsOutlined aria-hidden />,
      permission: 'customer:read',
      group: 'analysis',
      order: 30,
    },
  ],
  commands: [
    { id: 'segments', label: 'segments.title', permission: 'segment:read', path: '/segments' },
    { id: 'classes', label: 'segments.classes.title', permission: 'class:read', path: '/classes' },
    { id: 'labels', label: 'segments.labels.title', permission: 'customer:read', path: '/labels' },
  ],
  customerPanels: [{ key: 'classes', order: 30, permission: 'customer:read', component: ClassesPanel }],
  listActions: [{ key: 'addToSegment', permission: 'segment:manage', component: AddToSegment }],
};
