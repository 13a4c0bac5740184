import type { LunarDateValue } from '#shared/fields.ts';
import { writeLunarBirthday } from './lunar.ts';

export interface VCardContent {
  uid: string;
  revised: string;
  name: string;
  organisation: string;
  department?: string;
  title?: string;
  phones: { value: string; type?: string }[];
  emails: string[];
  urls?: string[];
  addresses?: { text: string; postcode?: string; country?: string }[];
  birthday?: string;
  lunarBirthday?: LunarDateValue;
  note?: string;
  wechat?: string;
  /** JPEG. */
  photo?: Buffer | undefined;
  /** Pinyin of the name, so that phones sort it. */
  sortAs?: string;
}

export const vcardVersions = ['4.0', '3.0', '2.1'] as const;
export type VCardVersion = (typeof vcardVersions)[number];

/** Compound surnames are written apart; else the first character is the surname. */
const compound =
  /^(欧阳|司马|诸葛|上官|司徒|夏侯|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|端木|轩辕|南宫|独孤|西门|百里)/;

function nameParts(name: string): [family: string, given: string] {
  if (/\p{Script=Han}/u.test(name) && !name.includes('·')) {
    const family = compound.exec(name)?.[0] ?? [...name][0] ?? '';
    return [family, name.slice(family.length)];
  }
  const words = name.split(' ');
  return words.length > 1 ? [words.at(-1) ?? '', words.slice(0, -1).join(' ')] : [name, ''];
}

const escaped = (text: string) => text.replace(/[\\,;]/g, (sign) => `\\${sign}`).replace(/\r\n|\r|\n/g, '\\n');
const types: Record<string, string> = { mobile: 'cell', fax: 'fax', home: 'home' };

/** One vCard. 4.0 and 3.0 are UTF-8, folded at 75 octets and never inside a character; 2.1 is quoted-printable. */
export function writeVcard(card: VCardContent, version: VCardVersion): string {
  const [family, given] = nameParts(card.name);
  const lines: [name: string, value: string][] = [];
  const old = version === '2.1';
  const text = (value: string) =>
    old ? value.replace(/[\\;]/g, (sign) => `\\${sign}`).replace(/\r\n|\r|\n/g, '\r\n') : escaped(value);
  const sort = version === '4.0' && card.sortAs ? `;SORT-AS="${card.sortAs.replace(/["\\]/g, '')}"` : '';
  lines.push(['FN', text(card.name)]);
  lines.push([`N${sort}`, [family, given, '', '', ''].map(text).join(';')]);
  if (version === '3.0' && card.sortAs) lines.push(['SORT-STRING', text(card.sortAs)]);
  if (card.organisation)
    lines.push(['ORG', [card.organisation, ...(card.department ? [card.department] : [])].map(text).join(';')]);
  if (card.title) lines.push(['TITLE', text(card.title)]);
  for (const phone of card.phones) {
    const type = types[phone.type ?? ''] ?? 'work';
    if (version === '4.0' && phone.value.startsWith('+')) {
      const [number, extension] = phone.value.split(' ext. ');
      lines.push([`TEL;VALUE=uri;TYPE=${type}`, `tel:${number}${extension ? `;ext=${extension}` : ''}`]);
    } else lines.push([old ? `TEL;${type.toUpperCase()}` : `TEL;TYPE=${type}`, phone.value]);
  }
  for (const email of card.emails) lines.push([old ? 'EMAIL;INTERNET' : 'EMAIL', text(email)]);
  for (const url of card.urls ?? []) lines.push(['URL', url]);
  for (const address of card.addresses ?? []) {
    lines.push([
      'ADR',
      ['', '', address.text, '', '', address.postcode ?? '', address.country ?? ''].map(text).join(';'),
    ]);
  }
  if (card.birthday) lines.push(['BDAY', version === '4.0' ? card.birthday.replaceAll('-', '') : card.birthday]);
  if (card.lunarBirthday) lines.push(['X-ALTBDAY;CALSCALE=chinese', writeLunarBirthday(card.lunarBirthday)]);
  if (card.wechat) lines.push(['X-WECHAT', text(card.wechat)]);
  if (card.note) lines.push(['NOTE', text(card.note)]);
  lines.push(['UID', `urn:uuid:${card.uid}`], ['REV', card.revised]);
  const body = lines.map(([name, value]) => (old ? quoted(name, value) : fold(`${name}:${value}`)));
  if (card.photo) body.push(photoLines(card.photo.toString('base64'), version));
  return `${['BEGIN:VCARD', `VERSION:${version}`, ...body, 'END:VCARD'].join('\r\n')}\r\n`;
}

/** 2.1 ends the block of a picture with an empty line. */
const photoLines = (base64: string, version: VCardVersion): string =>
  version === '4.0'
    ? fold(`PHOTO:data:image/jpeg;base64,${base64}`)
    : version === '3.0'
      ? fold(`PHOTO;ENCODING=b;TYPE=JPEG:${base64}`)
      : `${fold(`PHOTO;ENCODING=BASE64;JPEG:${base64}`)}\r\n`;

function fold(line: string): string {
  const parts: string[] = [];
  let part = '';
  let size = 0;
  for (const character of line) {
    const bytes = Buffer.byteLength(character);
    if (size + bytes > (parts.length === 0 ? 75 : 74)) {
      parts.push(part);
      part = '';
      size = 0;
    }
    part += character;
    size += bytes;
  }
  return [...parts, part].join('\r\n ');
}

/** 2.1: other than plain ASCII is quoted-printable in UTF-8, with `=` at the end of each broken line. */
function quoted(name: string, value: string): string {
  if (/^[\x20-\x7e]*$/.test(value) && value.length < 70) return `${name}:${value}`;
  const units = [...Buffer.from(value)].map((byte) =>
    (byte >= 33 && byte <= 126 && byte !== 61) || byte === 32
      ? String.fromCharCode(byte)
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  );
  let text = `${name};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:`;
  let width = text.length;
  for (const unit of units) {
    if (width + unit.length > 74) {
      text += '=\r\n';
      width = 0;
    }
    text += unit;
    width += unit.length;
  }
  return text;
}
