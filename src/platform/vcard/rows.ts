import { formatLunar } from '#shared/dates/lunar-text.ts';
import type { Lang } from '#shared/languages.ts';
import type { Cell } from '../sheets/cells.ts';
import type { NotUnderstood, VCard } from './parse.ts';
import { photoOf } from './photo.ts';

type Part = 'customer' | 'contact';
type Heading = Record<Lang, string>;
type Column = [heading: Heading, part: Part, key: string, of: (card: VCard, lang: Lang) => string | string[]];

const heading = (zh: string, en: string): Heading => ({ 'zh-CN': zh, 'en-US': en });

const numbers = (card: VCard, types: string[]) =>
  card.phones.filter((phone) => types.includes(phone.type)).map((phone) => phone.value);
const first = (values: string[]) => values.find((value) => value !== '') ?? '';

/**
 * What becomes of a card: the field each value goes to, and the heading by which importing knows it. A person without an organisation
 * is a customer under the own name, and the person there.
 */
export const vcardColumns: Column[] = [
  [heading('公司名称', 'Company'), 'customer', 'name', (card) => card.organisation || card.name],
  [heading('姓名', 'Full name'), 'contact', 'name', (card) => (card.name === card.organisation ? '' : card.name)],
  [heading('部门', 'Department'), 'contact', 'department', (card) => card.department],
  [heading('职务', 'Job title'), 'contact', 'position', (card) => card.title],
  [heading('手机', 'Mobile'), 'contact', 'phones', (card) => numbers(card, ['mobile', 'home'])],
  [heading('公司电话', 'Phone'), 'customer', 'phones', (card) => numbers(card, ['office'])],
  [heading('传真', 'Fax'), 'customer', 'faxes', (card) => numbers(card, ['fax'])],
  [heading('联系人邮箱', 'Contact email'), 'contact', 'emails', (card) => card.emails],
  [heading('网站', 'Website'), 'customer', 'websites', (card) => card.urls],
  [heading('公司地址', 'Address'), 'customer', 'addresses', (card) => card.addresses.map((address) => address.text)],
  [
    heading('邮编', 'Postal code'),
    'customer',
    'postcode',
    (card) => first(card.addresses.map((address) => address.postcode)),
  ],
  [
    heading('国家', 'Country'),
    'customer',
    'country',
    (card) => first(card.addresses.map((address) => address.country)),
  ],
  [heading('联系人生日', 'Contact birthday'), 'contact', 'birthday', (card) => card.birthday],
  [
    heading('联系人农历生日', 'Contact lunar birthday'),
    'contact',
    'lunarBirthday',
    (card, lang) => (card.lunarBirthday ? formatLunar(card.lunarBirthday, lang) : ''),
  ],
  [heading('联系人微信', 'Contact WeChat'), 'contact', 'wechat', (card) => card.wechat],
  [heading('备注', 'Note'), 'customer', 'remark', (card) => card.note],
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

const pictureFaults: Record<string, Heading> = {
  tooLarge: heading('照片过大', 'picture too large'),
  tooManyPixels: heading('照片尺寸过大', 'picture of too many pixels'),
  notPicture: heading('不是图片', 'not a picture'),
  damaged: heading('图片已损坏', 'damaged picture'),
  tooSmall: heading('图片太小', 'picture too small'),
  heic: heading('不支持 HEIC 图片', 'HEIC pictures are not read'),
};

/** How a picture travels in a cell until it is kept: its reader is another process. */
export const pictureCell = 'data:image/jpeg;base64,';
const pictureHeading = heading('联系人照片', 'Contact photo');
export const leftOutHeading = heading('没有读入的 vCard 行', 'vCard lines not read');

/**
 * A vCard file as rows: heading row first, in the language of who imports. What is not taken over stands in a last column, to be seen beside its card or put into the
 * remark. Pictures are opened one card at a time.
 */
export async function* vcardRows(
  file: { cards: VCard[]; notUnderstood: NotUnderstood[] },
  lang: Lang,
): AsyncIterable<Cell[]> {
  const left = leftOut(file.cards, file.notUnderstood);
  const pictured = file.cards.some((card) => card.photo);
  const some = pictured || left.some((lines) => lines.length > 0);
  yield [
    ...vcardColumns.map(([name]) => name[lang]),
    ...(pictured ? [pictureHeading[lang]] : []),
    ...(some ? [leftOutHeading[lang]] : []),
  ];
  for (const [index, card] of file.cards.entries()) {
    const photo = await photoOf(card);
    const lines = left[index] ?? [];
    if (photo && 'reason' in photo)
      lines.push(`${photo.line}: ${photo.text.replace(/\w+$/, (why) => pictureFaults[why]?.[lang] ?? why)}`);
    yield [
      ...vcardColumns.map(([, , , of]) => [of(card, lang)].flat().join('; ') || null),
      ...(pictured ? [photo && 'bytes' in photo ? `${pictureCell}${photo.bytes.toString('base64')}` : null] : []),
      ...(some ? [lines.join('\n').slice(0, 2000) || null] : []),
    ];
  }
}
