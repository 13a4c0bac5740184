import type { Cell } from '../sheets/cells.ts';
import type { NotUnderstood, VCard } from './parse.ts';
import { photoOf } from './photo.ts';

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

/** How a picture travels in a cell until it is kept: its reader is another process. */
export const pictureCell = 'data:image/jpeg;base64,';

/**
 * A vCard file as rows: heading row first. A person without an organisation is a customer under the own name, and the person there. What is not
 * taken over stands in a last column, to be seen beside its card or put into the remark. Pictures are opened one card at a time.
 */
export async function* vcardRows(file: { cards: VCard[]; notUnderstood: NotUnderstood[] }): AsyncIterable<Cell[]> {
  const left = leftOut(file.cards, file.notUnderstood);
  const pictured = file.cards.some((card) => card.photo);
  const some = pictured || left.some((lines) => lines.length > 0);
  yield [...headings, ...(pictured ? ['Contact photo'] : []), ...(some ? ['vCard lines not read'] : [])];
  for (const [index, card] of file.cards.entries()) {
    const photo = await photoOf(card);
    const lines = left[index] ?? [];
    if (photo && 'reason' in photo) lines.push(`${photo.line}: ${photo.text}`);
    yield [
      card.organisation || card.name || null,
      card.name === card.organisation ? null : card.name || null,
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
      ...(pictured ? [photo && 'bytes' in photo ? `${pictureCell}${photo.bytes.toString('base64')}` : null] : []),
      ...(some ? [lines.join('\n').slice(0, 2000) || null] : []),
    ];
  }
}
