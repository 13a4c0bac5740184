import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

const Bell = lazy(() => import('./bell.tsx').then((module) => ({ default: module.Bell })));

export const notificationsWeb: WebModule = {
  name: 'notifications',
  routes: [
    { path: '/notifications', load: () => import('./notifications-page.tsx') },
    { path: '/notification-settings', load: () => import('./settings-page.tsx') },
  ],
  commands: [
    { id: 'notificationSettings', label: 'notifications.settings.title', path: '/notification-settings' },
    { id: 'notifications', label: 'notifications.title', path: '/notifications' },
  ],
  topTools: [{ key: 'bell', component: Bell }],
};
