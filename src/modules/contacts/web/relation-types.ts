import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { label } from '#ui/i18n.ts';
import { listRelationTypes, type RelationType } from '../relation-contract.ts';

/** The catalogue of relations, by id and by key; `words` says what the other end is. */
export function useRelationTypes() {
  const { t } = useTranslation();
  const { data } = useEndpoint(listRelationTypes, {}, { staleTime: 60_000 });
  const byId = new Map((data?.items ?? []).map((type) => [type.id, type] as const));
  const byKey = new Map((data?.items ?? []).map((type) => [type.key, type] as const));
  /** `outward`: seen from the first end. */
  const words = (type: RelationType | undefined, outward: boolean) =>
    type ? label(outward ? type.name : type.inverse) : '';
  const wordsOf = (key: string, outward: boolean) =>
    byKey.has(key)
      ? words(byKey.get(key), outward)
      : t(`relations.ties.${key}${outward ? '' : 'Inverse'}`, { defaultValue: key });
  return { types: data?.items ?? [], byId, byKey, words, wordsOf };
}
