import { PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueryInput } from '#shared/endpoint.ts';
import { ExportSheet } from '#ui/export-sheet.tsx';
import { LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import {
  collectionMethods,
  type IntelligenceView,
  intelligenceSubjects,
  listIntelligence,
  reliabilities,
} from '../../intelligence-contract.ts';
import { NoteDialog } from './note-dialog.tsx';
import { NoteEntry } from './note-entry.tsx';
import { ProposeDialog } from './propose-dialog.tsx';

type Query = QueryInput<typeof listIntelligence>;

/** Intelligence with its filters; `fixed` is what the page is about. */
export function NoteList({
  fixed = {},
  initial = {},
  words = '',
}: {
  fixed?: Query;
  /** What is searched for at first. */
  words?: string;
  initial?: { subject?: IntelligenceView['subject']; customerId?: string; subjectName?: string };
}) {
  const { t } = useTranslation();
  const can = useCan();
  const [filter, setFilter] = useState<Query>({});
  const [typed, setTyped] = useState(words);
  const [open, setOpen] = useState<IntelligenceView | 'new' | null>(null);
  const [using, setUsing] = useState<IntelligenceView | null>(null);
  const q = useDeferredValue(typed.trim());
  const pages = usePages(listIntelligence, { query: { ...filter, ...fixed, limit: 30, ...(q ? { q } : {}) } });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const set = (part: Query) => setFilter((before) => ({ ...before, ...part }));
  const filtered = q !== '' || Object.values(filter).some((value) => value !== undefined);
  const select = (name: keyof Query & string, placeholder: string, options: { value: string; label: string }[]) => (
    <Select
      aria-label={placeholder}
      placeholder={placeholder}
      allowClear
      popupMatchSelectWidth={false}
      className="timeline-filter note-filter"
      value={(filter as Record<string, string | undefined>)[name]}
      options={options}
      onChange={(value?: string) => set({ [name]: value })}
    />
  );
  return (
    <>
      <div className="bar">
        {can('intelligence:create') ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
            {t('collection.intelligence.add')}
          </Button>
        ) : null}
        <Input.Search
          allowClear
          className="note-search"
          aria-label={t('collection.intelligence.search')}
          placeholder={t('collection.intelligence.search')}
          maxLength={100}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        {fixed.customerId || fixed.competitor
          ? null
          : select(
              'subject',
              t('collection.intelligence.filterSubject'),
              intelligenceSubjects.map((value) => ({
                value,
                label: t(`collection.intelligence.subjects.${value}`),
              })),
            )}
        {select(
          'method',
          t('collection.intelligence.filterMethod'),
          collectionMethods.map((value) => ({ value, label: t(`ui.source.${value}`) })),
        )}
        {select(
          'reliability',
          t('collection.intelligence.filterReliability'),
          reliabilities.map((code) => ({ value: code, label: t('collection.intelligence.atLeast', { code }) })),
        )}
        {select('validity', t('collection.intelligence.validity'), [
          { value: 'valid', label: t('collection.intelligence.valid') },
          { value: 'expired', label: t('collection.intelligence.expired') },
        ])}
        {select('state', t('collection.intelligence.active'), [
          { value: 'trashed', label: t('collection.intelligence.trash') },
        ])}
        {items.length > 0 ? (
          <ExportSheet source="intelligence" query={{ ...filter, ...fixed, ...(q ? { q } : {}) }} />
        ) : null}
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? (
        <EmptyState text={t(filtered ? 'collection.intelligence.nothing' : 'collection.intelligence.none')} />
      ) : null}
      <ul className="notes">
        {items.map((item) => (
          <NoteEntry
            key={item.id}
            item={item}
            showSubject={!fixed.customerId}
            onEdit={() => setOpen(item)}
            onUse={() => setUsing(item)}
          />
        ))}
      </ul>
      <LoadMore query={pages} />
      {open ? (
        <NoteDialog
          note={open === 'new' ? undefined : open}
          initial={initial}
          fixedSubject={fixed.customerId !== undefined}
          onClose={() => setOpen(null)}
        />
      ) : null}
      {using ? <ProposeDialog note={using} onClose={() => setUsing(null)} /> : null}
    </>
  );
}
