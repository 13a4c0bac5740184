import { bad, type Checked, good } from './checked.ts';
import type { MoneyValue } from './fields.ts';
import { normalizeText } from './text/normalize.ts';

const symbols: Record<string, string> = {
  '¥': 'CNY',
  '￥': 'CNY',
  元: 'CNY',
  人民币: 'CNY',
  RMB: 'CNY',
  $: 'USD',
  US$: 'USD',
  美元: 'USD',
  '€': 'EUR',
  欧元: 'EUR',
  '£': 'GBP',
  英镑: 'GBP',
  HK$: 'HKD',
  港币: 'HKD',
  日元: 'JPY',
};

/** Decimal places of a currency's minor unit: 2 for CNY, 0 for JPY, 3 for BHD. */
export function minorDigits(currency: string): number {
  try {
    return format('en', currency).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** Kept for the reason told in `dates/zoned.ts`. */
const formats = new Map<string, Intl.NumberFormat>();
function format(lang: string, currency: string): Intl.NumberFormat {
  const key = `${lang} ${currency}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(lang, { style: 'currency', currency });
  if (isCurrency(currency)) formats.set(key, made);
  return made;
}

const currencies = new Set(Intl.supportedValuesOf('currency'));
export const isCurrency = (code: string): boolean => currencies.has(code);

/** Money as people write it: `¥1,234.50`, `1.2万`, `3亿`, `USD 100`, `(100.00)`. Amount comes back in minor units. */
export function parseMoney(raw: string, defaultCurrency: string): Checked<MoneyValue> {
  let text = normalizeText(raw).replace(/[,\s]/g, '');
  if (text.length > 100) return bad('money.format');
  let currency = defaultCurrency;
  for (const [symbol, code] of Object.entries(symbols).sort(([a], [b]) => b.length - a.length)) {
    if (text.includes(symbol)) {
      currency = code;
      text = text.replace(symbol, '');
      break;
    }
  }
  const code = /^([A-Z]{3})(?=[\d(-])|(?<=[\d)万亿])([A-Z]{3})$/i.exec(text);
  if (code) {
    currency = (code[1] ?? code[2] ?? '').toUpperCase();
    text = text.replace(code[0], '');
  }
  if (!isCurrency(currency)) return bad('money.currency');
  const negative = /^\(.*\)$/.test(text) || text.startsWith('-');
  const match = /^(\d+)(?:\.(\d+))?(万|亿)?$/.exec(text.replace(/^[(-]|\)$/g, ''));
  if (!match) return bad('money.format');
  const power = minorDigits(currency) + (match[3] === '万' ? 4 : match[3] === '亿' ? 8 : 0);
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > power) return bad('money.decimals', { digits: minorDigits(currency) });
  const amount = BigInt((match[1] ?? '0') + fraction.padEnd(power, '0'));
  if (amount >= 10n ** 18n) return bad('money.tooLarge');
  return good({ amount: String(negative ? -amount : amount), currency });
}

/** A sum kept in major units, written like any other money. */
export const formatMajorMoney = (sum: number, currency: string, lang: string): string =>
  format(lang, currency).format(sum);

/** `¥1,234.50` in the reader's language. */
export function formatMoney(value: MoneyValue, lang: string): string {
  const digits = minorDigits(value.currency);
  const negative = value.amount.startsWith('-');
  const padded = value.amount.replace('-', '').padStart(digits + 1, '0');
  const text = `${negative ? '-' : ''}${padded.slice(0, padded.length - digits)}${digits ? `.${padded.slice(-digits)}` : ''}`;
  return format(lang, value.currency).format(text as unknown as number);
}
