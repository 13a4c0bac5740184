import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { bad, type Checked, good } from '../checked.ts';
import { normalizeText } from '../text/normalize.ts';

export interface Phone {
  raw: string;
  /** `+8613800138000`; null for numbers that only work inside the country (95xxx, 400). */
  e164: string | null;
  extension: string | null;
}

const extensionPattern = /(?:转|分机|ext\.?|extension|x|#)\s*[:：]?\s*(\d{1,8})\s*$/i;
/** The way landlines here are written with an extension: `010-62345678-801`. */
const dashExtension = /(?<=^(?:\+?86[- ]?)?\(?0?\d{2,3}\)?[- ]?\d{7,8})-(\d{1,6})$/;
/** 400/800 numbers and five- to eight-digit service numbers exist only nationally. */
const nationalService = /^(?:[48]00\d{7}|9[56]\d{3,6}|1\d{4})$/;

/** Checks a phone number in any usual writing; the default country decides numbers without a calling code. */
export function checkPhone(raw: string, defaultCountry = 'CN'): Checked<Phone> {
  const text = normalizeText(raw);
  const found = extensionPattern.exec(text) ?? (defaultCountry === 'CN' ? dashExtension.exec(text) : null);
  const extension = found?.[1] ?? null;
  const base = (found ? text.slice(0, found.index) : text).replace(/^00(?=[1-9])/, '+').trim();
  const digits = base.replace(/\D/g, '');
  if (digits.length < 3) return bad('phone.tooShort');
  if (digits.length > 17) return bad('phone.tooLong');
  if (/[^\d\s()+\-./–—]/.test(base)) return bad('phone.characters');
  if (defaultCountry === 'CN' && nationalService.test(digits) && !base.startsWith('+')) {
    return good({ raw: text, e164: null, extension });
  }
  const parsed = parsePhoneNumberFromString(base, defaultCountry as CountryCode);
  if (!parsed?.isValid()) return bad('phone.invalid');
  return good({ raw: text, e164: parsed.number, extension });
}

/** Whether a stored number is surely a mobile's. */
export const isMobile = (e164: string): boolean => parsePhoneNumberFromString(e164)?.getType() === 'MOBILE';

/** A number with what stands around it: `手机：138 0013 8000`, `王总 138…`, `138…（王总）`. */
const remarked =
  /^([^\d+(]*?)[\s:.]*([+(]?\d[^:\p{Script=Han}]*?(?:(?:转|分机)\s*\d+)?)\s*(?:\(([^()]*\p{L}[^()]*)\))?$/u;
const saysOnlyPhone = /^(?:(?:联系)?电话|手机(?:号码?)?|座机|固话|tel|telephone|phone|mobile|mob|cell|[tmp])?$/i;
const withAreaCode = /^\(?(0\d{2,3})\)?[- ]?\d{7,8}(?!\d)/;

/**
 * Several numbers written into one cell. A dash or blank alone separates nothing: it belongs to the number. Whose number it is
 * becomes its note; a landline behind another is in the same town: `0571-84580531/84580532`.
 */
export function splitPhones(raw: string): { value: string; raw: string; note?: string }[] {
  const parts = normalizeText(raw.replace(/[\r\n]+/g, ';'))
    .split(/[;,、/|]|(?<=[\d)])\s(?=\+)|(?<=1[3-9]\d{9})\s(?=1[3-9]\d{9})/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  let area = '';
  return parts.map((part) => {
    // Longer than any number with its remark: the pattern would try every place of it.
    const [, before = '', number = part, behind] = (part.length <= 200 && remarked.exec(part)) || [];
    area = withAreaCode.exec(number)?.[1] ?? area;
    const value = area !== '' && /^\d{7,8}$/.test(number) ? `${area}-${number}` : number;
    const note = saysOnlyPhone.test(before) ? behind : before;
    return { value, raw: part, ...(note ? { note } : {}) };
  });
}
