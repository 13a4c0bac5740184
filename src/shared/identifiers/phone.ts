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
/** 400/800 numbers and five- to eight-digit service numbers exist only nationally. */
const nationalService = /^(?:[48]00\d{7}|9[56]\d{3,6}|1\d{4})$/;

/** Checks a phone number in any usual writing; the default country decides numbers without a calling code. */
export function checkPhone(raw: string, defaultCountry = 'CN'): Checked<Phone> {
  const text = normalizeText(raw);
  const found = extensionPattern.exec(text);
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

/** Several numbers written into one cell. A dash or blank alone separates nothing: it belongs to the number. */
export function splitPhones(raw: string): string[] {
  return normalizeText(raw.replace(/[\r\n]+/g, ';'))
    .split(/[;,、/|]|\s(?=\+)/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
