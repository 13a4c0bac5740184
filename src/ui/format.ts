import i18next from 'i18next';

/** A day or instant as people here write it: 2026-11-24, 2026-11-24 15:30 (company's time zone). */
export function formatTime(value: string | null, withTime = true): string {
  if (!value) return '';
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'short',
    ...(withTime ? { timeStyle: 'short' } : {}),
  }).format(new Date(value));
}

export const formatNumber = (value: number): string => new Intl.NumberFormat(i18next.language).format(value);
