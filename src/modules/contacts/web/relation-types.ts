import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { label } from '#ui/i18n.ts';
import { listRelationTypes, type RelationType } from '../relation-contract.ts';

const none: RelationType[] = [];

/** `outward`: seen from the first end. */
const words = (type: RelationType | undefined, outward: boolean) =>
  type ? label(outward ? type.name : type.inverse) : '';

/** The catalogue of relations, by id and by key; `words` says what the other end is. Lasting, so that a picture is not laid out anew. */
export function useRelationTypes() {
  const { t } = useTranslation();
  const { data } = useEndpoint(listRelationTypes, {}, { staleTime: 60_000 });
  const types = data?.items ?? none;
  return useMemo(() => {
    const byKey = new Map(types.map((type) => [type.key, type] as const));
    return {
      types,
      byId: new Map(types.map((type) => [type.id, type] as const)),
      byKey,
      words,
      wordsOf: (key: string, outward: boolean) =>
        byKey.has(key)
          ? words(byKey.get(key), outward)
          : t(`relations.ties.${key}${outward ? '' : 'Inverse'}`, { defaultValue: key }),
    };
  }, [types, t]);
}
