import { normalizeText } from '../text/normalize.ts';

const oneDigit = /^[17]/;
const twoDigits = /^(20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/**
 * A stored number as people here write it: mainland mobiles `138 0013 8000`, landlines `0571-84580531`, foreign ones with
 * the calling code apart. What is not E.164 (400 numbers, wrong entries) stays as it is.
 */
export function phoneText(value: string): string {
  const match = /^\+(\d{6,15})(.*)$/.exec(value);
  if (!match?.[1]) return value;
  const digits = match[1];
  const rest = match[2] ?? '';
  if (digits.startsWith('86')) {
    const national = digits.slice(2);
    const mobile = /^(1[3-9]\d)(\d{4})(\d{4})$/.exec(national);
    if (mobile) return `${mobile.slice(1).join(' ')}${rest}`;
    const landline = /^(10|2\d|[3-9]\d{2})(\d{7,8})$/.exec(national);
    if (landline) return `0${landline[1]}-${landline[2]}${rest}`;
  }
  const code = oneDigit.test(digits) ? 1 : twoDigits.test(digits) ? 2 : 3;
  return `+${digits.slice(0, code)} ${digits.slice(code)}${rest}`;
}

/** Words that stand around a number: whose it is, what kind of line, its extension. */
const around =
  /(?:转|分机|ext(?:ension)?\.?|x|#)\s*[:：]?\s*\d{1,8}\s*$|[\p{Script=Han}]+|\b(?:tel|telephone|phone|mobile|mob|cell|fax)\b|[(（][^()（）]*\p{L}[^()（）]*[)）]/giu;

/**
 * Whether what was typed may be numbers at all, as far as that is seen without knowing every country: a page asks again, the
 * server decides (`checkPhone`, whose tables are too large to be carried to every page and phone).
 */
export function couldBePhone(text: string): boolean {
  const parts = normalizeText(text)
    .split(/[;,、/|]/)
    .filter((part) => part.trim() !== '');
  return (
    parts.length > 0 &&
    parts.every((part) => {
      const number = part.replace(around, ' ').replace(/[\s:.]+$/, '');
      const digits = number.replace(/\D/g, '');
      if (digits.length < 3 || digits.length > 17 || /[^\d\s()+\-./–—:]/.test(number)) return false;
      // A mobile number here with a digit too few or too many, which is what slips in most.
      const national = /^(?:\+|00)/.test(number.trim())
        ? digits.replace(/^(?:00)?86/, '')
        : digits.replace(/^86(?=1)/, '');
      const here = !/^(?:\+|00)/.test(number.trim()) || /^(?:\+|00)\s*86/.test(number.trim());
      return !(here && /^1[3-9]\d{4,}$/.test(national) && national.length !== 11);
    })
  );
}
