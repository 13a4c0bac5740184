import {
  CalendarOutlined,
  CarOutlined,
  CheckSquareOutlined,
  FileDoneOutlined,
  FormOutlined,
  MobileOutlined,
  SettingOutlined,
  SunOutlined,
} from '@ant-design/icons';
import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';
import { CaptureTool } from './carry/tool.tsx';

const BriefPromises = lazy(() => import('./brief-promises.tsx'));
const BriefActivities = lazy(() => import('./brief-activities.tsx'));
const ActivitiesTab = lazy(() => import('./activities-tab.tsx'));
const CommentsTab = lazy(() => import('./comments-tab.tsx'));
const MinutesToday = lazy(() => import('./minutes/minutes-today.tsx'));
const VisitsTab = lazy(() => import('./visits/visits-tab.tsx'));
const WorkTimelineEntry = lazy(() => import('./timeline-entry.tsx'));

const CaptureTimelineEntry = lazy(() => import('./carry/timeline-entry.tsx'));
const CarryAction = lazy(() => import('./carry/carry-action.tsx'));
const CarrySelected = lazy(() => import('./carry/carry-selected.tsx'));
const CarryPanel = lazy(() => import('./carry/today-panel.tsx'));

/** The dialogs that make a task and record an activity, for pages of others. */
export const TaskDialog = lazy(() => import('./task-form.tsx').then((module) => ({ default: module.TaskForm })));
export const ActivityDialog = lazy(() =>
  import('./activity-form.tsx').then((module) => ({ default: module.ActivityForm })),
);

/** What leaving the device means for what it holds; loaded when somebody signs out. */
export const loadDevice = () => import('./carry/agent.tsx');

const noItems = ({ items }: { items: unknown[] }) => items.length === 0;

export const workWeb: WebModule = {
  name: 'work',
  routes: [
    { path: '/today', load: () => import('./today-page.tsx') },
    { path: '/tasks', permission: 'task:read', load: () => import('./tasks-page.tsx') },
    { path: '/tasks/$id', permission: 'task:read', records: ['task'], load: () => import('./tasks-page.tsx') },
    { path: '/calendar', permission: 'task:read', load: () => import('./calendar-page.tsx') },
    { path: '/settings/work', permission: 'activity:template', load: () => import('./work-settings-page.tsx') },
    { path: '/visits', permission: 'customer:read', load: () => import('./visits/visits-page.tsx') },
    { path: '/minutes', permission: 'customer:read', load: () => import('./minutes/minutes-page.tsx') },
    {
      path: '/minutes/$id',
      permission: 'customer:read',
      records: ['minutes'],
      load: () => import('./minutes/one-minutes-page.tsx'),
    },
    { path: '/m/$token', public: true, load: () => import('./minutes/shared-page.tsx') },
    {
      path: '/visits/$id',
      permission: 'customer:read',
      records: ['visit'],
      load: () => import('./visits/visit-page.tsx'),
    },
    { path: '/carry', permission: 'carry:take', load: () => import('./carry/carry-page.tsx') },
    { path: '/carries', permission: 'carry:supervise', load: () => import('./carry/carries-page.tsx') },
    { path: '/captures', permission: 'capture:create', load: () => import('./carry/captures-page.tsx') },
    { path: '/capture', public: 'away', load: () => import('./carry/capture-page.tsx') },
    { path: '/offline', public: 'away', load: () => import('./carry/offline-page.tsx') },
  ],
  menu: [
    {
      path: '/today',
      label: 'work.today.title',
      icon: <SunOutlined aria-hidden />,
      permission: 'customer:read',
      group: 'main',
      order: 1,
    },
    {
      path: '/tasks',
      label: 'work.task.title',
      icon: <CheckSquareOutlined aria-hidden />,
      permission: 'task:read',
      group: 'work',
      order: 10,
    },
    {
      path: '/calendar',
      label: 'work.calendar.title',
      icon: <CalendarOutlined aria-hidden />,
      permission: 'task:read',
      group: 'work',
      order: 20,
    },
    {
      path: '/visits',
      label: 'work.visit.title',
      icon: <CarOutlined aria-hidden />,
      permission: 'customer:read',
      group: 'work',
      order: 30,
    },
    {
      path: '/minutes',
      label: 'work.minutes.title',
      icon: <FileDoneOutlined aria-hidden />,
      permission: 'customer:read',
      group: 'work',
      order: 31,
    },
    {
      path: '/settings/work',
      label: 'work.settings.title',
      icon: <SettingOutlined aria-hidden />,
      permission: 'activity:template',
      group: 'settings',
      order: 35,
    },
    {
      path: '/carry',
      label: 'work.carry.title',
      icon: <MobileOutlined aria-hidden />,
      permission: 'carry:take',
      group: 'work',
      order: 60,
    },
    {
      path: '/captures',
      label: 'work.capture.list',
      icon: <FormOutlined aria-hidden />,
      permission: 'capture:create',
      group: 'work',
      order: 61,
    },
  ],
  commands: [
    { id: 'today', label: 'work.today.title', path: '/today' },
    { id: 'tasks', label: 'work.task.title', permission: 'task:read', path: '/tasks' },
    { id: 'calendar', label: 'work.calendar.title', permission: 'task:read', path: '/calendar' },
    { id: 'visits', label: 'work.visit.title', permission: 'customer:read', path: '/visits' },
    { id: 'minutes', label: 'work.minutes.title', permission: 'customer:read', path: '/minutes' },
    { id: 'workSettings', label: 'work.settings.title', permission: 'activity:template', path: '/settings/work' },
    { id: 'carry', label: 'work.carry.title', permission: 'carry:take', path: '/carry' },
    { id: 'carries', label: 'work.carry.outstanding', permission: 'carry:supervise', path: '/carries' },
    { id: 'capture', label: 'work.capture.title', permission: 'capture:create', path: '/capture' },
    { id: 'captures', label: 'work.capture.list', permission: 'capture:create', path: '/captures' },
  ],
  topTools: [{ key: 'capture', component: CaptureTool }],
  customerActions: [{ key: 'carry', label: 'work.carry.take', permission: 'carry:take', component: CarryAction }],
  listActions: [{ key: 'carry', permission: 'carry:take', component: CarrySelected }],
  todayPanels: [
    { key: 'minutes', order: 15, permission: 'activity:record', component: MinutesToday },
    { key: 'carry', order: 20, permission: 'carry:take', component: CarryPanel },
  ],
  briefParts: [
    {
      key: 'promises',
      label: 'work.brief.promises',
      order: 20,
      component: BriefPromises,
      empty: noItems,
      tab: 'activities',
    },
    {
      key: 'activities',
      label: 'work.brief.contacts',
      order: 30,
      component: BriefActivities,
      empty: noItems,
      tab: 'activities',
    },
  ],
  customerTabs: [
    {
      key: 'activities',
      label: 'work.activity.title',
      order: 5,
      permission: 'customer:read',
      component: ActivitiesTab,
    },
    { key: 'visits', label: 'work.visit.tab', order: 6, permission: 'customer:read', component: VisitsTab },
    { key: 'comments', label: 'work.comment.title', order: 70, permission: 'customer:read', component: CommentsTab },
  ],
  timeline: [
    { kind: 'comment', component: WorkTimelineEntry },
    { kind: 'activity', component: WorkTimelineEntry },
    { kind: 'visit', component: WorkTimelineEntry },
    { kind: 'minutes', component: WorkTimelineEntry },
    { kind: 'task', component: WorkTimelineEntry },
    { kind: 'capture', component: CaptureTimelineEntry },
  ],
};
