import { formatLunar } from '../dates/lunar-text.ts';
import { clockText, plannedText } from '../dates/zoned.ts';
import type { AddressValue, FieldDefinition, LunarDateValue, MoneyValue, TextPointValue } from '../fields.ts';
import { minorDigits } from '../money.ts';
import { pictureAddress } from '../pictures.ts';
import { countryName } from '../reference/countries.ts';
import { industries } from '../reference/industries.ts';

/** A value as one sheet cell: what a person reads, and what importing the sheet again understands. */
export function cellText(
  field: FieldDefinition,
  value: unknown,
  lang: string,
  labels: Record<string, string>,
  timeZone: string,
): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  switch (field.type) {
    case 'number':
    case 'score':
      return Number(value);
    case 'boolean':
      return value ? (lang === 'en-US' ? 'Yes' : '是') : lang === 'en-US' ? 'No' : '否';
    case 'money': {
      const { amount, currency } = value as MoneyValue;
      const digits = minorDigits(currency);
      const padded = amount.replace('-', '').padStart(digits + 1, '0');
      return `${currency} ${amount.startsWith('-') ? '-' : ''}${padded.slice(0, padded.length - digits)}${digits > 0 ? `.${padded.slice(-digits)}` : ''}`;
    }
    case 'phone':
      return (value as TextPointValue).value;
    case 'phones':
    case 'emails':
    case 'urls':
      return (value as TextPointValue[]).map((item) => item.value).join('; ');
    case 'addresses':
      return (value as AddressValue[]).map((item) => item.text).join('; ');
    case 'texts':
      return (value as string[]).join('; ');
    case 'choice':
      return optionName(field, String(value), lang);
    case 'multichoice':
      return (value as string[]).map((key) => optionName(field, key, lang)).join('; ');
    case 'country':
      return countryName(String(value), lang);
    case 'lunarDate':
      return formatLunar(value as LunarDateValue, lang);
    case 'user':
    case 'customer':
    case 'contact':
      return labels[String(value)] ?? '';
    case 'region':
      return labels[String(value)] ?? String(value);
    case 'picture':
      return `${pictureAddress}${String(value)}`;
    case 'datetime':
      return field.rules.midnightIsDay
        ? plannedText(new Date(String(value)), timeZone)
        : clockText(new Date(String(value)), timeZone);
    default:
      return String(value);
  }
}

/** Name of an option in the reader's language; the key itself when the option is gone. */
export function optionName(field: FieldDefinition, key: string, lang: string): string {
  const list = field.rules.reference === 'industry' ? industries : field.options;
  const option =
    list.find((item) => item.key === key) ??
    (field.rules.reference === 'industry' ? list.find((item) => item.key === key[0]) : undefined);
  return option ? (lang === 'en-US' ? option.en : option.zh) : key;
}
