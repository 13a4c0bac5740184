import type { WebModule } from '#ui/module.ts';
import { Bell } from './bell.tsx';

export const notificationsWeb: WebModule = {
  name: 'notifications',
  routes: [{ path: '/notifications', load: () => import('./notifications-page.tsx') }],
  commands: [{ id: 'notifications', label: 'notifications.title', path: '/notifications' }],
  topTools: [{ key: 'bell', component: Bell }],
};
