import './carry.css';
import { Link, useNavigate } from '@tanstack/react-router';
import { App, Button, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getCustomer } from '#modules/customers/contract.ts';
import { call, useEndpoint, useSend } from '#ui/api.ts';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { formatTime } from '#ui/format.ts';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan, useSession } from '#ui/session.tsx';
import { type CarryView, myCarries, returnCards } from '../../carry-contract.ts';
import { ActionName } from './action-name.tsx';
import { deleteCards } from './device.ts';
import { sync } from './outbox.ts';
import { RefusedEntries } from './refused-entries.tsx';
import TakeDialog from './take-dialog.tsx';
import { useDevice } from './use-device.ts';
import { WaitingList } from './waiting-list.tsx';

/** What I carry today: take cards along, read them, give them back, and settle what could not be applied. */
export default function CarryPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const { user } = useSession();
  const device = useDevice();
  const mine = useEndpoint(myCarries);
  const [taking, setTaking] = useState<string[]>();
  const items = (mine.data?.items ?? []).filter((item) => item.endedAt === null);
  return (
    <Page
      title={t('work.carry.title')}
      actions={
        <>
          {can('carry:supervise') ? <Link to="/carries">{t('work.carry.outstanding')}</Link> : null}
          <Button onClick={() => void navigate({ to: '/offline' })}>{t('work.carry.read')}</Button>
        </>
      }
    >
      <ProblemAlert problem={mine.error} onRetry={() => void mine.refetch()} />
      <Choose onTake={setTaking} limit={mine.data?.limit} />
      {mine.isPending ? <Loading /> : null}
      {mine.data && items.length === 0 ? <EmptyState text={t('work.carry.empty')} /> : null}
      {items.map((item) => (
        <Carry key={item.id} carry={item} here={device?.carry?.id === item.id} />
      ))}
      <RefusedEntries />
      {device ? <WaitingList items={device.items} userId={user.id} /> : null}
      {taking ? <TakeDialog customerIds={taking} onClose={() => setTaking(undefined)} /> : null}
    </Page>
  );
}

function Choose({ onTake, limit }: { onTake(ids: string[]): void; limit: number | undefined }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<{ id: string; name: string }[]>([]);
  const add = async (id: string | null) => {
    if (!id || chosen.some((item) => item.id === id)) return;
    const card = await call(getCustomer, { params: { id } }).catch(() => undefined);
    if (card) setChosen((before) => [...before, { id, name: String(card.values.name ?? card.number) }]);
  };
  return (
    <section className="panel" aria-labelledby="carry-choose">
      <h2 id="carry-choose">{t('work.carry.choose')}</h2>
      <p className="muted">{t('work.carry.chooseHelp', { n: limit ?? '' })}</p>
      <div className="row">
        <div className="grow">
          <RecordSelect
            key={chosen.length}
            kind="customer"
            value={null}
            aria-label={t('work.carry.customer')}
            placeholder={t('work.carry.customer')}
            onChange={(id) => void add(id)}
          />
        </div>
        <Button
          type="primary"
          disabled={chosen.length === 0}
          onClick={() => {
            onTake(chosen.map((item) => item.id));
            setChosen([]);
          }}
        >
          {t('work.carry.take')}
        </Button>
      </div>
      <div>
        {chosen.map((item) => (
          <Tag
            key={item.id}
            closable={{ 'aria-label': t('work.carry.leaveOut', { name: item.name }) }}
            onClose={() => setChosen((before) => before.filter((other) => other.id !== item.id))}
          >
            {item.name}
          </Tag>
        ))}
      </div>
    </section>
  );
}

function Carry({ carry, here }: { carry: CarryView; here: boolean }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { user } = useSession();
  const give = useSend(returnCards, ['/carries']);
  const back = (cardIds?: string[]) =>
    give.mutate(
      { params: { id: carry.id }, body: cardIds ? { cardIds } : {} },
      {
        onSuccess: async ({ returned }) => {
          void message.success(t('work.carry.givenBack', { n: returned }));
          if (!here) return;
          await deleteCards(cardIds ?? carry.cards.map((card) => card.id));
          await sync(user.id);
        },
      },
    );
  return (
    <section className="panel" aria-label={t('work.carry.onDevice', { device: carry.device })}>
      <div className="row">
        <h2 className="grow">
          {t(here ? 'work.carry.onThisDevice' : 'work.carry.onDevice', { device: carry.device })}
        </h2>
        <Button loading={give.isPending} onClick={() => back()}>
          {t('work.carry.giveAllBack')}
        </Button>
      </div>
      <p className="muted">{t('work.carry.since', { at: formatTime(carry.takenAt), due: formatTime(carry.dueAt) })}</p>
      <ProblemAlert problem={give.error} />
      <ul className="cards">
        {carry.cards.map((card) => (
          <li key={card.id} className="list-row">
            <Link to="/customers/$id" params={{ id: card.customerId }} className="grow">
              {card.customerName ?? t('work.carry.hidden')}
            </Link>
            {card.state === 'out' ? (
              <Button size="small" onClick={() => back([card.id])}>
                <ActionName text={t('work.carry.giveBack')} of={card.customerName ?? ''} />
              </Button>
            ) : (
              <span className="muted">{t(`work.carry.how.${card.returnedHow ?? 'rep'}`)}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
