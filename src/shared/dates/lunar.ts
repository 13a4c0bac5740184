import { LunarDay, LunarMonth, type SolarDay } from 'tyme4ts';
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
  try {
    LunarDay.fromYmd(year, leap ? -month : month, day);
    return good({ year, month, day, leap });
  } catch {
    return bad(leap ? 'lunarDate.noLeapMonth' : 'lunarDate.noSuchDay');
  }
}

/**
 * Solar day of a lunar birthday in the lunar year that begins in `year`. In a year without that leap month it falls in
 * the ordinary month; a 30th in a short month falls on the 29th.
 */
export function lunarToSolarDay(value: LunarDateValue, year: number): string {
  const month = value.leap && hasMonth(year, -value.month) ? -value.month : value.month;
  const days = LunarMonth.fromYm(year, month).getDayCount();
  const solar = LunarDay.fromYmd(year, month, Math.min(value.day, days)).getSolarDay();
  return solarText(solar);
}

function hasMonth(year: number, month: number): boolean {
  try {
    LunarMonth.fromYm(year, month);
    return true;
  } catch {
    return false;
  }
}

const solarText = (day: SolarDay) =>
  `${day.getYear()}-${String(day.getMonth()).padStart(2, '0')}-${String(day.getDay()).padStart(2, '0')}`;
