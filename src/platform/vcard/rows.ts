import type { Cell } from '../sheets/cells.ts';
import type { VCard } from './parse.ts';

/** Headings of a vCard file read as a sheet; importing recognises them as it recognises those of any sheet. */
const headings = [
  ...[
    'Company',
    'Full name',
    'Department',
    'Job title',
    'Mobile',
    'Phone',
    'Fax',
    'Contact email',
    'Website',
    'Address',
  ],
  ...['Postal code', 'Country', 'Contact birthday', 'Contact WeChat', 'Note'],
];

const of = (card: VCard, types: string[]) =>
  card.phones.filter((phone) => types.includes(phone.type)).map((phone) => phone.value);

const joined = (values: string[]): Cell => (values.length > 0 ? values.join('; ') : null);

/** A vCard file as rows: heading row first. A person without an organisation is a customer under the own name. */
export function vcardRows(cards: VCard[]): Cell[][] {
  return [
    headings,
    ...cards.map((card): Cell[] => [
      card.organisation || card.name || null,
      card.organisation ? card.name || null : null,
      card.department || null,
      card.title || null,
      joined(of(card, ['mobile', 'home'])),
      joined(of(card, ['office'])),
      joined(of(card, ['fax'])),
      joined(card.emails),
      joined(card.urls),
      joined(card.addresses.map((address) => address.text)),
      card.addresses.find((address) => address.postcode !== '')?.postcode ?? null,
      card.addresses.find((address) => address.country !== '')?.country ?? null,
      card.birthday.startsWith('--') ? null : card.birthday || null,
      card.wechat || null,
      card.note || null,
    ]),
  ];
}
