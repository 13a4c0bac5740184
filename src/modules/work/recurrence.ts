import ICAL from 'ical.js';

/**
 * Recurrence rules (RFC 5545) a task may have, and the next day they give. Rules count in local wall-clock time; where a month
 * lacks the day (31st, 29 February) its last day is meant, which RFC 7529 calls SKIP=BACKWARD (docs/decisions/0020).
 */
export interface Rule {
  freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  interval: number;
  count: number | null;
  /** Last day, inclusive. */
  until: string | null;
  byDay: string[];
  byMonthDay: number | null;
}

const weekday = /^(MO|TU|WE|TH|FR|SA|SU)$/;
const ordinalWeekday = /^(-1|[1-4])(MO|TU|WE|TH|FR|SA|SU)$/;

/** The rule, or null when it is none we keep. */
export function parseRule(text: string): Rule | null {
  const rule: Rule = { freq: 'DAILY', interval: 1, count: null, until: null, byDay: [], byMonthDay: null };
  const seen = new Set<string>();
  for (const part of text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .split(';')) {
    const [name = '', value = '', ...rest] = part.split('=');
    if (rest.length > 0 || seen.has(name) || !take(rule, name, value)) return null;
    seen.add(name);
  }
  if (!seen.has('FREQ') || (rule.count !== null && rule.until !== null)) return null;
  const monthly = rule.freq === 'MONTHLY';
  if (rule.byMonthDay !== null && (!monthly || rule.byDay.length > 0)) return null;
  const days =
    rule.freq === 'WEEKLY' ? rule.byDay.every((day) => weekday.test(day)) : monthly && rule.byDay.length === 1;
  if (rule.byDay.length > 0 && !days) return null;
  if (monthly && rule.byDay.some((day) => !ordinalWeekday.test(day))) return null;
  return rule;
}

function take(rule: Rule, name: string, value: string): boolean {
  const whole = (most: number) =>
    /^\d{1,3}$/.test(value) && Number(value) >= 1 && Number(value) <= most ? Number(value) : null;
  switch (name) {
    case 'FREQ':
      if (!['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].includes(value)) return false;
      rule.freq = value as Rule['freq'];
      return true;
    case 'INTERVAL':
      rule.interval = whole(99) ?? 0;
      return rule.interval > 0;
    case 'COUNT':
      rule.count = whole(999);
      return rule.count !== null;
    case 'UNTIL': {
      const match = /^(\d{4})-?(\d\d)-?(\d\d)(T\d{6}Z?)?$/.exec(value);
      if (!match) return false;
      rule.until = `${match[1]}-${match[2]}-${match[3]}`;
      return isDay(rule.until);
    }
    case 'BYDAY':
      rule.byDay = value.split(',');
      return rule.byDay.length <= 7 && new Set(rule.byDay).size === rule.byDay.length;
    case 'BYMONTHDAY':
      rule.byMonthDay = value === '-1' ? -1 : whole(31);
      return rule.byMonthDay !== null;
    case 'RSCALE':
      return value === 'GREGORIAN';
    case 'SKIP':
      return value === 'BACKWARD';
    case 'WKST':
      return value === 'MO';
    default:
      return false;
  }
}

const isDay = (day: string) => {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === day;
};

/** The rule as text, one spelling for equal rules. */
export function formatRule(rule: Rule): string {
  return [
    `FREQ=${rule.freq}`,
    rule.interval > 1 ? `INTERVAL=${rule.interval}` : '',
    rule.byDay.length > 0 ? `BYDAY=${rule.byDay.join(',')}` : '',
    rule.byMonthDay === null ? '' : `BYMONTHDAY=${rule.byMonthDay}`,
    rule.count === null ? '' : `COUNT=${rule.count}`,
    rule.until === null ? '' : `UNTIL=${rule.until.replaceAll('-', '')}`,
  ]
    .filter((part) => part !== '')
    .join(';');
}

/** Days one rule may be expanded to, whatever it says: 27 years of a daily rule. */
const longest = 10_000;

/** Days of the series from its first day on. */
export function* occurrences(rule: Rule, start: string): Generator<string> {
  const days = clamped(rule) ? monthEnds(rule, start) : byLibrary(rule, start);
  let made = 0;
  for (const day of days) {
    made += 1;
    if (made > longest || (rule.count !== null && made > rule.count) || (rule.until !== null && day > rule.until))
      return;
    yield day;
  }
}

/** ical.js rolls 29 February over to 1 March and skips months without a 31st: these are counted here. */
const clamped = (rule: Rule) =>
  rule.byDay.length === 0 && (rule.freq === 'YEARLY' || (rule.freq === 'MONTHLY' && rule.byMonthDay !== -1));

function* monthEnds(rule: Rule, start: string): Generator<string> {
  const [year = 0, month = 0, startDay = 0] = start.split('-').map(Number);
  const wanted = rule.byMonthDay ?? startDay;
  const step = rule.interval * (rule.freq === 'YEARLY' ? 12 : 1);
  for (let index = 0; ; index += 1) {
    const months = year * 12 + month - 1 + index * step;
    const last = new Date(Date.UTC(Math.floor(months / 12), (months % 12) + 1, 0));
    last.setUTCDate(Math.min(wanted, last.getUTCDate()));
    const day = last.toISOString().slice(0, 10);
    if (day >= start) yield day;
  }
}

function* byLibrary(rule: Rule, start: string): Generator<string> {
  const text = formatRule({ ...rule, count: null, until: null });
  const iterator = ICAL.Recur.fromString(text).iterator(ICAL.Time.fromDateString(start));
  for (let next = iterator.next(); next; next = iterator.next()) yield next.toString().slice(0, 10);
}

/** First day of the series after `after` that is not before `notBefore`; null when the series ends. */
export function nextDay(rule: Rule, start: string, after: string, notBefore: string): string | null {
  for (const day of occurrences(rule, start)) if (day > after && day >= notBefore) return day;
  return null;
}

/** Days of the series after `after` and within the span, for the calendar. */
export function daysWithin(rule: Rule, start: string, after: string, from: string, to: string): string[] {
  const found: string[] = [];
  for (const day of occurrences(rule, start)) {
    if (day > to || found.length >= 366) break;
    if (day > after && day >= from) found.push(day);
  }
  return found;
}
