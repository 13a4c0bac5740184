import { useNavigate, useSearch } from '@tanstack/react-router';
import { updateMe } from '#modules/people/contract.ts';
import type { Condition } from '#shared/conditions.ts';
import { useSend } from '#ui/api.ts';
import { conditionFrom } from '#ui/fields/condition-from.ts';
import { useSession } from '#ui/session.tsx';
import type { SavedView } from '../views-contract.ts';

export interface ListState {
  filter?: Condition;
  q?: string;
  sort: string;
  state: 'active' | 'trashed';
  columns: { key: string; width: number }[];
  /** Whether somebody chose the columns: the person, a view or who sent the address. */
  chosen: boolean;
  /** Saved view the state came from. */
  view?: string;
  /** Customer opened beside the list. */
  open?: string;
}

const defaults: [key: string, width: number][] = [
  ['name', 260],
  ['number', 150],
  ['grade', 80],
  ['phones', 190],
  ['country', 120],
  ['ownerId', 110],
  ['updatedAt', 150],
];
/** Among the person's preferences: the same columns on every device, and not those of a colleague at this one. */
const remembered = 'customerColumns';

function columnsFrom(text: unknown): ListState['columns'] {
  if (typeof text !== 'string' || text === '') return [];
  return text.split(',').flatMap((part) => {
    const [key = '', width] = part.split(':');
    return key ? [{ key, width: Math.max(60, Math.min(800, Number(width) || 140)) }] : [];
  });
}
const columnText = (columns: ListState['columns']) =>
  columns.map((column) => `${column.key}:${column.width}`).join(',');

const steps = ['open', 'filter', 'view', 'state'] as const;

/** The list's state lives in the URL, so that it can be linked, reloaded and gone back to. */
export function useListState(): [ListState, (change: Partial<ListState>) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const fromUrl = columnsFrom(search.cols);
  const { user } = useSession();
  const remember = useSend(updateMe, ['/session']);
  const saved = columnsFrom(user.preferences[remembered]);
  const state: ListState = {
    filter: conditionFrom(search.filter),
    q: search.q === undefined ? undefined : String(search.q),
    sort: typeof search.sort === 'string' ? search.sort : '-updatedAt',
    state: search.state === 'trashed' ? 'trashed' : 'active',
    columns: fromUrl.length > 0 ? fromUrl : saved.length > 0 ? saved : defaults.map(([key, width]) => ({ key, width })),
    chosen: fromUrl.length > 0 || saved.length > 0,
    view: typeof search.view === 'string' ? search.view : undefined,
    open: typeof search.open === 'string' ? search.open : undefined,
  };
  const change = (part: Partial<ListState>) => {
    const next = { ...state, ...part };
    // Columns of a view are the view's: the person's own come back with all customers.
    if (part.columns && !next.view && !('view' in part))
      remember.mutate({ body: { preferences: { ...user.preferences, [remembered]: columnText(part.columns) } } });
    void navigate({
      to: '/customers',
      // What changes which customers are shown can be gone back from; sizes and letters typed into the search cannot.
      replace: !steps.some((key) => key in part && part[key] !== state[key]),
      search: {
        ...(next.filter ? { filter: next.filter } : {}),
        ...(next.q ? { q: next.q } : {}),
        ...(next.sort !== '-updatedAt' ? { sort: next.sort } : {}),
        ...(next.state === 'trashed' ? { state: next.state } : {}),
        ...((part.columns ?? fromUrl).length > 0 ? { cols: columnText(next.columns) } : {}),
        ...(next.view ? { view: next.view } : {}),
        ...(next.open ? { open: next.open } : {}),
      },
    });
  };
  return [state, change];
}

/** All customers, in the person's own columns. */
export const allCustomers: Partial<ListState> = {
  view: undefined,
  filter: undefined,
  q: undefined,
  sort: '-updatedAt',
  columns: [],
};

/** Whether the list is as the view was saved. */
export const isAsSaved = (state: ListState, view: SavedView): boolean =>
  stable(viewQueryOf(state)) === stable(viewQueryOf({ ...state, ...stateOfView(view) }));

/** Text of a value whatever the order its keys were stored in. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** The state a saved view stands for. */
export function stateOfView(view: SavedView): Partial<ListState> {
  return {
    view: view.id,
    columns: view.query.columns,
    sort: view.query.sort,
    filter: conditionFrom(view.query.filter),
    q: view.query.q,
  };
}

export const viewQueryOf = (state: ListState): SavedView['query'] => ({
  columns: state.columns,
  sort: state.sort,
  ...(state.filter ? { filter: state.filter } : {}),
  ...(state.q ? { q: state.q } : {}),
});
