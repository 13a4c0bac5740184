import { App, Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ObjectDictionary, useDictionary } from '#modules/fields/web/index.tsx';
import { useSend } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { formatTime } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { reasonText } from '#ui/reason.ts';
import { useSlots } from '#ui/slots.tsx';
import { addNote, type CustomerCard, customerTimeline, type timelineEntry } from '../contract.ts';

type Entry = (typeof timelineEntry)['_output'];

/** Who did something without being a user. */
const nobodies = ['system', 'visitor'];

/** Everything that happened with the customer, newest first, and a place to write a note. */
export function Timeline({ card }: { card: CustomerCard }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dictionaries = { customer: useDictionary('customer'), contact: useDictionary('contact') };
  const { timeline } = useSlots();
  const kinds = ['customer', 'note', ...timeline.map((item) => item.kind)];
  const [wanted, setWanted] = useState<string[]>([]);
  const [body, setBody] = useState('');
  const note = useSend(addNote, ['/customers/:id/timeline']);
  const pages = usePages(customerTimeline, {
    params: { id: card.id },
    query: { limit: 30, ...(wanted.length > 0 ? { kinds: wanted.join(',') } : {}) },
  });
  const items = itemsOf(pages);
  const labels = Object.assign({}, ...(pages.data?.pages.map((page) => page.labels) ?? [])) as Record<string, string>;
  const write = () =>
    note.mutate(
      { params: { id: card.id }, body: { body } },
      {
        onSuccess: () => {
          setBody('');
          void message.success(t('ui.saved'));
        },
      },
    );
  return (
    <>
      {card.can.update ? (
        <div className="panel">
          <label htmlFor={`note-${card.id}`} className="form-label">
            {t('customers.timeline.note')}
          </label>
          <Input.TextArea
            id={`note-${card.id}`}
            autoSize={{ minRows: 2 }}
            maxLength={10_000}
            value={body}
            onChange={(event) => setBody(event.target.value)}
          />
          <ProblemAlert problem={note.error} />
          <div className="row note-buttons">
            <Button type="primary" disabled={body.trim() === ''} loading={note.isPending} onClick={write}>
              {t('customers.timeline.add')}
            </Button>
          </div>
        </div>
      ) : null}
      <div className="bar">
        <Select
          mode="multiple"
          aria-label={t('customers.timeline.filter')}
          placeholder={t('customers.timeline.filter')}
          className="timeline-filter"
          value={wanted}
          options={kinds.map((kind) => ({ value: kind, label: t(`eventKinds.${kind}`) }))}
          onChange={setWanted}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      <ol className="timeline">
        {items.map((entry) => (
          <li key={entry.id}>
            <div className="muted small">
              {formatTime(entry.at)} ·{' '}
              {nobodies.includes(entry.by) ? t(`customers.timeline.nobody.${entry.by}`) : entry.by}
              {entry.source ? ` · ${t(`ui.source.${entry.source}`, { defaultValue: entry.source })}` : ''}
            </div>
            <EntryBody
              entry={entry}
              dictionary={entry.subjectKind === 'contact' ? dictionaries.contact : dictionaries.customer}
              labels={{ ...card.labels, ...labels }}
            />
            {entry.reason ? <div className="muted">{reasonText(t, entry.reason)}</div> : null}
          </li>
        ))}
      </ol>
      <LoadMore query={pages} />
    </>
  );
}

function EntryBody({
  entry,
  dictionary,
  labels,
}: {
  entry: Entry;
  dictionary: ObjectDictionary | undefined;
  labels: Record<string, string>;
}) {
  const { t } = useTranslation();
  const { timeline } = useSlots();
  const Own = timeline.find((item) => item.kind === entry.kind.split('.')[0])?.component;
  const person = (value: unknown) => (typeof value === 'string' ? (labels[value] ?? '…') : t('customers.noOwner'));
  if (entry.kind === 'note.added') return <div className="note-text">{String(entry.data?.body ?? '')}</div>;
  const changes = Object.entries(entry.changes ?? {}).flatMap(([key, change]) => {
    const field = dictionary?.byKey.get(key);
    return field ? [{ key, field, change }] : [];
  });
  const verified = entry.kind.endsWith('.verified') ? dictionary?.byKey.get(String(entry.data?.field)) : undefined;
  return (
    <>
      <strong>{t(`events.${entry.kind.replaceAll('.', '_')}`, { defaultValue: t('events.other') })}</strong>
      {entry.kind === 'customer.assigned' || entry.kind === 'customer.autoAssigned' ? (
        <div>
          {person(entry.data?.from)} → {person(entry.data?.to)}{' '}
          {entry.data?.ruleName ? <span className="muted">{String(entry.data.ruleName)}</span> : null}
        </div>
      ) : null}
      {entry.kind === 'customer.merged' || entry.kind === 'customer.unmerged' ? (
        <div>
          {String(entry.data?.name ?? '')} <span className="muted">{String(entry.data?.number ?? '')}</span>
        </div>
      ) : null}
      {verified ? (
        <div>
          <span className="muted">{label(verified.label)}</span>{' '}
          {typeof entry.data?.note === 'string' ? entry.data.note : null}
        </div>
      ) : null}
      {Own ? <Own entry={entry} /> : null}
      {changes.length > 0 ? (
        <ul className="changes">
          {changes.map(({ key, field, change }) => (
            <li key={key}>
              <span className="muted">{label(field.label)}</span>{' '}
              {change.from === null ? null : (
                <>
                  <span className="diff-from">
                    <FieldValue field={field} value={change.from} labels={labels} short />
                  </span>{' '}
                  →{' '}
                </>
              )}
              <FieldValue field={field} value={change.to} labels={labels} short />
              {change.to === null ? <span className="muted">{t('customers.timeline.cleared')}</span> : null}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
