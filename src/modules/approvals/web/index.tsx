import { ApartmentOutlined, CheckSquareOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

/** For pages of other modules' subjects. */
const ApprovalEntry = lazy(() => import('./timeline-entry.tsx').then((module) => ({ default: module.ApprovalEntry })));
const ApprovalsToday = lazy(() => import('./today-panel.tsx').then((module) => ({ default: module.ApprovalsToday })));
export const EmbeddedApproval = lazy(() => import('./embedded.tsx'));

export const approvalsWeb: WebModule = {
  name: 'approvals',
  routes: [
    { path: '/approvals', load: () => import('./approvals-page.tsx') },
    { path: '/approvals/$id', records: ['approval'], load: () => import('./approval-page.tsx') },
    {
      path: '/settings/approval-flows',
      permission: 'approvalFlow:manage',
      load: () => import('./flows-page.tsx'),
    },
  ],
  menu: [
    {
      path: '/approvals',
      label: 'approvals.title',
      icon: <CheckSquareOutlined aria-hidden />,
      group: 'work',
      order: 40,
    },
    {
      path: '/settings/approval-flows',
      label: 'approvals.flows.title',
      icon: <ApartmentOutlined aria-hidden />,
      permission: 'approvalFlow:manage',
      group: 'settings',
      order: 45,
    },
  ],
  commands: [
    { id: 'approvals', label: 'approvals.title', path: '/approvals' },
    {
      id: 'approvalFlows',
      label: 'approvals.flows.title',
      permission: 'approvalFlow:manage',
      path: '/settings/approval-flows',
    },
  ],
  timeline: [{ kind: 'approval', component: ApprovalEntry }],
  todayPanels: [{ key: 'approvals', order: 20, component: ApprovalsToday }],
};
