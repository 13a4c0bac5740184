import { Problem } from '../errors.ts';

/** Kept: each holds native memory, and one made for every cell of a large sheet takes half a gigabyte. */
const formats = new Map<string, Intl.DateTimeFormat>();
function format(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(zone, found);
  }
  return found;
}

/** Wall clock of an instant in the zone: `2026-11-25T09:30:00`. */
export const localTime = (instant: Date, zone: string): string => format(zone).format(instant).replace(' ', 'T');

/** Day and minute of an instant in the zone, for texts: `2026-11-25 09:30`. */
export const clockText = (instant: Date, zone: string): string =>
  localTime(instant, zone).slice(0, 16).replace('T', ' ');

/** The same of something planned: at the stroke of midnight it stands for the whole day. */
export const plannedText = (instant: Date, zone: string): string => clockText(instant, zone).replace(/ 00:00$/, '');

/** Calendar day of an instant in the zone. */
export const localDay = (instant: Date, zone: string): string => localTime(instant, zone).slice(0, 10);

/** Years before have less than four digits on the clocks they are read from, whatever the zone. */
const earliest = Date.UTC(1000, 0, 3);

/**
 * The instant of a wall clock in the zone. A time the clocks skip in spring becomes the same distance after the gap; of a time
 * they show twice in autumn the first is meant (RFC 5545, 3.3.5).
 */
export function instantOf(local: string, zone: string): Date {
  const asUtc = Date.parse(`${local.length === 10 ? `${local}T00:00:00` : local}Z`);
  if (!(asUtc >= earliest)) throw new Problem(400, 'date.range');
  const offset = (at: number) => Date.parse(`${localTime(new Date(at), zone)}Z`) - at;
  // The clock before a change decides: in the gap it carries past it, in the doubled hour it names the first.
  const before = offset(asUtc - 86_400_000);
  const first = asUtc - before;
  if (offset(first) === before) return new Date(first);
  const second = asUtc - offset(first);
  return new Date(offset(second) === asUtc - second ? second : first);
}

/** A day moved by whole days; refused where it would leave the years that are written with four digits. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  const text = date.toISOString();
  if (!/^\d/.test(text)) throw new Problem(400, 'date.range');
  return text.slice(0, 10);
}

/** The later of two days. */
export function laterDay(a: string, b: string): string {
  if (a > b) return a;
  return b;
}
