import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button, Popconfirm, Tag } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { invalidate, useSend } from '#ui/api.ts';
import { clauses, formatTime, listed } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { listMerges, type MergeView, undoMerge } from '../duplicates-contract.ts';
import { attachedName } from './attached-name.ts';

/** Merges made, each with its way back for 30 days. */
export function Merges() {
  const { t } = useTranslation();
  const pages = usePages(listMerges, { query: { limit: 30 } });
  const items = itemsOf(pages);
  return (
    <>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t('quality.duplicates.mergesNone')} /> : null}
      {items.map((item) => (
        <Merge key={item.id} item={item} />
      ))}
      <LoadMore query={pages} />
    </>
  );
}

function Merge({ item }: { item: MergeView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dictionary = useDictionary(item.object);
  const client = useQueryClient();
  const undo = useSend(undoMerge, ['/customers', '/duplicates', '/merges', '/contacts']);
  const merged = listed(item.merged.map((party) => `${party.name}${party.number ? ` ${party.number}` : ''}`));
  const { kept } = item;
  const panel = useRef<HTMLElement>(null);
  const lost = kept ? kept.fields.length + kept.rows.length + kept.unique.length : 0;
  return (
    <section className="panel" aria-label={`${merged} → ${item.survivor.name}`} ref={panel} tabIndex={-1}>
      <div className="row">
        <span className="grow">
          {item.object === 'contact' ? <Tag>{t('quality.duplicates.person')}</Tag> : null}
          {merged} →{' '}
          {item.object === 'customer' ? (
            <strong>
              <Link to="/customers/$id" params={{ id: item.survivor.id }}>
                {item.survivor.name}
              </Link>
            </strong>
          ) : (
            item.survivor.name
          )}
        </span>
        {item.state === 'undone' ? <Tag>{t('quality.duplicates.undone')}</Tag> : null}
        {item.can.undo ? (
          <Popconfirm
            title={t('quality.duplicates.undo')}
            description={<div>{t('quality.duplicates.undoText')}</div>}
            okText={t('quality.duplicates.undo')}
            cancelText={t('ui.cancel')}
            onConfirm={() =>
              undo.mutate(
                { params: { id: item.id }, ifMatch: item.version },
                {
                  onSuccess: () => {
                    void message.success(t('quality.duplicates.undone'));
                    // The button goes: the keyboard stays with the merge it undid.
                    panel.current?.focus();
                  },
                  // Somebody else undid it meanwhile: that is what the list shows then.
                  onError: ({ status }) => {
                    if (status === 412) void invalidate(client, ['/merges']);
                    panel.current?.focus();
                  },
                },
              )
            }
          >
            <Button loading={undo.isPending}>{t('quality.duplicates.undo')}</Button>
          </Popconfirm>
        ) : null}
      </div>
      <p className="muted small">
        {item.madeBy} · {formatTime(item.madeAt)}
        {item.reason ? ` · ${item.reason}` : ''}
      </p>
      {item.undoneBy && item.undoneAt ? (
        <p className="muted small">
          {t('quality.duplicates.undoneBy', { who: item.undoneBy, when: formatTime(item.undoneAt) })}
        </p>
      ) : null}
      {kept && lost > 0 ? (
        <p role="status">
          {kept.fields.length > 0
            ? t('quality.duplicates.kept', {
                fields: listed(kept.fields.map((key) => dictionary?.nameOf(key) ?? key)),
              })
            : null}{' '}
          {clauses(
            kept.rows.map((row) =>
              t('quality.duplicates.keptRows', {
                n: row.count,
                relation: attachedName(t, row.relation),
              }),
            ),
          )}{' '}
          {clauses(kept.unique.map((name) => t('quality.duplicates.keptUnique', { name })))}
        </p>
      ) : null}
      <ProblemAlert problem={item.state === 'undone' ? null : undo.error} />
    </section>
  );
}
