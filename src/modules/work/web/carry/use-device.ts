import { useEffect, useState } from 'react';
import { canCarry, deviceChanged, type StoredCarry, storedCardIds, type Waiting, waiting } from './device.ts';
import { presentCarry } from './unlock.ts';

export interface DeviceState {
  carry: StoredCarry | undefined;
  cardIds: string[];
  items: Waiting[];
}

/** What this device holds, read anew when it changes and every half minute: the day may end meanwhile. Undefined while reading. */
export function useDevice(): DeviceState | undefined {
  const [state, setState] = useState<DeviceState>();
  useEffect(() => {
    if (!canCarry()) return setState({ carry: undefined, cardIds: [], items: [] });
    let current = true;
    const read = async () => {
      const carry = await presentCarry();
      const next = { carry, cardIds: carry ? await storedCardIds() : [], items: await waiting() };
      if (current) setState(next);
    };
    const again = () => void read().catch(() => {});
    again();
    deviceChanged.addEventListener('change', again);
    const timer = setInterval(again, 30_000);
    return () => {
      current = false;
      clearInterval(timer);
      deviceChanged.removeEventListener('change', again);
    };
  }, []);
  return state;
}
