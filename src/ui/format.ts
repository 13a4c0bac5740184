import i18next from 'i18next';
import { addDays, clockText, localDay, plannedText } from '#shared/dates/zoned.ts';

let zone = 'Asia/Shanghai';
let currency = 'CNY';

/** Days, times and sums on every page are the company's, wherever its reader is; told as soon as the session is known. */
export function setCompany(company: { timeZone: string; currency: string }): void {
  zone = company.timeZone;
  currency = company.currency;
}

export const companyCurrency = (): string => currency;

export const companyZone = (): string => zone;

/** The company's day, `days` from today. */
export const companyToday = (days = 0): string => addDays(localDay(new Date(), zone), days);

/** A day or instant as people here write it: 2026-11-24, 2026-11-24 15:30 (company's time zone). */
export function formatTime(value: string | null, withTime = true): string {
  if (!value) return '';
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  return withTime ? clockText(new Date(value), zone) : localDay(new Date(value), zone);
}

/** An instant of something planned: at midnight only its day. */
export const formatPlanned = (value: string): string => plannedText(new Date(value), zone);

export const formatNumber = (value: number): string => new Intl.NumberFormat(i18next.language).format(value);

const wide = () => i18next.language !== 'en-US';

/** Names one after the other, as the language separates them. */
export const listed = (items: string[]): string => items.join(wide() ? '、' : ', ');

/** Parts of a sentence one after the other. */
export const clauses = (items: string[]): string => items.join(wide() ? '；' : '; ');

/** What something is, then the thing. */
export const labelled = (name: string, text = ''): string => `${name}${wide() ? '：' : ': '}${text}`;
