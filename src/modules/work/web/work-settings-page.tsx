import './work.css';
import { useTranslation } from 'react-i18next';
import { Page } from '#ui/page.tsx';
import { PageTabs } from '#ui/page-tabs.tsx';
import { PurposesSettings } from './purposes-settings.tsx';
import { RulesSettings } from './rules-settings.tsx';
import { TemplatesSettings } from './templates-settings.tsx';

/** What follow-up is done by: templates of activities, purposes of visits, rules for visits and minutes. */
export default function WorkSettingsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('work.settings.title')}>
      <PageTabs
        items={[
          { key: 'templates', label: t('work.settings.templates'), children: <TemplatesSettings /> },
          { key: 'purposes', label: t('work.settings.purposes'), children: <PurposesSettings /> },
          { key: 'rules', label: t('work.settings.rules'), children: <RulesSettings /> },
        ]}
      />
    </Page>
  );
}
