import { bad, type Checked, good } from '../checked.ts';
import { normalizeText } from '../text/normalize.ts';

const usccAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** Unified social credit code (GB 32100-2015): check character (31 − Σ vᵢ·3^(i−1) mod 31) mod 31. Returns it in capitals. */
export function checkUscc(raw: string): Checked<string> {
  const code = normalizeText(raw).replace(/\s/g, '').toUpperCase();
  if (code.length !== 18) return bad('uscc.length');
  if (!/^[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}$/.test(code)) return bad('uscc.characters');
  let sum = 0;
  let weight = 1;
  for (const character of code.slice(0, 17)) {
    sum += usccAlphabet.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  const expected = usccAlphabet[(31 - (sum % 31)) % 31];
  return code[17] === expected ? good(code) : bad('uscc.checkDigit');
}

const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Resident identity card number (GB 11643): an existing date of birth and the mod-11 check character. */
export function checkIdCard(raw: string): Checked<string> {
  const code = normalizeText(raw).replace(/\s/g, '').toUpperCase();
  if (!/^\d{17}[\dX]$/.test(code)) return bad('idCard.format');
  const year = Number(code.slice(6, 10));
  const month = Number(code.slice(10, 12));
  const day = Number(code.slice(12, 14));
  const date = new Date(Date.UTC(year, month - 1, day));
  if (year < 1800 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return bad('idCard.birthDate');
  const sum = idWeights.reduce((total, weight, index) => total + weight * Number(code[index]), 0);
  return code[17] === '10X98765432'[sum % 11] ? good(code) : bad('idCard.checkDigit');
}

/** Postcode: six digits in China, elsewhere 3–10 letters, digits, spaces and dashes. */
export function checkPostcode(raw: string, country = 'CN'): Checked<string> {
  const code = normalizeText(raw).toUpperCase();
  const fits = country === 'CN' ? /^\d{6}$/.test(code) : /^[A-Z0-9][A-Z0-9 -]{1,8}[A-Z0-9]$/.test(code);
  return fits ? good(code) : bad(country === 'CN' ? 'postcode.china' : 'postcode.format');
}

/** Bank account: 8–32 letters and digits. Company accounts do not follow Luhn, so it is not asked for. */
export function checkBankCard(raw: string): Checked<string> {
  const code = normalizeText(raw).replace(/[\s-]/g, '').toUpperCase();
  return /^[A-Z0-9]{8,32}$/.test(code) ? good(code) : bad('bankCard.format');
}
