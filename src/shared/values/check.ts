import { bad, type Checked, good } from '../checked.ts';
import { parseDay, parseInstant } from '../dates/day.ts';
import { checkLunarDate, solarDay } from '../dates/lunar.ts';
import { parseLunarText } from '../dates/lunar-text.ts';
import type { FieldDefinition, LunarDateValue } from '../fields.ts';
import { checkBankCard, checkIdCard, checkPostcode, checkUscc } from '../identifiers/codes.ts';
import { checkEmail, checkWebsite } from '../identifiers/internet.ts';
import { isId } from '../ids.ts';
import { isCurrency, parseMoney } from '../money.ts';
import { parseCountry } from '../reference/countries.ts';
import { parseIndustry } from '../reference/industries.ts';
import { normalizeLongText, normalizeText, tidyText } from '../text/normalize.ts';
import { checkAddresses, checkPhones, checkPoints } from './points.ts';

export interface CheckContext {
  /** Country whose phone numbers and postcodes are meant when none is said. */
  country: string;
  /** The record itself names that country, so that its postcodes can be no other's. */
  ownCountry?: boolean;
  currency: string;
  /** Zone in which an instant falls on a day, and in which a time without offset is meant. */
  timeZone: string;
  /** The company's day: what has happened did not happen later. */
  today: string;
}

/**
 * Checks and normalises one value of a field: typed in, imported or sent through the API. `null`, empty text and empty lists
 * mean "no value" and come back as null. Contact points that fail their check are kept and marked, not lost (D1).
 */
export function checkValue(field: FieldDefinition, raw: unknown, context: CheckContext): Checked<unknown> {
  if (raw === null || raw === undefined || raw === '' || (Array.isArray(raw) && raw.length === 0)) return good(null);
  const readable = field.type === 'text' || field.type === 'longtext' ? undefined : tooLongToRead(raw);
  if (readable) return readable;
  switch (field.type) {
    case 'text':
      return checkText(field, raw, context);
    case 'longtext': {
      if (typeof raw !== 'string' && typeof raw !== 'number') return bad('input.type');
      const text = normalizeLongText(String(raw));
      return tooLong(text, field.rules.maxLength ?? 20_000) ?? good(text || null);
    }
    case 'number':
      return checkNumber(field, raw);
    case 'money':
      return checkMoney(raw, context);
    case 'boolean':
      return checkBoolean(raw);
    case 'date':
      return hasCome(field, typeof raw === 'string' ? parseDay(raw, context.timeZone) : bad('date.format'), context);
    case 'datetime':
      return typeof raw === 'string' ? parseInstant(raw, context.timeZone) : bad('date.format');
    case 'lunarDate':
      return hasCome(field, checkLunarDate(typeof raw === 'string' ? parseLunarText(raw) : raw), context);
    case 'choice':
      return checkChoice(field, raw);
    case 'multichoice':
      return checkChoices(field, raw);
    case 'phone': {
      const checked = checkPhones([raw].flat(), context.country);
      if (checked.ok && checked.value.length > 1) return bad('phone.several');
      return checked.ok ? good(checked.value[0] ?? null) : checked;
    }
    case 'phones':
      return emptyToNull(checkPhones(raw, context.country));
    case 'email':
      return typeof raw === 'string' ? checkEmail(raw) : bad('input.type');
    case 'emails':
      return emptyToNull(checkPoints(raw, 'email'));
    case 'url':
      return typeof raw === 'string' ? checkWebsite(raw) : bad('input.type');
    case 'urls':
      return emptyToNull(checkPoints(raw, 'url'));
    case 'addresses':
      return emptyToNull(checkAddresses(raw));
    case 'texts':
      return checkTexts(raw);
    case 'region':
      return typeof raw === 'string' && /^\d{6}$/.test(raw) ? good(raw) : bad('region.unknown');
    case 'country': {
      const country = typeof raw === 'string' ? parseCountry(raw) : undefined;
      return country ? good(country) : bad('country.unknown');
    }
    case 'user':
    case 'customer':
    case 'contact':
      return typeof raw === 'string' && isId(raw) ? good(raw.toLowerCase()) : bad('link.unknown');
    case 'picture': {
      const id = typeof raw === 'string' ? raw.slice(raw.lastIndexOf('/') + 1) : '';
      return isId(id) ? good(id.toLowerCase()) : bad('picture.unknown');
    }
    default:
      return bad('field.readOnly');
  }
}

function hasCome<T extends string | LunarDateValue>(
  field: FieldDefinition,
  checked: Checked<T>,
  { today }: CheckContext,
): Checked<T> {
  if (!field.rules.past || !checked.ok) return checked;
  const day = typeof checked.value === 'string' ? checked.value : solarDay(checked.value);
  return day !== undefined && day > today ? bad('date.future') : checked;
}

const tooLong = (text: string, maximum: number): Checked<never> | undefined =>
  [...text].length > maximum ? bad('input.tooLong', { maximum }) : undefined;

const longestWriting = 20_000;

