import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { usePageTitle } from '#ui/page.tsx';
import { getContact } from '../contract.ts';
import { ContactCardView } from './contact-card.tsx';

export default function ContactPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data, error } = useEndpoint(getContact, { params: { id } }, { staleTime: 30_000 });
  // The address of a merged person leads to the one they were merged into.
  const survivor = data && data.id !== id ? data.id : null;
  useEffect(() => {
    if (survivor) void navigate({ to: '/contacts/$id', params: { id: survivor }, replace: true });
  }, [survivor, navigate]);
  usePageTitle(String(data?.values.name ?? t('contacts.card')));
  return (
    <div className="page">
      {error && !data ? <h1>{t('contacts.card')}</h1> : null}
      <ContactCardView key={id} id={id} heading="h1" onGone={() => void navigate({ to: '/customers' })} />
    </div>
  );
}
