import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { listed } from '#ui/format.ts';
import { samePeople, samePersonBy } from '../contract.ts';

/** People known already that may be the one being typed, each with the reason. */
export function KnownPeople({ customerId, values }: { customerId: string; values: Record<string, unknown> }) {
  const { t } = useTranslation();
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
    <Alert
      type="warning"
      showIcon
      role="alert"
      className="found-meanwhile"
      title={t('contacts.known.title')}
      description={
        <>
          <ul>
            {data.items.map((person) => (
              <li key={person.id}>
                <Link to="/contacts/$id" params={{ id: person.id }} target="_blank">
                  {person.name}
                </Link>{' '}
                {person.customerName} · {listed(person.because.map((reason) => t(`contacts.known.because.${reason}`)))}
              </li>
            ))}
          </ul>
          <p>{t('contacts.known.help')}</p>
        </>
      }
    />
  );
}
