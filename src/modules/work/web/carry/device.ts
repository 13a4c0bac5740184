import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { CaptureInput } from '../../capture-contract.ts';
import type { Sealed } from './key.ts';

/** A carry as the device keeps it: nothing of a customer in the clear. */
export interface StoredCarry {
  id: string;
  userId: string;
  userName: string;
  takenAt: string;
  dueAt: string;
  token: string;
  entryKey: string;
  salt: Uint8Array<ArrayBuffer>;
  deviceKey: CryptoKey;
  half: Sealed;
  check: Sealed;
  /** Wrong PINs so far; written before a PIN is tried. */
  attempts: number;
  /** The latest time this device has seen: a clock turned back does not bring the day back. */
  seenTime: number;
}

/** Something recorded and not yet with the server. */
export interface Waiting {
  id: string;
  userId: string;
  kind: 'activity' | 'capture';
  at: string;
  /** Sealed to the server's key of this carry, or a capture in the clear where none is carried. */
  carryId: string | null;
  sealed: string | null;
  plain: CaptureInput | null;
  /** Why the server did not take it. */
  fault: string | null;
}

interface Schema extends DBSchema {
  carry: { key: 'carry'; value: StoredCarry };
  /** Cards by the id of their carrying; `dictionary` holds the fields they are shown by. */
  cards: { key: string; value: Sealed };
  outbox: { key: string; value: Waiting };
  /** Tokens of carries this device has deleted and must tell so. */
  farewells: { key: string; value: string };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;
const database = () => {
  opened ??= openDB<Schema>('kedang-carry', 1, {
    upgrade(db) {
      db.createObjectStore('carry');
      db.createObjectStore('cards');
      db.createObjectStore('outbox');
      db.createObjectStore('farewells');
    },
  });
  return opened;
};

/** Fired when what the device holds has changed. */
export const deviceChanged = new EventTarget();
const changed = () => void deviceChanged.dispatchEvent(new Event('change'));

/** Whether this browser can keep cards at all: encryption needs https (or the machine itself). */
export const canCarry = (): boolean => globalThis.isSecureContext && 'indexedDB' in globalThis;

export const storedCarry = async () => (await database()).get('carry', 'carry');

export async function storeCarry(carry: StoredCarry): Promise<void> {
  await (await database()).put('carry', carry, 'carry');
  changed();
}

export async function storeCards(cards: [string, Sealed][]): Promise<void> {
  const transaction = (await database()).transaction('cards', 'readwrite');
  for (const [id, card] of cards) await transaction.store.put(card, id);
  await transaction.done;
  changed();
}

export const storedCard = async (id: string) => (await database()).get('cards', id);
export const storedCardIds = async () =>
  (await (await database()).getAllKeys('cards')).filter((id) => id !== 'dictionary');

export async function deleteCards(ids: string[]): Promise<void> {
  const transaction = (await database()).transaction('cards', 'readwrite');
  for (const id of ids) await transaction.store.delete(id);
  await transaction.done;
  changed();
}

/** Deletes the cards with everything that could open them; what waits to be sent is sealed and stays. */
export async function wipeCards(): Promise<void> {
  const transaction = (await database()).transaction(['carry', 'cards', 'farewells'], 'readwrite');
  const carry = await transaction.objectStore('carry').get('carry');
  if (carry) await transaction.objectStore('farewells').put(carry.token, carry.id);
  await transaction.objectStore('cards').clear();
  await transaction.objectStore('carry').clear();
  await transaction.done;
  changed();
}

export const farewells = async () => (await database()).getAll('farewells');
export async function forgetFarewell(token: string): Promise<void> {
  const db = await database();
  for (const key of await db.getAllKeys('farewells'))
    if ((await db.get('farewells', key)) === token) await db.delete('farewells', key);
}

export const waiting = async () => (await (await database()).getAll('outbox')).sort((a, b) => a.at.localeCompare(b.at));
export async function storeWaiting(item: Waiting): Promise<void> {
  await (await database()).put('outbox', item, item.id);
  changed();
}
export async function deleteWaiting(id: string): Promise<void> {
  await (await database()).delete('outbox', id);
  changed();
}
export async function clearWaiting(userId: string): Promise<void> {
  for (const item of await waiting()) if (item.userId === userId) await (await database()).delete('outbox', item.id);
  changed();
}

const userKey = 'kedang.user';
/** Who used this browser last: what is recorded without a network belongs to that person. */
export function rememberUser(user: { id: string; name: string } | null): void {
  if (user) localStorage.setItem(userKey, JSON.stringify(user));
  else localStorage.removeItem(userKey);
}
export function rememberedUser(): { id: string; name: string } | null {
  const saved = localStorage.getItem(userKey);
  return saved ? (JSON.parse(saved) as { id: string; name: string }) : null;
}
