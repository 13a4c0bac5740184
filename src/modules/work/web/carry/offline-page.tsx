import { Link } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ownPath } from '#shared/own-path.ts';
import { useAddress } from '#ui/address.ts';
import { formatTime } from '#ui/format.ts';
import { useOnline } from '#ui/network.ts';
import { Loading } from '#ui/page.tsx';
import { PublicPage } from '#ui/public-page.tsx';
import './carry.css';
import { CardReader } from './card-reader.tsx';
import { canCarry, rememberedUser } from './device.ts';
import { PinForm } from './pin-form.tsx';
import { isOpen, lock, type OpenedCards, readCards, touch } from './unlock.ts';
import { type DeviceState, useDevice } from './use-device.ts';
import { useSending } from './use-sending.ts';
import { WaitingList } from './waiting-list.tsx';

/** Work without a network: carried cards behind their PIN, quick capture, and what waits to be sent. */
export default function OfflinePage() {
  const { t } = useTranslation();
  const device = useDevice();
  const online = useOnline();
  const user = rememberedUser();
  const userId = user?.id;
  const [{ back }] = useAddress({ back: ownPath });
  useSending(userId);
  return (
    <PublicPage title={t('work.offline.title')} wide>
      <Alert
        role="status"
        type={online ? 'info' : 'warning'}
        showIcon
        title={t(online ? 'work.offline.back' : 'work.offline.away')}
        action={online ? <Link to={back}>{t('work.offline.toApp')}</Link> : undefined}
      />
      {canCarry() ? null : <p>{t('work.carry.needsHttps')}</p>}
      {device ? <Carried device={device} /> : <Loading />}
      <p>
        <Link to="/capture">{t('work.capture.title')}</Link> <span className="muted">{t('work.capture.hint')}</span>
      </p>
      {device ? <WaitingList items={device.items} userId={userId ?? ''} /> : null}
    </PublicPage>
  );
}

function Carried({ device }: { device: DeviceState }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<OpenedCards>();
  const [chosen, setChosen] = useState<string>();
  const [gone, setGone] = useState(false);
  const { carry, cardIds } = device;
  const held = cardIds.join();
  useEffect(() => {
    window.addEventListener('pointerdown', touch);
    window.addEventListener('keydown', touch);
    return () => {
      window.removeEventListener('pointerdown', touch);
      window.removeEventListener('keydown', touch);
    };
  }, []);
  // Read again whenever a card is taken back, and closed when the carry ends or nobody has touched it for a while.
  useEffect(() => {
    if (!carry || !isOpen(carry.id)) return setOpened(undefined);
    if (held !== undefined) void readCards().then(setOpened);
  }, [carry, held]);
  if (!carry)
    return (
      <p role={gone ? 'alert' : undefined}>
        {t(gone ? 'work.carry.destroyed' : 'work.carry.none')} <Link to="/carry">{t('work.carry.title')}</Link>
      </p>
    );
  if (!opened)
    return (
      <section>
        <h2>{t('work.carry.locked', { n: cardIds.length })}</h2>
        <p className="muted">{t('work.carry.until', { name: carry.userName, at: formatTime(carry.dueAt) })}</p>
        <PinForm onOpen={() => void readCards().then(setOpened)} onGone={() => setGone(true)} />
      </section>
    );
  const card = opened.cards.find((item) => item.id === chosen);
  if (card) return <CardReader card={card} frame={opened.frame} onBack={() => setChosen(undefined)} />;
  return (
    <section>
      <div className="row">
        <h2 className="grow">{t('work.carry.count', { n: opened.cards.length })}</h2>
        <Button
          onClick={() => {
            lock();
            setOpened(undefined);
          }}
        >
          {t('work.carry.lock')}
        </Button>
      </div>
      <ul className="cards">
        {opened.cards.map((item) => (
          <li key={item.id} className="list-row">
            <Button type="link" className="grow carry-open" onClick={() => setChosen(item.id)}>
              {String(item.customer.values.name ?? '')}
            </Button>
            <span className="muted small">{item.customer.number}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
