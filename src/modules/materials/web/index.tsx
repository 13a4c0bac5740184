import { ReadOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

const ContactPanel = lazy(() => import('./contact-panel.tsx'));
const CustomerTab = lazy(() => import('./customer-tab.tsx'));
const FirstContactPanel = lazy(() => import('./first-contact-panel.tsx'));
const SendAction = lazy(() => import('./send-action.tsx'));
const TimelineEntry = lazy(() => import('./timeline-entry.tsx'));

const permission = 'material:read';

export const materialsWeb: WebModule = {
  name: 'materials',
  routes: [
    { path: '/materials', permission, load: () => import('./materials-page.tsx') },
    { path: '/materials/$id', permission, records: ['material'], load: () => import('./material-page.tsx') },
    { path: '/d/$token', public: true, load: () => import('./shared-page.tsx') },
  ],
  menu: [
    {
      path: '/materials',
      label: 'materials.title',
      icon: <ReadOutlined aria-hidden />,
      permission,
      group: 'work',
      order: 40,
    },
  ],
  customerTabs: [{ key: 'materials', label: 'materials.tab', order: 7, permission, component: CustomerTab }],
  customerPanels: [{ key: 'firstContact', order: 5, permission: 'activity:record', component: FirstContactPanel }],
  customerActions: [
    { key: 'sendMaterials', label: 'materials.send.action', permission: 'material:send', component: SendAction },
  ],
  contactPanels: [{ key: 'materials', order: 40, permission, component: ContactPanel }],
  timeline: [{ kind: 'material', component: TimelineEntry }, { kind: 'firstContact' }],
};
