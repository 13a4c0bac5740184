import { useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { useState } from 'react';
import { Problem } from '#shared/errors.ts';
import type { ValueSource } from '#shared/fields.ts';
import { call, useEndpoint } from '#ui/api.ts';
import type { Conflict } from '#ui/fields/conflict-dialog.tsx';
import { type CustomerCard, getCustomer, updateCustomer } from '../contract.ts';

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

interface OpenConflict extends Conflict {
  resolve(mine: Record<string, unknown>): void;
  reject(): void;
}

/**
 * One customer card with its changes. If somebody else saved first and touched the same field, `conflict` holds the three
 * sides until the user chooses; if they touched other fields, the save simply goes on.
 */
export function useCard(id: string) {
  const client = useQueryClient();
  const card = useEndpoint(getCustomer, { params: { id } }, { staleTime: 30_000 });
  const [conflict, setConflict] = useState<OpenConflict | null>(null);

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

  const save = async (
    values: Record<string, unknown>,
    source: ValueSource | undefined,
    base = card.data,
  ): Promise<void> => {
    if (!base) return;
    const sources = source ? Object.fromEntries(Object.keys(values).map((key) => [key, { source }])) : {};
    try {
      accept(await call(updateCustomer, { params: { id }, ifMatch: base.version, body: { values, sources } }));
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 412) throw problem;
      const current = (problem.data as { current?: CustomerCard } | undefined)?.current;
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
