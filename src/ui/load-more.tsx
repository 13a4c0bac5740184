import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { Endpoint, ResponseOf } from '#shared/endpoint.ts';
import type { Problem } from '#shared/errors.ts';
import { type CallOptions, call } from './api.ts';

type ListEndpoint = Endpoint<
  z.ZodType,
  z.ZodType,
  z.ZodType,
  z.ZodType<{ items: unknown[]; nextCursor: string | null }>
>;

/** Pages of a list, fetched one after another by their cursors. */
export function usePages<E extends ListEndpoint>(
  endpoint: E,
  options: CallOptions<E> = {},
  enabled = true,
  refetchInterval?: (pages: ResponseOf<E>[]) => number | false,
) {
  return useInfiniteQuery<ResponseOf<E>, Problem, InfiniteData<ResponseOf<E>>, unknown[], string | undefined>({
    queryKey: [endpoint.path, 'pages', options.params ?? null, options.query ?? null, i18next.language],
    enabled,
    refetchInterval: ({ state }) => refetchInterval?.(state.data?.pages ?? []) ?? false,
    // A card may be read for long before its reader comes back to the list.
    gcTime: 30 * 60_000,
    initialPageParam: undefined,
    queryFn: ({ pageParam, signal }) =>
      call(endpoint, {
        ...options,
        query: { ...(options.query as object), ...(pageParam ? { cursor: pageParam } : {}) } as CallOptions<E>['query'],
        signal,
      }),
    getNextPageParam: (page) => (page as { nextCursor: string | null }).nextCursor ?? undefined,
  });
}

/** The items of all pages fetched so far. */
export const itemsOf = <Item,>(query: { data?: { pages: { items: Item[] }[] } }): Item[] =>
  query.data?.pages.flatMap((page) => page.items) ?? [];

/** The button under a list that fetches its next page; absent at the end. */
export function LoadMore({
  query,
}: {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): unknown };
}) {
  const { t } = useTranslation();
  if (!query.hasNextPage) return null;
  return (
    <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
      {t('ui.more')}
    </Button>
  );
}
