import './carry.css';
import { Link } from '@tanstack/react-router';
import { App, Button, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { useSend } from '#ui/api.ts';
import { formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { type CarryView, listCarries, recallCards } from '../../carry-contract.ts';
import { ActionName } from './action-name.tsx';
import { ReturnedList } from './returned-list.tsx';

const states = ['out', 'returned', 'unwiped', 'all'] as const;
type State = Exclude<(typeof states)[number], 'returned'>;

/** Outstanding cards for the supervisor: who carries what since when, what came back how, and devices that still hold some. */
export default function CarriesPage() {
  const { t } = useTranslation();
  const can = useCan();
  const [{ state }, put] = useAddress({ state: oneOf(states, 'out') });
  return (
    <Page title={t('work.carry.outstanding')}>
      <div className="bar">
        <Segmented
          aria-label={t('work.carry.which')}
          value={state}
          options={states.map((value) => ({ value, label: t(`work.carry.states.${value}`) }))}
          onChange={(next) => put({ state: next })}
        />
        {can('role:manage') ? <Link to="/settings/roles">{t('work.carry.limits')}</Link> : null}
      </div>
      {state === 'returned' ? <ReturnedList /> : <Carries state={state} />}
    </Page>
  );
}

function Carries({ state }: { state: State }) {
  const { t } = useTranslation();
  const pages = usePages(listCarries, { query: { state } });
  const items = itemsOf(pages);
  return (
    <>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t(`work.carry.noneOf.${state}`)} /> : null}
      {items.map((item) => (
        <Outstanding key={item.id} carry={item} />
      ))}
      <LoadMore query={pages} />
    </>
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
