import { useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { call, invalidate, useEndpoint } from '#ui/api.ts';
import { useRecord } from '#ui/fields/use-record.tsx';
import { type ContactView, getContact, updateContact } from '../contract.ts';

/** Everything that shows people is read anew after a change of one. */
export const peopleStale = [
  '/contacts',
  '/customers/:id/timeline',
  '/customers/:id/organisation',
  '/relations',
  '/referrals',
  '/upcoming-dates',
];

/** One person's card with its changes. */
export function useContact(id: string) {
  const client = useQueryClient();
  const card = useEndpoint(getContact, { params: { id } }, { staleTime: 0 });

  /** Takes over the card an endpoint answered with. */
  const accept = (next: ContactView) => {
    client.setQueryData([getContact.path, { id }, null, i18next.language], next);
    void invalidate(
      client,
      peopleStale.map((path) => (path === '/contacts' ? '/contacts/:id/' : path)),
    );
    void client.invalidateQueries({ predicate: (query) => query.queryKey[0] === '/contacts' });
  };

  const record = useRecord(
    card.data,
    (base, body) => call(updateContact, { params: { id: base.id }, ifMatch: base.version, body }),
    accept,
  );
  return { card, accept, ...record };
}
