import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { usePageTitle } from '#ui/page.tsx';
import { getContact } from '../contract.ts';
import { ContactCardView } from './contact-card.tsx';

export default function ContactPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data } = useEndpoint(getContact, { params: { id } }, { staleTime: 30_000 });
  usePageTitle(String(data?.values.name ?? t('contacts.card')));
  return (
    <div className="page">
      <ContactCardView key={id} id={id} heading="h1" onGone={() => void navigate({ to: '/customers' })} />
    </div>
  );
}
