import { LunarDay } from 'tyme4ts';
import { bad, type Checked, good } from '../checked.ts';
import type { LunarDateValue } from '../fields.ts';

/** Whether such a lunar day exists; without a year only month 1–12 and day 1–30 can be checked. */
export function checkLunarDate(value: unknown): Checked<LunarDateValue> {
  if (typeof value !== 'object' || value === null) return bad('lunarDate.format');
  const { year, month, day, leap } = value as Record<string, unknown>;
  const whole = (item: unknown, from: number, to: number): item is number =>
    typeof item === 'number' && Number.isInteger(item) && item >= from && item <= to;
  if (!whole(month, 1, 12) || !whole(day, 1, 30) || typeof leap !== 'boolean') return bad('lunarDate.format');
  if (year === undefined || year === null) return good({ month, day, leap });
  if (!whole(year, 1800, 2200)) return bad('lunarDate.year');
  if (exists(year, month, day, leap)) return good({ year, month, day, leap });
  return bad(leap && !exists(year, month, 1, leap) ? 'lunarDate.noLeapMonth' : 'lunarDate.noSuchDay');
}

function exists(year: number, month: number, day: number, leap: boolean): boolean {
  try {
    return LunarDay.fromYmd(year, leap ? -month : month, day).getDay() === day;
  } catch {
    return false;
  }
}

/** The day of a lunar date of a known year in the common calendar. */
export function solarDay({ year, month, day, leap }: LunarDateValue): string | undefined {
  if (!year) return undefined;
  const solar = LunarDay.fromYmd(year, leap ? -month : month, day).getSolarDay();
  const two = (number: number) => String(number).padStart(2, '0');
  return `${solar.getYear()}-${two(solar.getMonth())}-${two(solar.getDay())}`;
}
