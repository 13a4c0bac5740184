import './contacts.css';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { FormField } from '#ui/fields/form-field.tsx';
import { Page } from '#ui/page.tsx';
import { type End, EndSelect } from './end-select.tsx';
import { RelationExplorer } from './relation-explorer.tsx';

interface Centre {
  kind?: 'customer' | 'contact';
  id?: string;
  name?: string;
}

/** The whole net of relations, or that around one customer or person; the centre is kept in the URL. */
export default function RelationsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { kind, id, name } = useSearch({ strict: false }) as Centre;
  const centre: End | null = kind && id ? { kind, id, name: String(name ?? '…') } : null;
  const choose = (end: End | null) =>
    void navigate({ to: '/relations', search: end ? { kind: end.kind, id: end.id, name: end.name } : {} });
  return (
    <Page title={t('relations.title')}>
      <p className="muted">{t('relations.page.intro')}</p>
      <div className="relation-centre">
        <FormField id="relation-centre" label={t('relations.page.centre')}>
          <EndSelect id="relation-centre" value={centre} onChange={choose} />
        </FormField>
      </div>
      <RelationExplorer key={centre?.id ?? 'all'} centre={centre} tall />
    </Page>
  );
}
