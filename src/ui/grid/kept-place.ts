import type { VirtualItem } from '@tanstack/react-virtual';

interface Place {
  offset: number;
  /** How high the rows were found to be. */
  sizes: VirtualItem[];
}

/** Where lists were left, by the entry of the browser's history: who comes back from a record finds the list as it was. */
const places = new Map<string, Place>();
/** Entries kept; nobody goes back further. */
const most = 50;

const keyOf = (name: string): string =>
  `${name}\n${(window.history.state as { __TSR_key?: string } | null)?.__TSR_key ?? ''}`;

export const placeOf = (name: string): Place | undefined => places.get(keyOf(name));

export function keepPlace(name: string, place: Place): void {
  const key = keyOf(name);
  places.delete(key);
  places.set(key, place);
  const [oldest] = places.keys();
  if (oldest !== undefined && places.size > most) places.delete(oldest);
}
