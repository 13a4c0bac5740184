import { AlertOutlined, AuditOutlined, ClockCircleOutlined } from '@ant-design/icons';
import type { WebModule } from '#ui/module.ts';

export const operationsWeb: WebModule = {
  name: 'operations',
  routes: [
    { path: '/setup', public: true, load: () => import('./setup-page.tsx') },
    { path: '/settings/audit', permission: 'audit:read', load: () => import('./audit-page.tsx') },
    {
      path: '/settings/unusual-access',
      permission: 'audit:configure',
      load: () => import('./unusual-settings-page.tsx'),
    },
    { path: '/jobs', load: () => import('./jobs-page.tsx') },
  ],
  menu: [
    {
      path: '/jobs',
      label: 'operations.jobs.title',
      icon: <ClockCircleOutlined aria-hidden />,
      group: 'settings',
      order: 50,
    },
    {
      path: '/settings/audit',
      label: 'operations.audit.title',
      icon: <AuditOutlined aria-hidden />,
      permission: 'audit:read',
      group: 'settings',
      order: 60,
    },
    {
      path: '/settings/unusual-access',
      label: 'operations.unusual.settings',
      icon: <AlertOutlined aria-hidden />,
      permission: 'audit:configure',
      group: 'settings',
      order: 61,
    },
  ],
  commands: [
    { id: 'jobs', label: 'operations.jobs.title', path: '/jobs' },
    {
      id: 'audit',
      label: 'operations.audit.title',
      keywords: '审计 shenji audit',
      permission: 'audit:read',
      path: '/settings/audit',
    },
  ],
};
