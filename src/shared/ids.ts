import { v7 } from 'uuid';

let last = 0;
let count = 0;

/**
 * A new id: UUID v7, so that ids grow with time and indexes stay dense; within a millisecond they count on. A clock that was set
 * back is followed: days are found by the ids of what happened on them, and a clock once wrong must not make ids of a day to come
 * until the next start.
 */
export function newId(): string {
  const now = Date.now();
  if (now > last || now < last - 1000) {
    last = now;
    count = Math.floor(Math.random() * 2 ** 31);
  } else count += 1;
  return v7({ msecs: last, seq: count });
}

/** The least id of an instant (milliseconds): what lies in time is found by its key. */
export function firstIdOf(instant: number): string {
  const hex = Math.max(0, instant).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** So far from the time of a record may its id be: made when its transaction began, or by another process. */
export const idSlack = 3_600_000;

const id = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is an id as the database keeps them. */
export const isId = (text: string): boolean => id.test(text);
