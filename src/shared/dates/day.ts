import { bad, type Checked, good } from '../checked.ts';
import { normalizeText } from '../text/normalize.ts';
import { instantOf, localDay } from './zoned.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekday =
  /^(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? |(?:星期|周)[一二三四五六日天] ?)/i;
const clock = /[T ] ?(?:[上下]午 ?)?([01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?: ?[ap]m)?$/i;

/**
 * A calendar day as people write it in forms and sheets, as `YYYY-MM-DD`. A day/month order that could be either is refused; an
 * instant with an offset is the day it falls on in the zone.
 */
export function parseDay(raw: string, zone: string): Checked<string> {
  const text = normalizeText(raw);
  const instant = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (instant?.[3]) {
    const date = new Date(text.replace(' ', 'T'));
    if (Number.isNaN(date.getTime())) return bad('date.format');
    return good(localDay(date, zone));
  }
  // A weekday before the day and a time of that day's clocks behind it say nothing more.
  const written = text.replace(weekday, '').replace(clock, '');
  const yearFirst =
    /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$/.exec(written) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(written);
  if (yearFirst) return dayOf(yearFirst[1], yearFirst[2], yearFirst[3]);
  const named = /^(\d{1,2})(?:st|nd|rd|th)?[ -]?([a-z]{3})[a-z]*\.?,?[ -]?(\d{4})$/i.exec(written);
  if (named) return dayOf(named[3], String(months.indexOf((named[2] ?? '').toLowerCase()) + 1), named[1]);
  const americanNamed = /^([a-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/i.exec(written);
  if (americanNamed)
    return dayOf(
      americanNamed[3],
      String(months.indexOf((americanNamed[1] ?? '').toLowerCase()) + 1),
      americanNamed[2],
    );
  const yearLast = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(written);
  if (yearLast) {
    const [, a = '', b = '', year] = yearLast;
    if (Number(a) > 12) return dayOf(year, b, a);
    if (Number(b) > 12 || a === b) return dayOf(year, a, b);
    return bad('date.ambiguous');
  }
  return bad('date.format');
}

/** An instant in ISO format; a time without offset is one of the zone's clocks, a day alone its midnight there. */
export function parseInstant(raw: string, zone: string): Checked<string> {
  const text = normalizeText(raw).replace(' ', 'T');
  const offset = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) && text.includes('T');
  const local = /^(\d{4}-\d{2}-\d{2})(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)?$/.exec(text);
  if (!offset && !(local?.[1] && parseDay(local[1], zone).ok)) return bad('date.format');
  const date = offset ? new Date(text) : instantOf(text, zone);
  return Number.isNaN(date.getTime()) ? bad('date.format') : good(date.toISOString());
}

function dayOf(year = '', month = '', day = ''): Checked<string> {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  if (!exists || Number(year) < 1000) return bad('date.noSuchDay');
  return good(date.toISOString().slice(0, 10));
}