/** What is written is taken apart by patterns whose time may grow with the square of its length: a text no value needs is not read at all. */
function tooLongToRead(raw: unknown): Checked<never> | undefined {
  const writings = [raw].flat().map((item) => (typeof item === 'string' ? item.length : 0));
  return writings.some((length) => length > longestWriting)
    ? bad('input.tooLong', { maximum: longestWriting })
    : undefined;
}

const emptyToNull = (checked: Checked<unknown[]>): Checked<unknown> =>
  checked.ok && checked.value.length === 0 ? good(null) : checked;

function checkText(field: FieldDefinition, raw: unknown, context: CheckContext): Checked<unknown> {
  if (typeof raw !== 'string' && typeof raw !== 'number') return bad('input.type');
  const text = tidyText(String(raw));
  if (text === '') return good(null);
  switch (field.rules.format) {
    case 'uscc':
      return checkUscc(text);
    case 'idCard':
      return checkIdCard(text);
    case 'postcode':
      return checkPostcode(
        text,
        /^\d{6}$/.test(text) || context.ownCountry || context.country !== 'CN' ? context.country : '',
      );
    case 'bankCard':
      return checkBankCard(text);
    default:
      return tooLong(text, field.rules.maxLength ?? 500) ?? good(text);
  }
}

function checkNumber(field: FieldDefinition, raw: unknown): Checked<number> {
  const number = typeof raw === 'string' ? Number(normalizeText(raw).replace(/,/g, '')) : raw;
  if (typeof number !== 'number' || !Number.isFinite(number) || Math.abs(number) > 1e15) return bad('number.format');
  const { min, max, decimals } = field.rules;
  if (min !== undefined && number < min) return bad('number.min', { min });
  if (max !== undefined && number > max) return bad('number.max', { max });
  if (decimals !== undefined && Math.abs(number * 10 ** decimals - Math.round(number * 10 ** decimals)) > 1e-6) {
    return bad('number.decimals', { decimals });
  }
  return good(number);
}

function checkMoney(raw: unknown, context: CheckContext): Checked<unknown> {
  if (typeof raw === 'string') return parseMoney(raw, context.currency);
  if (typeof raw === 'number') return parseMoney(String(raw), context.currency);
  const { amount, currency } = raw as { amount?: unknown; currency?: unknown };
  if (typeof amount !== 'string' || !/^-?\d{1,18}$/.test(amount)) return bad('money.format');
  return typeof currency === 'string' && isCurrency(currency) ? good({ amount, currency }) : bad('money.currency');
}

function checkBoolean(raw: unknown): Checked<boolean> {
  if (typeof raw === 'boolean') return good(raw);
  const text = normalizeText(String(raw)).toLowerCase();
  if (['true', 'yes', 'y', '1', '是', '有', '√'].includes(text)) return good(true);
  if (['false', 'no', 'n', '0', '否', '无', '×'].includes(text)) return good(false);
  return bad('boolean.format');
}

/** Key of an option given by key or by its name in either language. */
function optionKey(field: FieldDefinition, raw: unknown): string | undefined {
  const text = normalizeText(String(raw));
  if (field.rules.reference === 'industry') return parseIndustry(text);
  const lower = text.toLowerCase();
  // People write `A类` for A and `北美` for 北美洲.
  const written = [lower, lower.replace(/(?<=.)[级类等]$/, ''), `${lower}洲`];
  return (
    field.options.find((option) => option.key === text) ??
    field.options.find(({ key, zh, en }) => [key, zh, en].some((name) => written.includes(name.toLowerCase())))
  )?.key;
}

function checkChoice(field: FieldDefinition, raw: unknown): Checked<unknown> {
  if (typeof raw !== 'string' && typeof raw !== 'number') return bad('input.type');
  const key = optionKey(field, raw);
  return key ? good(key) : bad('choice.unknown', { value: String(raw).slice(0, 50) });
}

/** Several choices in one text. */
export const splitChoices = (text: string): string[] => text.split(/[;,，；、|]/).filter((item) => item.trim() !== '');

function checkChoices(field: FieldDefinition, raw: unknown): Checked<unknown> {
  const items = typeof raw === 'string' ? splitChoices(raw) : raw;
  if (!Array.isArray(items) || items.length > 100) return bad('input.type');
  const keys: string[] = [];
  for (const item of items) {
    const key = optionKey(field, item);
    if (!key) return bad('choice.unknown', { value: String(item).trim().slice(0, 50) });
    if (!keys.includes(key)) keys.push(key);
  }
  return good(keys.length > 0 ? keys : null);
}

function checkTexts(raw: unknown): Checked<unknown> {
  const items = typeof raw === 'string' ? raw.split(/[;；\n]/) : raw;
  if (!Array.isArray(items) || items.length > 100) return bad('input.type');
  const texts: string[] = [];
  for (const item of items) {
    if (typeof item !== 'string') return bad('input.type');
    const text = tidyText(item);
    if ([...text].length > 200) return bad('input.tooLong', { maximum: 200 });
    if (text !== '' && !texts.includes(text)) texts.push(text);
  }
  return good(texts.length > 0 ? texts : null);
}
