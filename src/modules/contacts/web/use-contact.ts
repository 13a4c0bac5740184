import { useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { useState } from 'react';
import { Problem } from '#shared/errors.ts';
import type { ValueSource } from '#shared/fields.ts';
import { call, invalidate, useEndpoint } from '#ui/api.ts';
import type { Conflict } from '#ui/fields/conflict-dialog.tsx';
import { type ContactView, getContact, updateContact } from '../contract.ts';

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Everything that shows people is read anew after a change of one. */
export const peopleStale = [
  '/contacts',
  '/customers/:id/timeline',
  '/customers/:id/organisation',
  '/relations',
  '/referrals',
  '/upcoming-dates',
];

interface OpenConflict extends Conflict {
  resolve(mine: Record<string, unknown>): void;
  reject(): void;
}

/** One person's card with its changes; a conflict of the same field is shown with its three sides. */
export function useContact(id: string) {
  const client = useQueryClient();
  const card = useEndpoint(getContact, { params: { id } }, { staleTime: 0 });
  const [conflict, setConflict] = useState<OpenConflict | null>(null);

  /** Takes over the card an endpoint answered with. */
  const accept = (next: ContactView) => {
    client.setQueryData([getContact.path, { id }, null, i18next.language], next);
    void invalidate(
      client,
      peopleStale.map((path) => (path === '/contacts' ? '/contacts/:id/' : path)),
    );
    void client.invalidateQueries({ predicate: (query) => query.queryKey[0] === '/contacts' });
  };

  const save = async (
    values: Record<string, unknown>,
    source: ValueSource | undefined,
    base = card.data,
  ): Promise<void> => {
    if (!base) return;
    const sources = source ? Object.fromEntries(Object.keys(values).map((key) => [key, { source }])) : {};
    try {
      accept(await call(updateContact, { params: { id }, ifMatch: base.version, body: { values, sources } }));
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 412) throw problem;
      const current = (problem.data as { current?: ContactView } | undefined)?.current;
      if (!current) throw problem;
      if (Object.keys(values).every((key) => same(current.values[key], base.values[key])))
        return save(values, source, current);
      const mine = await new Promise<Record<string, unknown> | null>((resolve) => {
        setConflict({
          base: base.values,
          theirs: current.values,
          mine: values,
          labels: { ...base.labels, ...current.labels },
          resolve,
          reject: () => resolve(null),
        });
      });
      setConflict(null);
      if (mine === null) throw problem;
      if (Object.keys(mine).length === 0) return accept(current);
      return save(mine, source, current);
    }
  };
  return { card, save, accept, conflict };
}
