import type { Condition } from '#shared/conditions.ts';
import type { CompletenessFigure, completenessGroups } from './completeness-contract.ts';

const none: Condition = { field: 'ownerId', op: 'empty' };

/** The customers of a row of the figures, as the list finds them. */
export const customersOf: Record<
  (typeof completenessGroups)[number],
  (row: CompletenessFigure, rows: CompletenessFigure[]) => Condition
> = {
  owner: (row) => (row.id ? { field: 'ownerId', op: 'eq', value: row.id } : none),
  team: (row, rows) =>
    row.id
      ? { field: 'ownerId', op: 'inTeam', value: [row.id] }
      : { not: { field: 'ownerId', op: 'inTeam', value: rows.flatMap(({ id }) => id ?? []) } },
  kind: (row) => ({ field: 'kind', op: 'eq', value: row.id }),
  grade: (row) => (row.id ? { field: 'grade', op: 'eq', value: row.id } : { field: 'grade', op: 'empty' }),
};

/** Those of a row a column counts. */
export const columnConditions = {
  customers: [],
  low: [{ field: 'completeness', op: 'lt', value: 60 }],
  middle: [
    { field: 'completeness', op: 'gte', value: 60 },
    { field: 'completeness', op: 'lt', value: 80 },
  ],
  high: [{ field: 'completeness', op: 'gte', value: 80 }],
  stale: [{ field: 'staleFields', op: 'gt', value: 0 }],
} satisfies Record<string, Condition[]>;
export const countedColumns = ['customers', 'low', 'middle', 'high', 'stale'] as const;

/** As the settings name the multipliers of a kind, beside those of the grades. */
export const kindGroup = (kind: string): string => `kind:${kind}`;
