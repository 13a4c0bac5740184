import i18next from 'i18next';
import { call } from '#ui/api.ts';
import { listIntelligence } from '../../intelligence-contract.ts';

/** A few items of intelligence by their words. */
export async function findIntelligence(q: string, signal: AbortSignal) {
  const { items } = await call(listIntelligence, { query: { q: q.slice(0, 100), limit: 4 }, signal });
  return items.map((item) => ({
    id: `intelligence-${item.id}`,
    title: item.item,
    detail: `${i18next.t('collection.intelligence.title')} · ${item.subjectName}`,
    path: '/intelligence',
    search: { q: item.item.slice(0, 100) },
  }));
}
