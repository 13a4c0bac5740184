import { PlusOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress, words } from '#ui/address.ts';
import { ExportSheet } from '#ui/export-sheet.tsx';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
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

const filters = {
  subject: oneOf(intelligenceSubjects),
  method: oneOf(collectionMethods),
  reliability: oneOf(reliabilities),
  validity: oneOf(['valid', 'expired'] as const),
  state: oneOf(['trashed'] as const),
  q: words,
};
type Filter = { [K in keyof typeof filters]: ReturnType<(typeof filters)[K]> };

interface NoteListProps {
  /** What the page is about. */
  fixed?: { customerId?: string; competitor?: string };
  initial?: { subject?: IntelligenceView['subject']; customerId?: string; subjectName?: string };
}

/** Intelligence as a page of its own, narrowed by its address. */
export function NotePage(props: NoteListProps) {
  const [filter, put] = useAddress<Filter>(filters);
  return <NoteList {...props} filter={filter} onFilter={put} />;
}

/** Intelligence as a part of another page, whose address is not its own. */
export function NotePart(props: NoteListProps) {
  const [filter, setFilter] = useState<Partial<Filter>>({});
  return <NoteList {...props} filter={filter} onFilter={(part) => setFilter({ ...filter, ...part })} />;
}

function NoteList({
  fixed = {},
  initial = {},
  filter: { q = '', ...filter },
  onFilter,
}: NoteListProps & { filter: Partial<Filter>; onFilter(part: Partial<Filter>): void }) {
  const { t } = useTranslation();
  const can = useCan();
  const [open, setOpen] = useState<IntelligenceView | 'new' | null>(null);
  const [using, setUsing] = useState<IntelligenceView | null>(null);
  const pages = usePages(listIntelligence, { query: { ...filter, ...fixed, limit: 30, ...(q ? { q } : {}) } });
  const items = itemsOf(pages);
  const filtered = q !== '' || Object.values(filter).some((value) => value !== undefined);
  const select = (name: keyof typeof filter, placeholder: string, options: { value: string; label: string }[]) => (
    <Select
      aria-label={placeholder}
      placeholder={placeholder}
      allowClear
      popupMatchSelectWidth={false}
      className="timeline-filter note-filter"
      value={filter[name] as string | undefined}
      options={options}
      onChange={(value?: string) => onFilter({ [name]: value })}
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
        <SearchBox label={t('collection.intelligence.search')} value={q} onChange={(next) => onFilter({ q: next })} />
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
            showSubject={!fixed.customerId && !fixed.competitor}
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
