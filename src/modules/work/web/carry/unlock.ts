import type { ResponseOf } from '#shared/endpoint.ts';
import type { FieldDefinition, SectionDefinition } from '#shared/fields.ts';
import type { CarriedCard, takeCards } from '../../carry-contract.ts';
import { fromBase64 } from '../../carry-seal.ts';
import {
  type StoredCarry,
  storeCards,
  storeCarry,
  storedCard,
  storedCardIds,
  storedCarry,
  wipeCards,
} from './device.ts';
import { carryKey, newDeviceKey, openBytes, openValue, randomBytes, type Sealed, sealBytes, sealValue } from './key.ts';

export const mostAttempts = 5;
/** Without a touch for this long the cards close again. */
const idleMs = 5 * 60_000;

/** What the cards are shown by, away from the server. */
export interface CardFrame {
  fields: FieldDefinition[];
  sections: SectionDefinition[];
  timeZone: string;
}

let open: { carryId: string; key: CryptoKey; usedAt: number } | undefined;

const halfLabel = (carry: { id: string; dueAt: string }) => `${carry.id} ${carry.dueAt}`;
const timeOf = (carry: StoredCarry) => Math.max(Date.now(), carry.seenTime);

/** The carry this device holds; deletes it when its day is over, also by a clock that was turned back. */
export async function presentCarry(): Promise<StoredCarry | undefined> {
  const carry = await storedCarry();
  if (!carry) return undefined;
  const now = timeOf(carry);
  if (now >= Date.parse(carry.dueAt)) {
    lock();
    await wipeCards();
    return undefined;
  }
  return carry;
}

/** Remembers the time, so that turning the clock back gains nothing. */
export async function noteTime(serverNow?: string): Promise<void> {
  const carry = await presentCarry();
  if (!carry) return;
  const now = Math.max(timeOf(carry), serverNow ? Date.parse(serverNow) : 0);
  if (now - carry.seenTime > 30_000) await storeCarry({ ...carry, seenTime: now });
  await presentCarry();
}

export function lock(): void {
  open = undefined;
}

export const isOpen = (carryId: string): boolean =>
  open?.carryId === carryId && performance.now() - open.usedAt < idleMs;

function keyInUse(carryId: string): CryptoKey | undefined {
  if (!open || !isOpen(carryId)) {
    lock();
    return undefined;
  }
  return open.key;
}

/** Somebody is there: the cards stay open. */
export function touch(): void {
  if (open && isOpen(open.carryId)) open.usedAt = performance.now();
}

export type Unlocked = { state: 'open' } | { state: 'wrong'; left: number } | { state: 'gone' };

/** Tries a PIN. The attempt is counted on disk first, so that closing the page wins nothing; the fifth wrong one destroys the cards. */
export async function unlock(pin: string): Promise<Unlocked> {
  const carry = await presentCarry();
  if (!carry) return { state: 'gone' };
  const attempts = carry.attempts + 1;
  if (attempts > mostAttempts) {
    await wipeCards();
    return { state: 'gone' };
  }
  await storeCarry({ ...carry, attempts, seenTime: timeOf(carry) });
  try {
    const half = await openBytes(carry.deviceKey, carry.half, halfLabel(carry));
    const key = await carryKey(pin, carry.salt, half);
    await openValue(key, carry.check, carry.id);
    open = { carryId: carry.id, key, usedAt: performance.now() };
    await storeCarry({ ...carry, attempts: 0, seenTime: timeOf(carry) });
    return { state: 'open' };
  } catch {
    if (attempts < mostAttempts) return { state: 'wrong', left: mostAttempts - attempts };
    await wipeCards();
    return { state: 'gone' };
  }
}

/** Keeps what the server gave, sealed by a new PIN; the device is unlocked afterwards. */
export async function keepCarry(
  pin: string,
  taken: ResponseOf<typeof takeCards>,
  frame: CardFrame,
  user: { id: string; name: string },
): Promise<void> {
  const [salt, half, deviceKey] = [randomBytes(16), fromBase64(taken.half), await newDeviceKey()];
  const { id, takenAt, dueAt } = taken.carry;
  const key = await carryKey(pin, salt, half);
  await wipeCards();
  // Asked of the browser, which may else drop what it keeps when space runs short.
  await navigator.storage?.persist?.().catch(() => false);
  await storeCards([
    ['dictionary', await sealValue(key, frame, 'dictionary')],
    ...(await sealedCards(key, taken.cards)),
  ]);
  await storeCarry({
    ...{ id, takenAt, dueAt, salt, deviceKey, token: taken.token, entryKey: taken.entryKey },
    userId: user.id,
    userName: user.name,
    half: await sealBytes(deviceKey, half, halfLabel(taken.carry)),
    check: await sealValue(key, 'open', id),
    attempts: 0,
    seenTime: Date.parse(takenAt),
  });
  open = { carryId: id, key, usedAt: performance.now() };
}

const sealedCards = (key: CryptoKey, cards: CarriedCard[]) =>
  Promise.all(cards.map(async (card): Promise<[string, Sealed]> => [card.id, await sealValue(key, card, card.id)]));

/** Adds cards to the carry; the device must be unlocked. */
export async function keepMoreCards(carryId: string, cards: CarriedCard[]): Promise<boolean> {
  const key = keyInUse(carryId);
  if (!key) return false;
  await storeCards(await sealedCards(key, cards));
  return true;
}

export interface OpenedCards {
  frame: CardFrame;
  cards: CarriedCard[];
}

/** The cards in the clear, in memory only; undefined while locked. */
export async function readCards(): Promise<OpenedCards | undefined> {
  const carry = await presentCarry();
  const key = carry && keyInUse(carry.id);
  const frame = key && (await storedCard('dictionary'));
  if (!key || !frame) return undefined;
  const cards: CarriedCard[] = [];
  for (const id of await storedCardIds()) {
    const card = await storedCard(id);
    if (card) cards.push(await openValue<CarriedCard>(key, card, id));
  }
  cards.sort((a, b) => a.id.localeCompare(b.id));
  return { frame: await openValue<CardFrame>(key, frame, 'dictionary'), cards };
}
