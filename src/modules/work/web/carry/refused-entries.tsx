import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { formatTime } from '#ui/format.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { discardEntry, type EntryView, refusedEntries, retryEntry } from '../../carry-contract.ts';

const stale = ['/carry-entries', '/activities', '/captures', '/customers'];

/** What was recorded without a network and could not be applied: the reason beside it, tried again or given up by a person. */
export function RefusedEntries() {
  const { t } = useTranslation();
  const entries = useEndpoint(refusedEntries);
  const items = entries.data?.items ?? [];
  if (items.length === 0) return <ProblemAlert problem={entries.error} />;
  return (
    <section className="panel" aria-labelledby="carry-refused">
      <h2 id="carry-refused">{t('work.carry.refused', { n: items.length })}</h2>
      <p className="muted">{t('work.carry.refusedHelp')}</p>
      {items.map((entry) => (
        <Entry key={entry.id} entry={entry} />
      ))}
    </section>
  );
}

function Entry({ entry }: { entry: EntryView }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const retry = useSend(retryEntry, stale);
  const discard = useSend(discardEntry, stale);
  const [customerId, setCustomerId] = useState<string | null>(null);
  const shown = ['subject', 'name', 'number', 'body', 'note'].flatMap((key) => {
    const value = entry.content?.[key];
    return typeof value === 'string' && value ? [value] : [];
  });
  const happened = entry.content?.happenedAt ?? entry.content?.capturedAt;
  return (
    <article className="carry-entry" aria-label={shown[0]}>
      <p>
        {t(`work.carry.kind.${entry.kind}`)} {typeof happened === 'string' ? formatTime(happened) : ''}{' '}
        {entry.customerName ?? ''}
      </p>
      {shown.map((text) => (
        <p key={text} className="carry-body">
          {text}
        </p>
      ))}
      <p className="form-error">{entry.problem}</p>
      <ProblemAlert problem={retry.error ?? discard.error} />
      <div className="row">
        {entry.kind === 'activity' ? (
          <div className="grow">
            <RecordSelect
              kind="customer"
              value={customerId}
              aria-label={t('work.carry.otherCustomer')}
              placeholder={t('work.carry.otherCustomer')}
              onChange={setCustomerId}
            />
          </div>
        ) : null}
        <Button
          loading={retry.isPending}
          onClick={() =>
            retry.mutate({ params: { id: entry.id }, ifMatch: entry.version, body: customerId ? { customerId } : {} })
          }
        >
          {t('work.carry.retry')}
        </Button>
        <Button
          danger
          onClick={() =>
            void modal.confirm({
              title: t('work.carry.dropWaiting'),
              okText: t('work.carry.drop'),
              cancelText: t('ui.cancel'),
              onOk: () => discard.mutateAsync({ params: { id: entry.id }, ifMatch: entry.version }).catch(() => {}),
            })
          }
        >
          {t('work.carry.drop')}
        </Button>
      </div>
    </article>
  );
}
