import { useNavigate, useSearch } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Loading, Page } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { RunButton } from './run-button.tsx';

const tabs = {
  overview: lazy(() => import('./divisions-tab.tsx')),
  rules: lazy(() => import('./rules-tab.tsx')),
  ladder: lazy(() => import('./ladder-tab.tsx')),
  abc: lazy(() => import('./abc-tab.tsx')),
  rfm: lazy(() => import('./rfm-tab.tsx')),
  runs: lazy(() => import('./runs-tab.tsx')),
};
type TabKey = keyof typeof tabs;

/** All classes of customers; the open tab is in the address. */
export default function ClassesPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { tab?: string };
  const open: TabKey = search.tab && search.tab in tabs ? (search.tab as TabKey) : 'overview';
  return (
    <Page title={t('segments.classes.title')} actions={can('gradeRule:manage') ? <RunButton /> : null}>
      <Tabs
        activeKey={open}
        destroyOnHidden
        onChange={(tab) => void navigate({ to: '/classes', search: { tab } as never })}
        items={Object.entries(tabs).map(([key, Content]) => ({
          key,
          label: t(`segments.tabs.${key}`),
          children: (
            <Suspense fallback={<Loading />}>
              <Content />
            </Suspense>
          ),
        }))}
      />
    </Page>
  );
}
