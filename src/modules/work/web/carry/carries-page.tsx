import './carry.css';
import { App, Button, InputNumber, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { formatTime } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { type CarryView, carryLimits, listCarries, recallCards, setCarryLimit } from '../../carry-contract.ts';
import { ActionName } from './action-name.tsx';

const states = ['out', 'unwiped', 'all'] as const;

/** Outstanding cards for the supervisor: who carries what since when; recall, and devices that have not yet told they are empty. */
export default function CarriesPage() {
  const { t } = useTranslation();
  const can = useCan();
  const [state, setState] = useState<(typeof states)[number]>('out');
  const pages = usePages(listCarries, { query: { state } });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={t('work.carry.outstanding')}>
      <Segmented
        aria-label={t('work.carry.which')}
        value={state}
        options={states.map((value) => ({ value, label: t(`work.carry.states.${value}`) }))}
        onChange={setState}
      />
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t(`work.carry.noneOf.${state}`)} /> : null}
      {items.map((item) => (
        <Outstanding key={item.id} carry={item} />
      ))}
      <LoadMore query={pages} />
      {can('carry:limit') ? <Limits /> : null}
    </Page>
  );
}

function Outstanding({ carry }: { carry: CarryView }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const recall = useSend(recallCards, ['/carries']);
  const back = (cardIds?: string[]) =>
    void modal.confirm({
      title: t('work.carry.recallAsk', { name: carry.userName }),
      okText: t('work.carry.recall'),
      cancelText: t('ui.cancel'),
      onOk: () =>
        recall
          .mutateAsync({ params: { id: carry.id }, body: cardIds ? { cardIds } : {} })
          .then(({ returned }) => void message.success(t('work.carry.recalled', { n: returned })))
          .catch(() => {}),
    });
  const seen = carry.seenAt ? t('work.carry.seen', { at: formatTime(carry.seenAt) }) : t('work.carry.neverSeen');
  const wiped = carry.wipedAt ? t('work.carry.wiped', { at: formatTime(carry.wipedAt) }) : t('work.carry.unwiped');
  return (
    <section className="panel" aria-label={carry.userName}>
      <div className="row">
        <h2 className="grow">
          {carry.userName} <span className="muted small">{carry.device}</span>
        </h2>
        {carry.endedAt ? null : (
          <Button loading={recall.isPending} onClick={() => back()}>
            <ActionName text={t('work.carry.recallAll')} of={carry.userName} />
          </Button>
        )}
      </div>
      <p className="muted">
        {t('work.carry.since', { at: formatTime(carry.takenAt), due: formatTime(carry.dueAt) })} · {seen}
        {carry.endedAt ? ` · ${wiped}` : ''}
      </p>
      <ProblemAlert problem={recall.error} />
      <ul className="cards">
        {carry.cards.map((card) => (
          <li key={card.id} className="list-row">
            <span className="grow">{card.customerName ?? t('work.carry.hidden')}</span>
            {card.state === 'out' ? (
              <Button size="small" onClick={() => back([card.id])}>
                <ActionName text={t('work.carry.recall')} of={card.customerName ?? ''} />
              </Button>
            ) : (
              <span className="muted">
                {t(`work.carry.how.${card.returnedHow ?? 'rep'}`)} {formatTime(card.returnedAt)}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Limits() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const limits = useEndpoint(carryLimits);
  const set = useSend(setCarryLimit, ['/carry-limits', '/carries']);
  if (!limits.data) return <ProblemAlert problem={limits.error} />;
  return (
    <section className="panel" aria-labelledby="carry-limits">
      <h2 id="carry-limits">{t('work.carry.limits')}</h2>
      <p className="muted">{t('work.carry.limitsHelp', { n: limits.data.usual })}</p>
      <ProblemAlert problem={set.error} />
      <ul className="cards">
        {limits.data.items.map((item) => (
          <li key={item.roleId} className="list-row">
            <label htmlFor={`limit-${item.roleId}`} className="grow">
              {label(item.role)}
            </label>
            <InputNumber
              key={item.version}
              id={`limit-${item.roleId}`}
              min={0}
              max={50}
              precision={0}
              placeholder={String(limits.data.usual)}
              defaultValue={item.cards ?? undefined}
              onBlur={(event) => {
                const cards = event.target.value === '' ? null : Number(event.target.value);
                if (cards === item.cards || Number.isNaN(cards)) return;
                set.mutate(
                  { params: { id: item.roleId }, ifMatch: item.version, body: { cards } },
                  { onSuccess: () => void message.success(t('ui.saved')) },
                );
              }}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
