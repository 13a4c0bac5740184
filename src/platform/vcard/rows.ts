import type { Cell } from '../sheets/cells.ts';
import type { NotUnderstood, VCard } from './parse.ts';

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

/** What is not taken over from each card: lines as they stand, with their number. */
function leftOut(cards: VCard[], notUnderstood: NotUnderstood[]): string[][] {
  const lines = cards.map((): string[] => []);
  let at = 0;
  for (const missed of notUnderstood.toSorted((a, b) => a.line - b.line)) {
    // A stray line goes with the card before it, at the top of the file with the first.
    while (at + 1 < cards.length && (cards[at + 1]?.line ?? 0) <= missed.line) at += 1;
    lines[at]?.push(`${missed.line}: ${missed.text}`);
  }
  return lines;
}

/**
 * A vCard file as rows: heading row first. A person without an organisation is a customer under the own name. What is not
 * taken over stands in a last column, to be seen beside its card or put into the remark.
 */
export function* vcardRows(file: { cards: VCard[]; notUnderstood: NotUnderstood[] }): Iterable<Cell[]> {
  const left = leftOut(file.cards, file.notUnderstood);
  const some = file.cards.some((card) => card.photo) || left.some((lines) => lines.length > 0);
  yield [...headings, ...(some ? ['vCard lines not read'] : [])];
  for (const [index, card] of file.cards.entries()) {
    const lines = left[index] ?? [];
    if (card.photo) lines.push(`${card.photo.line}: PHOTO (${Math.floor((card.photo.base64.length * 3) / 4)} B)`);
    const person = card.organisation !== '' && card.name !== '';
    yield [
      card.organisation || card.name || null,
      person ? card.name : null,
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
      card.birthday || null,
      card.wechat || null,
      card.note || null,
      ...(some ? [lines.join('\n').slice(0, 2000) || null] : []),
    ];
  }
}
