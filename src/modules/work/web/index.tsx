import { CalendarOutlined, CheckSquareOutlined, SunOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

const ActivitiesTab = lazy(() => import('./activities-tab.tsx'));
const CommentsTab = lazy(() => import('./comments-tab.tsx'));
const WorkTimelineEntry = lazy(() => import('./timeline-entry.tsx'));

export const workWeb: WebModule = {
  name: 'work',
  routes: [
    { path: '/today', load: () => import('./today-page.tsx') },
    { path: '/tasks', permission: 'task:read', load: () => import('./tasks-page.tsx') },
    { path: '/tasks/$id', permission: 'task:read', load: () => import('./tasks-page.tsx') },
    { path: '/calendar', permission: 'task:read', load: () => import('./calendar-page.tsx') },
  ],
  menu: [
    {
      path: '/today',
      label: 'work.today.title',
      icon: <SunOutlined />,
      permission: 'customer:read',
      group: 'main',
      order: 1,
    },
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
    { id: 'today', label: 'work.today.title', path: '/today' },
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
    { key: 'comments', label: 'work.comment.title', order: 70, permission: 'customer:read', component: CommentsTab },
  ],
  timeline: [
    { kind: 'comment', component: WorkTimelineEntry },
    { kind: 'activity', component: WorkTimelineEntry },
    { kind: 'task', component: WorkTimelineEntry },
  ],
};
