import {
  AuditOutlined,
  ClearOutlined,
  DashboardOutlined,
  FundProjectionScreenOutlined,
  MergeCellsOutlined,
} from '@ant-design/icons';
import { lazy, Suspense } from 'react';
import type { WebModule } from '#ui/module.ts';

const BriefQuestions = lazy(() => import('./brief-questions.tsx'));
const CompletenessPanel = lazy(() => import('./completeness-panel.tsx'));
const RevisionEntry = lazy(() => import('./revision-entry.tsx'));
const RevisionToday = lazy(() => import('./revision-today.tsx'));
const DuplicatesDialog = lazy(() => import('./duplicates-card-dialog.tsx'));
const MergeSelected = lazy(() => import('./merge-selected.tsx'));

export const qualityWeb: WebModule = {
  name: 'quality',
  routes: [
    { path: '/duplicates', permission: 'customer:merge', load: () => import('./duplicates-page.tsx') },
    { path: '/duplicates/merge', permission: 'customer:merge', load: () => import('./duplicates-merge-page.tsx') },
    { path: '/completeness', permission: 'customer:read', load: () => import('./completeness-page.tsx') },
    { path: '/cleanup', permission: 'customer:read', load: () => import('./cleanup-page.tsx') },
    { path: '/governance', permission: 'governance:read', load: () => import('./governance-page.tsx') },
    { path: '/revisions', permission: 'customer:read', load: () => import('./revision-list-page.tsx') },
    {
      path: '/revisions/$id',
      permission: 'customer:read',
      records: ['revision'],
      load: () => import('./revision-page.tsx'),
    },
  ],
  menu: [
    {
      path: '/duplicates',
      label: 'quality.duplicates.title',
      icon: <MergeCellsOutlined aria-hidden />,
      permission: 'customer:merge',
      group: 'quality',
      order: 10,
    },
    {
      path: '/completeness',
      label: 'quality.completeness.title',
      icon: <DashboardOutlined aria-hidden />,
      permission: 'customer:read',
      group: 'quality',
      order: 20,
    },
    {
      path: '/cleanup',
      label: 'quality.cleanup.title',
      icon: <ClearOutlined aria-hidden />,
      permission: 'customer:read',
      group: 'quality',
      order: 30,
    },
    {
      path: '/governance',
      label: 'quality.governance.title',
      icon: <FundProjectionScreenOutlined aria-hidden />,
      permission: 'governance:read',
      group: 'quality',
      order: 70,
    },
    {
      path: '/revisions',
      label: 'quality.revision.title',
      icon: <AuditOutlined aria-hidden />,
      permission: 'customer:read',
      group: 'quality',
      order: 40,
    },
  ],
  commands: [
    { id: 'duplicates', label: 'quality.duplicates.title', permission: 'customer:merge', path: '/duplicates' },
    { id: 'completeness', label: 'quality.completeness.title', permission: 'customer:read', path: '/completeness' },
    { id: 'revisions', label: 'quality.revision.title', permission: 'customer:read', path: '/revisions' },
    { id: 'cleanup', label: 'quality.cleanup.title', permission: 'customer:read', path: '/cleanup' },
    { id: 'governance', label: 'quality.governance.title', permission: 'governance:read', path: '/governance' },
  ],
  briefParts: [
    {
      key: 'questions',
      label: 'quality.brief.ask',
      order: 70,
      component: BriefQuestions,
      empty: ({ missing, stale }: { missing: unknown[]; stale: unknown[] }) => missing.length + stale.length === 0,
    },
  ],
  customerPanels: [{ key: 'completeness', order: 20, permission: 'customer:read', component: CompletenessPanel }],
  todayPanels: [{ key: 'revisions', order: 30, permission: 'customer:read', component: RevisionToday }],
  listActions: [{ key: 'merge', permission: 'customer:merge', component: MergeSelected }],
  customerActions: [
    {
      key: 'duplicates',
      label: 'quality.duplicates.action',
      permission: 'customer:merge',
      component: (props) => (
        <Suspense>
          <DuplicatesDialog {...props} />
        </Suspense>
      ),
    },
  ],
  timeline: [{ kind: 'duplicate' }, { kind: 'revision', component: RevisionEntry }],
};
