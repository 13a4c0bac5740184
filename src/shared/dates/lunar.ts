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
  try {
    LunarDay.fromYmd(year, leap ? -month : month, day);
    return good({ year, month, day, leap });
  } catch {
    return bad(leap ? 'lunarDate.noLeapMonth' : 'lunarDate.noSuchDay');
  }
}
