import { Select, Tabs } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { Loading, Page } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { useNarrow } from '#ui/use-narrow.ts';
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
const keys = Object.keys(tabs) as TabKey[];

/** All classes of customers; the open tab is in the address. */
export default function ClassesPage() {
  const { t } = useTranslation();
  const can = useCan();
  const narrow = useNarrow();
  const [{ tab: open }, put] = useAddress({ tab: oneOf(keys, 'overview') });
  const Content = tabs[open];
  return (
    <Page title={t('segments.classes.title')} actions={can('gradeRule:manage') ? <RunButton /> : null}>
      {narrow ? (
        <>
          <div className="bar">
            <Select
              className="full-width"
              aria-label={t('segments.classes.title')}
              value={open}
              options={keys.map((key) => ({ value: key, label: t(`segments.tabs.${key}`) }))}
              onChange={(tab) => put({ tab })}
            />
          </div>
          <Suspense fallback={<Loading />}>
            <Content />
          </Suspense>
        </>
      ) : (
        <Tabs
          activeKey={open}
          destroyOnHidden
          onChange={(tab) => put({ tab: tab as TabKey })}
          items={keys.map((key) => ({
            key,
            label: t(`segments.tabs.${key}`),
            children:
              key === open ? (
                <Suspense fallback={<Loading />}>
                  <Content />
                </Suspense>
              ) : null,
          }))}
        />
      )}
    </Page>
  );
}
