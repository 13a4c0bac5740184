import { checkLunarDate } from '#shared/dates/lunar.ts';
import type { LunarDateValue } from '#shared/fields.ts';

/** The sixty-year cycle that telephones count 1984 as the first year of. */
const cycle = { number: 78, first: 1984 };
const two = (number: number) => String(number).padStart(2, '0');

/** As iPhones write a birthday of the Chinese calendar: cycle, year in it, month, `L` for a leap one, day; a hyphen for what is not known. */
export function writeLunarBirthday({ year, month, day, leap }: LunarDateValue): string {
  const since = (year ?? 0) - cycle.first;
  const number = cycle.number + Math.floor(since / 60);
  const inCycle = since - Math.floor(since / 60) * 60 + 1;
  const when = year ? [number, inCycle].map((part) => String(part).padStart(4, '0')).join('') : '--';
  return `${when}${two(month)}${leap ? 'L' : ''}${two(day)}`;
}

const written = /^(?:(\d{4})(\d{4})|(\d{4})-?|--)(\d{2})(L?)-?(\d{2})$/;

/** Reads it back; some address books write the common year instead of the cycle. */
export function readLunarBirthday(text: string): LunarDateValue | undefined {
  const [, number, inCycle, common, month, leap, day] = written.exec(text) ?? [];
  if (month === undefined) return undefined;
  const year = number
    ? (Number(number) - cycle.number) * 60 + cycle.first + Number(inCycle) - 1
    : common && Number(common);
  const checked = checkLunarDate({
    ...(year ? { year } : {}),
    month: Number(month),
    day: Number(day),
    leap: leap === 'L',
  });
  return checked.ok ? checked.value : undefined;
}
