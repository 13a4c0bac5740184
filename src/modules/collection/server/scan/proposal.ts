import type { FieldValues } from '#shared/fields.ts';
import type { BusinessCardView } from '../../scan-contract.ts';
import type { BusinessCard, CardValue } from './card.ts';

/** What was read, as values of the fields of a customer and of a person there. */
export function proposalOf(card: BusinessCard): NonNullable<BusinessCardView['proposal']> {
  const confidence: Record<string, number> = {};
  const customer: FieldValues = {};
  const contact: FieldValues = {};
  const put = (target: 'customer' | 'contact', key: string, value: CardValue | undefined) => {
    if (!value) return;
    (target === 'customer' ? customer : contact)[key] = value.value;
    confidence[`${target}.${key}`] = value.confidence;
  };
  const putAll = (target: 'customer' | 'contact', key: string, found: CardValue[], values: unknown[]) => {
    if (found.length === 0) return;
    (target === 'customer' ? customer : contact)[key] = values;
    confidence[`${target}.${key}`] = Math.min(...found.map((item) => item.confidence));
  };
  put('customer', 'name', card.company);
  put('customer', 'nameEn', card.companyEn);
  // A line at the desk rings at the company too; a mobile is the person's.
  const desk = card.phones.filter((phone) => phone.type === 'work');
  const points = (list: { value: string; type?: string }[]) =>
    list.map(({ value, type }) => ({ value, ...(type ? { type } : {}) }));
  putAll('customer', 'phones', desk, points(desk));
  putAll('customer', 'faxes', card.faxes, points(card.faxes));
  putAll('customer', 'websites', card.websites, points(card.websites));
  const addresses = card.addresses.map(({ value, postcode }) => ({ text: value, ...(postcode ? { postcode } : {}) }));
  putAll('customer', 'addresses', card.addresses, addresses);
  put('contact', 'name', card.name);
  put('contact', 'nameEn', card.nameEn);
  put('contact', 'position', card.title);
  put('contact', 'department', card.department);
  putAll('contact', 'phones', card.phones, points(card.phones));
  putAll('contact', 'emails', card.emails, points(card.emails));
  put('contact', 'wechat', card.wechat);
  if (card.qq) putAll('contact', 'messengers', [card.qq], [`QQ ${card.qq.value}`]);
  // A person has one post, in the language of the card; the other wording stands with what may be copied.
  return { customer, contact, confidence, rest: [...(card.titleEn ? [card.titleEn.value] : []), ...card.rest] };
}
