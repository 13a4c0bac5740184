import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '#ui/format.ts';
import { useOnline } from '#ui/network.ts';
import { deleteWaiting, type Waiting } from './device.ts';
import { flush } from './outbox.ts';

/** What waits on this device to be sent, with the reason where the server refused it; nothing goes without a yes. */
export function WaitingList({ items: all, userId }: { items: Waiting[]; userId: string }) {
  // What a colleague left on a shared device is not for the eyes of the next.
  const items = all.filter((item) => item.userId === userId);
  const { t } = useTranslation();
  const online = useOnline();
  const [busy, setBusy] = useState(false);
  const [stuck, setStuck] = useState(false);
  if (items.length === 0) return null;
  const send = async () => {
    setBusy(true);
    const { left } = await flush(userId);
    setStuck(left > 0);
    setBusy(false);
  };
  return (
    <section className="carry-waiting" aria-labelledby="carry-waiting">
      <div className="row">
        <h2 id="carry-waiting" className="grow">
          {t('work.carry.waiting', { n: items.length })}
        </h2>
        <Button loading={busy} disabled={!online} onClick={() => void send()}>
          {t('work.carry.sendNow')}
        </Button>
      </div>
      {stuck ? <p role="status">{t('work.carry.stillWaiting')}</p> : null}
      <ul className="cards">
        {items.map((item) => (
          <li key={item.id} className="list-row">
            <span className="grow">
              {t(`work.carry.kind.${item.kind}`)} {item.plain?.name || item.plain?.number || item.plain?.note || ''}
              {item.fault ? <span className="form-error"> {item.fault}</span> : null}
            </span>
            <span className="muted small">{formatTime(item.at)}</span>
            {item.fault ? (
              <Popconfirm
                title={t('work.carry.dropWaiting')}
                okText={t('work.carry.drop')}
                cancelText={t('ui.cancel')}
                onConfirm={() => void deleteWaiting(item.id)}
              >
                <Button size="small" danger>
                  {t('work.carry.drop')}
                </Button>
              </Popconfirm>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
