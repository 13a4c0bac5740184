import { useTranslation } from 'react-i18next';
import { Page } from '#ui/page.tsx';
import { PageTabs } from '#ui/page-tabs.tsx';
import { CategoriesTab } from './categories-tab.tsx';
import { TagsTab } from './tags-tab.tsx';

/** Tags and category trees. */
export default function LabelsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('segments.labels.title')}>
      <PageTabs
        items={[
          { key: 'tags', label: t('segments.labels.tags'), children: <TagsTab /> },
          { key: 'categories', label: t('segments.labels.categories'), children: <CategoriesTab /> },
        ]}
      />
    </Page>
  );
}
