import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { usePageTitle } from '#ui/page.tsx';
import { getCustomer } from '../contract.ts';
import { CustomerCardView } from './card-view.tsx';

export default function CardPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data, error } = useEndpoint(getCustomer, { params: { id } }, { staleTime: 30_000 });
  const navigate = useNavigate();
  // The address of a merged customer leads to the one it was merged into.
  const survivor = data && data.id !== id ? data.id : null;
  useEffect(() => {
    if (survivor) void navigate({ to: '/customers/$id', params: { id: survivor }, replace: true });
  }, [survivor, navigate]);
  usePageTitle(String(data?.values.name ?? t('customers.card')));
  return (
    <div className="page">
      <p className="crumb">
        <Link to="/customers">‹ {t('customers.title')}</Link>
      </p>
      {error && !data ? <h1>{t('customers.card')}</h1> : null}
      <CustomerCardView key={id} id={id} heading="h1" />
    </div>
  );
}
