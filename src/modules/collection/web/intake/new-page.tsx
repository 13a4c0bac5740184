import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '#ui/page.tsx';
import { IntakeForm } from './intake-form.tsx';

/** A new intake: kept as a draft from the first word on. */
export default function NewIntakePage() {
  const { t } = useTranslation();
  const [initial] = useState({
    kind: 'company' as const,
    values: {},
    contacts: [],
    source: 'visit' as const,
    note: '',
  });
  return (
    <Page title={t('collection.intake.new')}>
      <IntakeForm initial={initial} />
    </Page>
  );
}
