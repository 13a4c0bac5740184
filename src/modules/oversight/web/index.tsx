import { AuditOutlined, CommentOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

const RemarksPanel = lazy(() => import('./remarks-panel.tsx').then((module) => ({ default: module.RemarksPanel })));
const RemarksToday = lazy(() => import('./today-panel.tsx').then((module) => ({ default: module.RemarksToday })));

export const oversightWeb: WebModule = {
  name: 'oversight',
  routes: [
    { path: '/inspections', load: () => import('./inspections-page.tsx') },
    {
      path: '/inspections/$id',
      permission: 'inspection:manage',
      records: ['inspectionRound'],
      load: () => import('./round-page.tsx'),
    },
    { path: '/discussions', permission: 'discussion:read', load: () => import('./discussions-page.tsx') },
    { path: '/discussions/$repId/$day', permission: 'discussion:read', load: () => import('./discussion-page.tsx') },
  ],
  menu: [
    {
      path: '/inspections',
      label: 'oversight.inspections',
      icon: <AuditOutlined aria-hidden />,
      group: 'quality',
      order: 50,
    },
    {
      path: '/discussions',
      label: 'oversight.discussions',
      icon: <CommentOutlined aria-hidden />,
      permission: 'discussion:read',
      group: 'work',
      order: 70,
    },
  ],
  commands: [
    { id: 'inspections', label: 'oversight.inspections', path: '/inspections' },
    { id: 'discussions', label: 'oversight.discussions', permission: 'discussion:read', path: '/discussions' },
  ],
  customerPanels: [{ key: 'inspectionRemarks', order: 30, permission: 'customer:read', component: RemarksPanel }],
  timeline: [{ kind: 'inspection' }],
  todayPanels: [{ key: 'inspectionRemarks', order: 40, component: RemarksToday }],
};
