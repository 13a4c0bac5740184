import { CalendarOutlined, CarOutlined, CheckSquareOutlined, SettingOutlined, SunOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

const ActivitiesTab = lazy(() => import('./activities-tab.tsx'));
const CommentsTab = lazy(() => import('./comments-tab.tsx'));
const VisitsTab = lazy(() => import('./visits/visits-tab.tsx'));
const WorkTimelineEntry = lazy(() => import('./timeline-entry.tsx'));

export const workWeb: WebModule = {
  name: 'work',
  routes: [
    { path: '/today', load: () => import('./today-page.tsx') },
    { path: '/tasks', permission: 'task:read', load: () => import('./tasks-page.tsx') },
    { path: '/tasks/$id', permission: 'task:read', load: () => import('./tasks-page.tsx') },
    { path: '/calendar', permission: 'task:read', load: () => import('./calendar-page.tsx') },
    { path: '/settings/work', permission: 'activity:template', load: () => import('./work-settings-page.tsx') },
    { path: '/visits', permission: 'customer:read', load: () => import('./visits/visits-page.tsx') },
    { path: '/visits/$id', permission: 'customer:read', load: () => import('./visits/visit-page.tsx') },
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
    {
      path: '/visits',
      label: 'work.visit.title',
      icon: <CarOutlined />,
      permission: 'customer:read',
      group: 'work',
      order: 30,
    },
    {
      path: '/settings/work',
      label: 'work.settings.title',
      icon: <SettingOutlined />,
      permission: 'activity:template',
      group: 'settings',
      order: 35,
    },
  ],
  commands: [
    { id: 'today', label: 'work.today.title', path: '/today' },
    { id: 'tasks', label: 'work.task.title', permission: 'task:read', path: '/tasks' },
    { id: 'calendar', label: 'work.calendar.title', permission: 'task:read', path: '/calendar' },
    { id: 'visits', label: 'work.visit.title', permission: 'customer:read', path: '/visits' },
    { id: 'workSettings', label: 'work.settings.title', permission: 'activity:template', path: '/settings/work' },
  ],
  customerTabs: [
    {
      key: 'activities',
      label: 'work.activity.title',
      order: 5,
      permission: 'customer:read',
      component: ActivitiesTab,
    },
    { key: 'visits', label: 'work.visit.title', order: 6, permission: 'customer:read', component: VisitsTab },
    { key: 'comments', label: 'work.comment.title', order: 70, permission: 'customer:read', component: CommentsTab },
  ],
  timeline: [
    { kind: 'comment', component: WorkTimelineEntry },
    { kind: 'activity', component: WorkTimelineEntry },
    { kind: 'visit', component: WorkTimelineEntry },
    { kind: 'task', component: WorkTimelineEntry },
  ],
};
