import { AuditOutlined, CommentOutlined } from '@ant-design/icons';
import type { WebModule } from '#ui/module.ts';
import { RemarksPanel } from './remarks-panel.tsx';
import { RemarksToday } from './today-panel.tsx';

export const oversightWeb: WebModule = {
  name: 'oversight',
  routes: [
    { path: '/inspections', load: () => import('./inspections-page.tsx') },
    { path: '/inspections/$id', permission: 'inspection:manage', load: () => import('./round-page.tsx') },
    { path: '/discussions', permission: 'discussion:read', load: () => import('./discussions-page.tsx') },
    { path: '/discussions/$repId/$day', permission: 'discussion:read', load: () => import('./discussion-page.tsx') },
  ],
  menu: [
    { path: '/inspections', label: 'oversight.inspections', icon: <AuditOutlined />, group: 'work', order: 60 },
    {
      path: '/discussions',
      label: 'oversight.discussions',
      icon: <CommentOutlined />,
      permission: 'discussion:read',
      group: 'work',
      order: 61,
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
