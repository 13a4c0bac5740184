import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import type { CustomerKind } from '#shared/fields.ts';
import { useSend } from '#ui/api.ts';
import { type LookAlike, LookAlikes } from '#ui/look-alikes.tsx';
import { possibleDuplicates } from '../contract.ts';

export type FoundCustomers = ResponseOf<typeof possibleDuplicates>;

const telling = [
  ...['name', 'nameEn', 'shortName', 'aliases', 'phones', 'emails', 'websites', 'uscc', 'addresses', 'postcode'],
  ...['birthday', 'idCard', 'legalRepresentative'],
];

/** Who may be the customer being typed, looked for whenever something that tells changes. */
export function useCustomerLookAlikes(kind: CustomerKind, values: Record<string, unknown>) {
  const duplicates = useSend(possibleDuplicates);
  const { mutate: look } = duplicates;
  const known = JSON.stringify(Object.fromEntries(telling.flatMap((key) => (values[key] ? [[key, values[key]]] : []))));
  useEffect(() => {
    if (known === '{}') return;
    const timer = setTimeout(() => look({ body: { kind, values: JSON.parse(known) as Record<string, unknown> } }), 400);
    return () => clearTimeout(timer);
  }, [known, kind, look]);
  return {
    found: known === '{}' ? undefined : duplicates.data,
    typed: JSON.parse(known) as Record<string, unknown>,
  };
}

/** A customer found, with its number, the reasons and how alike it is, in words. */
export function useCustomerLine() {
  const { t } = useTranslation();
  return (item: FoundCustomers['items'][number]): LookAlike => ({
    id: item.id,
    name: item.name,
    page: '/customers/$id',
    about: [
      item.number,
      item.because.map((reason) => t(`customers.duplicates.because.${reason}`)).join(', '),
      t('customers.duplicates.score', { n: Math.min(99, Math.round(item.score * 100)) }),
    ].filter((part) => part !== ''),
  });
}

/** Customers that may be the one being entered; of those of others only the count. */
export function CustomerLookAlikes({
  found,
  meanwhile,
  action,
  children,
}: {
  found: FoundCustomers | undefined;
  meanwhile?: boolean;
  action?(item: LookAlike): ReactNode;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const lineOf = useCustomerLine();
  if (!found || found.items.length + found.hidden === 0) return null;
  const certain = found.hidden > 0 || found.items.some((item) => item.certain);
  return (
    <LookAlikes
      title={t(certain ? 'customers.duplicates.title' : 'customers.duplicates.similar')}
      items={found.items.map(lineOf)}
      meanwhile={meanwhile}
      action={action}
    >
      {found.hidden > 0 ? <p>{t('customers.duplicates.hidden', { n: found.hidden })}</p> : null}
      {children}
    </LookAlikes>
  );
}
