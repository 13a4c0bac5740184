import { bad, type Checked, good } from '../checked.ts';
import type { AddressValue, PhoneValue, TextPointValue } from '../fields.ts';
import { checkEmail, checkWebsite, splitEmails, splitWebsites } from '../identifiers/internet.ts';
import { checkPhone, splitPhones } from '../identifiers/phone.ts';
import { parseCountry } from '../reference/countries.ts';
import { normalizeLongText, normalizeText, tidyText } from '../text/normalize.ts';

const maximum = 50;

/** `type` and `note` of a contact point, if they are short texts. */
function extras(item: Record<string, unknown>): { type?: string; note?: string } | undefined {
  const result: { type?: string; note?: string } = {};
  for (const key of ['type', 'note'] as const) {
    const value = item[key];
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'string' || value.length > 200) return undefined;
    result[key] = tidyText(value);
  }
  return result;
}

function entries(
  raw: unknown,
  split: (text: string) => Record<string, unknown>[],
): Record<string, unknown>[] | undefined {
  const list = typeof raw === 'string' || typeof raw === 'number' ? split(String(raw)) : raw;
  if (!Array.isArray(list) || list.length > maximum) return undefined;
  return list.flatMap((item) => {
    if (typeof item === 'string') return split(item);
    return typeof item === 'object' && item !== null ? [item as Record<string, unknown>] : [{ value: 42 }];
  });
}

/** Phones with type and note. A number that fails its check is kept as written and marked `valid: false`. */
export function checkPhones(raw: unknown, country: string): Checked<PhoneValue[]> {
  const items = entries(raw, splitPhones);
  if (!items) return bad('input.type');
  const phones: PhoneValue[] = [];
  for (const item of items) {
    // The raw writing is what a person typed; the value of an unchanged entry comes back in E.164.
    const written = item.raw ?? item.value;
    const more = extras(item);
    if (typeof written !== 'string' || !more || written.length > 100) return bad('input.type');
    const text = normalizeText(typeof item.value === 'string' && item.value !== '' ? item.value : written);
    if (text === '') continue;
    const checked = checkPhone(text, country);
    const extension = checked.ok && checked.value.extension ? ` ext. ${checked.value.extension}` : '';
    const value = checked.ok ? `${checked.value.e164 ?? text}${extension}` : text;
    if (phones.some((phone) => phone.value === value)) continue;
    phones.push({ value, raw: normalizeText(written), ...more, valid: checked.ok });
  }
  return good(phones);
}

/** Emails or web addresses with type and note; wrong ones are kept and marked. */
export function checkPoints(raw: unknown, kind: 'email' | 'url'): Checked<TextPointValue[]> {
  const split = kind === 'email' ? splitEmails : splitWebsites;
  const items = entries(raw, (text) => split(text).map((value) => ({ value })));
  if (!items) return bad('input.type');
  const points: TextPointValue[] = [];
  for (const item of items) {
    const more = extras(item);
    if (typeof item.value !== 'string' || !more || item.value.length > 2000) return bad('input.type');
    const text = normalizeText(item.value);
    if (text === '') continue;
    const checked = kind === 'email' ? checkEmail(text) : checkWebsite(text);
    const value = checked.ok ? checked.value : text;
    if (points.some((point) => point.value.toLowerCase() === value.toLowerCase())) continue;
    points.push({ value, ...more, valid: checked.ok });
  }
  return good(points);
}

/** Of a number, email or site, or a list of them, those that failed their check and were kept as written. */
export const wrongPoints = (value: unknown): TextPointValue[] =>
  ([value].flat() as (TextPointValue | null | undefined)[]).flatMap((point) => (point?.valid === false ? [point] : []));

/** Why such a point fails; undefined where its field checks nothing of the kind. */
export function faultOfPoint(
  type: string,
  point: TextPointValue,
  country: string,
): Exclude<Checked<unknown>, { ok: true }> | undefined {
  const check = { phone: checkPhone, phones: checkPhone, emails: checkEmail, urls: checkWebsite }[type];
  const checked = check?.(point.value, country);
  return checked?.ok === false ? checked : undefined;
}

/** Addresses: free text with optional country, region code and postcode. */
export function checkAddresses(raw: unknown): Checked<AddressValue[]> {
  const list = typeof raw === 'string' ? [{ text: raw }] : raw;
  if (!Array.isArray(list) || list.length > maximum) return bad('input.type');
  const addresses: AddressValue[] = [];
  for (const item of list) {
    const entry = typeof item === 'string' ? { text: item } : (item as Record<string, unknown> | null);
    const more = entry ? extras(entry) : undefined;
    if (!entry || !more || typeof entry.text !== 'string' || entry.text.length > 500) return bad('input.type');
    const text = normalizeLongText(entry.text);
    if (text === '') continue;
    const country = typeof entry.country === 'string' && entry.country !== '' ? parseCountry(entry.country) : undefined;
    if (entry.country && !country) return bad('country.unknown');
    addresses.push({
      text,
      ...(country ? { country } : {}),
      ...(typeof entry.region === 'string' && /^\d{6}$/.test(entry.region) ? { region: entry.region } : {}),
      ...(typeof entry.postcode === 'string' && entry.postcode.length <= 20 && entry.postcode
        ? { postcode: entry.postcode }
        : {}),
      ...more,
    });
  }
  return good(addresses);
}
