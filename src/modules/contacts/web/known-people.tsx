import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import { useSend } from '#ui/api.ts';
import { listed } from '#ui/format.ts';
import { type LookAlike, LookAlikes } from '#ui/look-alikes.tsx';
import { samePeople, samePersonBy } from '../contract.ts';

/** A person found, with the customer and the reasons in words. */
export function usePersonLine() {
  const { t } = useTranslation();
  return (item: ResponseOf<typeof samePeople>['items'][number]): LookAlike => ({
    id: item.id,
    name: item.name,
    page: '/contacts/$id',
    about: [item.customerName, listed(item.because.map((reason) => t(`contacts.known.because.${reason}`)))],
  });
}

/** People known already that may be the one being typed, each with the reason. */
export function KnownPeople({ customerId, values }: { customerId: string; values: Record<string, unknown> }) {
  const { t } = useTranslation();
  const lineOf = usePersonLine();
  const { data, mutate: look } = useSend(samePeople);
  const typed = JSON.stringify(
    Object.fromEntries(samePersonBy.flatMap((key) => (values[key] ? [[key, values[key]]] : []))),
  );
  useEffect(() => {
    if (typed === '{}') return;
    const timer = setTimeout(
      () => look({ body: { customerId, values: JSON.parse(typed) as Record<string, unknown> } }),
      400,
    );
    return () => clearTimeout(timer);
  }, [typed, customerId, look]);
  if (typed === '{}' || !data || data.items.length === 0) return null;
  return (
    <LookAlikes title={t('contacts.known.title')} items={data.items.map(lineOf)} meanwhile>
      <p>{t('contacts.known.help')}</p>
    </LookAlikes>
  );
}
