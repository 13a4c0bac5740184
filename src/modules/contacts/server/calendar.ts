import { LunarDay, SolarDay } from 'tyme4ts';
import type { LunarDateValue } from '#shared/fields.ts';

const isLeapYear = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const parts = (day: string): [number, number, number] => {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return [year, month, date];
};

export interface BirthdayCodes {
  /** Month × 100 + day, as in `birthday_code`. */
  solar: number[];
  /** The same of the lunar calendar, as in `lunar_birthday_code`: 10000 more in a leap month. */
  lunar: number[];
}

/**
 * The birthdays celebrated on a day. Born on 29 February: on the 28th of common years. Born in a leap month: in the leap
 * month where the year has it, else in the ordinary month of the same number. Born on the 30th: on the 29th of a short month.
 */
export function celebratedOn(day: string): BirthdayCodes {
  const [year, month, date] = parts(day);
  const solar = [month * 100 + date];
  if (month === 2 && date === 28 && !isLeapYear(year)) solar.push(229);
  const lunarDay = SolarDay.fromYmd(year, month, date).getLunarDay();
  const lunarMonth = lunarDay.getLunarMonth();
  const number = Math.abs(lunarMonth.getMonthWithLeap());
  const dates = [lunarDay.getDay()];
  if (lunarMonth.getDayCount() === 29 && lunarDay.getDay() === 29) dates.push(30);
  const leapMonth = lunarMonth.getLunarYear().getLeapMonth();
  const lunar = dates.flatMap((item) => {
    const code = number * 100 + item;
    if (lunarMonth.isLeap()) return [10000 + code];
    return leapMonth === number ? [code] : [code, 10000 + code];
  });
  return { solar, lunar };
}

/** The solar day of birth of a lunar date with a year; undefined without one or when there is no such day. */
function solarBirth(lunar: LunarDateValue): string | undefined {
  if (!lunar.year) return undefined;
  try {
    const day = LunarDay.fromYmd(lunar.year, lunar.leap ? -lunar.month : lunar.month, lunar.day).getSolarDay();
    return `${day.getYear()}-${String(day.getMonth()).padStart(2, '0')}-${String(day.getDay()).padStart(2, '0')}`;
  } catch {
    return undefined;
  }
}

/** Completed years on a day (周岁); null when the year of birth is unknown or lies ahead. */
export function ageOn(day: string, birthday: string | undefined, lunar?: LunarDateValue): number | null {
  const born = birthday ?? (lunar ? solarBirth(lunar) : undefined);
  if (!born || born > day) return null;
  const [year, month, date] = parts(day);
  const [bornYear, bornMonth, bornDate] = parts(born);
  // 29 February counts as reached on the 28th of a common year, the day it is celebrated.
  const celebrated = bornMonth === 2 && bornDate === 29 && !isLeapYear(year) ? 28 : bornDate;
  return year - bornYear - (month < bornMonth || (month === bornMonth && date < celebrated) ? 1 : 0);
}

/** Years completed at the lunar birthday of a day: lunar years are counted. */
export function lunarAgeOn(day: string, lunar: LunarDateValue): number | null {
  if (!lunar.year) return null;
  const [year, month, date] = parts(day);
  const now = SolarDay.fromYmd(year, month, date).getLunarDay().getYear();
  return now > lunar.year ? now - lunar.year : null;
}
