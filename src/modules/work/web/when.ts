import i18next from 'i18next';
import { addDays, instantOf, localTime } from '#shared/dates/zoned.ts';
import { companyToday } from '#ui/format.ts';
import { useSession } from '#ui/session.tsx';

/** Today and conversions in the company's time zone. */
export function useCompanyTime() {
  const { timeZone } = useSession().org;
  const today = companyToday();
  return {
    timeZone,
    today,
    /** Value of a `datetime-local` input. */
    local: (instant: string) => localTime(new Date(instant), timeZone).slice(0, 16),
    /** What a `datetime-local` input says as an instant; what no clock shows stays as it is and is refused with its field. */
    instant: (local: string) => {
      try {
        return instantOf(local.length === 16 ? `${local}:00` : local, timeZone).toISOString();
      } catch {
        return local;
      }
    },
  };
}

/** `11-26 周四`, with the year when it is another one; today and its neighbours by name. */
export function dayText(day: string, today: string, t: (key: string) => string): string {
  if (day === today) return t('work.today.today');
  if (day === addDays(today, 1)) return t('work.today.tomorrow');
  if (day === addDays(today, -1)) return t('work.today.yesterday');
  const weekday = new Intl.DateTimeFormat(i18next.language, { weekday: 'short', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
  return `${day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day} ${weekday}`;
}

/** Monday of the week of a day. */
export const mondayOf = (day: string): string => {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(day, -weekday);
};
