import type { Cell } from '../sheets/cells.ts';
import type { NotUnderstood, VCard } from './parse.ts';
import { photoOf } from './photo.ts';

type Part = 'customer' | 'contact';
type Column = [heading: string, part: Part, key: string, of: (card: VCard) => string | string[]];

const numbers = (card: VCard, types: string[]) =>
  card.phones.filter((phone) => types.includes(phone.type)).map((phone) => phone.value);
const first = (values: string[]) => values.find((value) => value !== '') ?? '';

/**
 * What becomes of a card: the field each value goes to, and the heading by which importing knows it. A person without an organisation
 * is a customer under the own name, and the person there.
 */
export const vcardColumns: Column[] = [
  ['Company', 'customer', 'name', (card) => card.organisation || card.name],
  ['Full name', 'contact', 'name', (card) => (card.name === card.organisation ? '' : card.name)],
  ['Department', 'contact', 'department', (card) => card.department],
  ['Job title', 'contact', 'position', (card) => card.title],
  ['Mobile', 'contact', 'phones', (card) => numbers(card, ['mobile', 'home'])],
  ['Phone', 'customer', 'phones', (card) => numbers(card, ['office'])],
  ['Fax', 'customer', 'faxes', (card) => numbers(card, ['fax'])],
  ['Contact email', 'contact', 'emails', (card) => card.emails],
  ['Website', 'customer', 'websites', (card) => card.urls],
  ['Address', 'customer', 'addresses', (card) => card.addresses.map((address) => address.text)],
  ['Postal code', 'customer', 'postcode', (card) => first(card.addresses.map((address) => address.postcode))],
  ['Country', 'customer', 'country', (card) => first(card.addresses.map((address) => address.country))],
  ['Contact birthday', 'contact', 'birthday', (card) => card.birthday],
  ['Contact WeChat', 'contact', 'wechat', (card) => card.wechat],
  ['Note', 'customer', 'remark', (card) => card.note],
];

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
 * A vCard file as rows: heading row first. What is not taken over stands in a last column, to be seen beside its card or put into the
 * remark. Pictures are opened one card at a time.
 */
export async function* vcardRows(file: { cards: VCard[]; notUnderstood: NotUnderstood[] }): AsyncIterable<Cell[]> {
  const left = leftOut(file.cards, file.notUnderstood);
  const pictured = file.cards.some((card) => card.photo);
  const some = pictured || left.some((lines) => lines.length > 0);
  yield [
    ...vcardColumns.map(([heading]) => heading),
    ...(pictured ? ['Contact photo'] : []),
    ...(some ? ['vCard lines not read'] : []),
  ];
  for (const [index, card] of file.cards.entries()) {
    const photo = await photoOf(card);
    const lines = left[index] ?? [];
    if (photo && 'reason' in photo) lines.push(`${photo.line}: ${photo.text}`);
    yield [
      ...vcardColumns.map(([, , , of]) => [of(card)].flat().join('; ') || null),
      ...(pictured ? [photo && 'bytes' in photo ? `${pictureCell}${photo.bytes.toString('base64')}` : null] : []),
      ...(some ? [lines.join('\n').slice(0, 2000) || null] : []),
    ];
  }
}
