import { useEffect } from 'react';
import { useOnline } from '#ui/network.ts';
import { canCarry } from './device.ts';
import { sync } from './outbox.ts';

/** Sends what waits as soon as there is a network again, on pages that stand outside the frame of the app. */
export function useSending(userId: string | undefined): void {
  const online = useOnline();
  useEffect(() => {
    if (!canCarry()) return;
    // Also without a network: whether there is one only a request can tell.
    void sync(userId);
    if (!online) return;
    const timer = setInterval(() => void sync(userId), 60_000);
    return () => clearInterval(timer);
  }, [online, userId]);
}
