import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { invalidate } from '#ui/api.ts';
import { useOnline } from '#ui/network.ts';
import { useSession } from '#ui/session.tsx';
import { canCarry, clearWaiting, rememberUser, waiting, wipeCards } from './device.ts';
import { flush, sentTotal, sync } from './outbox.ts';
import { lock, presentCarry } from './unlock.ts';

const everyMs = 60_000;
/** Sent entries the pages have been told of; others may have sent some before this began. */
let told = { sent: 0, waited: 0 };
/** What an entry taken in changes. */
const stale = ['/activities', '/captures', '/carr', '/customers', '/tasks', '/today'];

/** Keeps device and server in step while somebody is signed in: cards taken back disappear, what waits is sent. Shows nothing but results. */
export default function Agent() {
  const { t } = useTranslation();
  const { user } = useSession();
  const { message, notification } = App.useApp();
  const navigate = useNavigate();
  const client = useQueryClient();
  const online = useOnline();
  const { id, name } = user;
  useEffect(() => {
    rememberUser({ id, name });
    if (!canCarry() || !online) return;
    const contact = async () => {
      // On a shared device the cards of the one before are gone as soon as another signs in.
      const carry = await presentCarry();
      if (carry && carry.userId !== id) await wipeCards();
      const result = await sync(id);
      const before = told;
      told = sentTotal();
      if (told.sent > before.sent) void invalidate(client, stale);
      if (told.waited > before.waited) void message.success(t('work.carry.sent', { n: told.waited - before.waited }));
      if (result && result.refused > 0)
        notification.warning({
          title: t('work.carry.refused', { n: result.refused }),
          description: t('work.carry.refusedHelp'),
          onClick: () => void navigate({ to: '/carry' }),
        });
    };
    void contact().catch(() => {});
    const timer = setInterval(() => void contact().catch(() => {}), everyMs);
    return () => clearInterval(timer);
  }, [id, name, online, client, message, notification, navigate, t]);
  return null;
}

/** Entries that cannot be sent now and would be lost by signing out. */
export async function unsent(userId: string): Promise<number> {
  if (!canCarry()) return 0;
  await flush(userId);
  return (await waiting()).filter((item) => item.userId === userId).length;
}

/** Nothing of the person who leaves stays on the device; what colleagues recorded there waits for them. */
export async function clearDevice(userId: string): Promise<void> {
  lock();
  rememberUser(null);
  if (!canCarry()) return;
  const carry = await presentCarry();
  await wipeCards();
  await clearWaiting(userId);
  // Told at once, while the network is there; otherwise the device tells it at its next contact.
  if (carry) await sync(undefined);
}
