import { useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { call, useEndpoint } from '#ui/api.ts';
import { useRecord } from '#ui/fields/use-record.tsx';
import { type CustomerCard, getCustomer, updateCustomer } from '../contract.ts';

/** One customer card with its changes. */
export function useCard(id: string) {
  const client = useQueryClient();
  const card = useEndpoint(getCustomer, { params: { id } }, { staleTime: 30_000 });

  /** Takes over the card an endpoint answered with; lists and timeline are read anew. */
  const accept = (next: CustomerCard) => {
    client.setQueryData([getCustomer.path, { id }, null, i18next.language], next);
    const stale = [
      '/customers',
      '/customers/count',
      '/customers/:id/timeline',
      '/customers/:id/fields/:key/history',
      '/customers/:id/viewers',
    ];
    void client.invalidateQueries({ predicate: (query) => stale.includes(String(query.queryKey[0])) });
  };

  const record = useRecord(
    card.data,
    (base, body) => call(updateCustomer, { params: { id: base.id }, ifMatch: base.version, body }),
    accept,
  );
  return { card, accept, ...record };
}
