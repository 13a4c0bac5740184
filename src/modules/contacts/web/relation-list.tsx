import { Button, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { companyToday } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { listRelations, type RelationView } from '../relation-contract.ts';
import { EndLink } from './end-link.tsx';
import type { End } from './end-select.tsx';
import { IntroductionsDialog } from './introductions-dialog.tsx';
import { RelationDialog } from './relation-dialog.tsx';
import { useRelationTypes } from './relation-types.ts';

const Dots = ({ strength, text }: { strength: number; text: string }) => (
  <span className="muted small nowrap" title={text}>
    <span aria-hidden="true">{'●'.repeat(strength) + '○'.repeat(5 - strength)}</span>
    <span className="visually-hidden">{text}</span>
  </span>
);

/** All relations of a customer or a person as a list: the picture's equivalent for the keyboard and for screen readers. */
export function RelationList({ of, editable }: { of: End; editable: boolean }) {
  const { t } = useTranslation();
  const { byId, words, wordsOf } = useRelationTypes();
  const [open, setOpen] = useState<'new' | 'introductions' | RelationView | null>(null);
  const pages = usePages(listRelations, { query: { kind: of.kind, id: of.id, limit: 50 } });
  const items = itemsOf(pages);
  const derived = pages.data?.pages[0]?.derived ?? [];
  const period = ({ fromOn, toOn }: RelationView) =>
    fromOn && toOn
      ? `${fromOn} – ${toOn}`
      : fromOn
        ? t('relations.since', { day: fromOn })
        : toOn
          ? t('relations.until', { day: toOn })
          : '';
  const none = !pages.isPending && items.length === 0 && derived.length === 0;
  return (
    <>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {none ? <p className="muted">{t('relations.none')}</p> : null}
      <ul className="cards">
        {derived.map((item) => (
          <li key={item.other.id + item.typeKey} className="list-row">
            <div className="grow">
              <div className="row">
                <Tag>{wordsOf(item.typeKey, item.outward)}</Tag>
                <EndLink end={item.other} />
                <span className="muted small">{item.other.detail}</span>
              </div>
              <div className="muted small">{t('relations.fromCard')}</div>
            </div>
          </li>
        ))}
        {items.map((item) => {
          const outward = item.first.id === of.id;
          const over = item.toOn !== null && item.toOn < companyToday();
          const other = outward ? item.second : item.first;
          return (
            <li key={item.id} className={over ? 'list-row faded' : 'list-row'}>
              <div className="grow">
                <div className="row">
                  <Tag color={over ? undefined : 'blue'}>{words(byId.get(item.typeId), outward)}</Tag>
                  <EndLink end={other} />
                  <span className="muted small">{other.detail}</span>
                  <Dots strength={item.strength} text={t(`relations.strengths.${item.strength}`)} />
                </div>
                <div className="muted small">
                  {[
                    period(item),
                    item.source ? t('relations.sourceIs', { source: item.source }) : '',
                    item.note ?? '',
                    item.thanks && !item.thanks.at
                      ? t('relations.referrals.dueOn', { day: item.thanks.dueOn ?? '' })
                      : '',
                  ]
                    .filter((part) => part !== '')
                    .join(' · ')}
                </div>
              </div>
              {item.can.update ? (
                <Button size="small" type="text" onClick={() => setOpen(item)}>
                  {t('contacts.edit')}
                  <span className="visually-hidden"> {other.name}</span>
                </Button>
              ) : null}
            </li>
          );
        })}
      </ul>
      <LoadMore query={pages} />
      <div className="row note-buttons">
        <Button size="small" onClick={() => setOpen('new')} disabled={!editable && of.kind === 'user'}>
          {t('relations.add')}
        </Button>
        {of.kind === 'user' ? null : (
          <Button size="small" onClick={() => setOpen('introductions')}>
            {t('relations.introductions.title')}
          </Button>
        )}
      </div>
      {open === 'new' ? <RelationDialog of={of} onClose={() => setOpen(null)} /> : null}
      {open === 'introductions' ? <IntroductionsDialog of={of} onClose={() => setOpen(null)} /> : null}
      {open && typeof open === 'object' ? (
        <RelationDialog of={of} relation={open} onClose={() => setOpen(null)} />
      ) : null}
    </>
  );
}
