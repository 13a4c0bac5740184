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
