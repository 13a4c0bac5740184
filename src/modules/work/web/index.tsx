import { CalendarOutlined, CheckSquareOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

const ActivitiesTab = lazy(() => import('./activities-tab.tsx'));
const WorkTimelineEntry = lazy(() => import('./timeline-entry.tsx'));

export const workWeb: WebModule = {
  name: 'work',
  routes: [
    { path: '/tasks', permission: 'task:read', load: () => import('./tasks-page.tsx') },
    { path: '/tasks/$id', permission: 'task:read', load: () => import('./tasks-page.tsx') },
    { path: '/calendar', permission: 'task:read', load: () => import('./calendar-page.tsx') },
  ],
  menu: [
    {
      path: '/tasks',
      label: 'work.task.title',
      icon: <CheckSquareOutlined />,
      permission: 'task:read',
      group: 'work',
      order: 10,
    },
    {
      path: '/calendar',
      label: 'work.calendar.title',
      icon: <CalendarOutlined />,
      permission: 'task:read',
      group: 'work',
      order: 20,
    },
  ],
  commands: [
    { id: 'tasks', label: 'work.task.title', permission: 'task:read', path: '/tasks' },
    { id: 'calendar', label: 'work.calendar.title', permission: 'task:read', path: '/calendar' },
  ],
  customerTabs: [
    {
      key: 'activities',
      label: 'work.activity.title',
      order: 5,
      permission: 'customer:read',
      component: ActivitiesTab,
    },
  ],
  timeline: [
    { kind: 'activity', component: WorkTimelineEntry },
    { kind: 'task', component: WorkTimelineEntry },
  ],
};
