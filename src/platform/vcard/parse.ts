import type { LunarDateValue } from '#shared/fields.ts';
import { asBytes, type Property, parseLine, shown, unfold } from './lines.ts';
import { readLunarBirthday } from './lunar.ts';

/** One person or organisation of a vCard file, as far as a card of ours has room for it. */
export interface VCard {
  /** Line on which it begins, from 1. */
  line: number;
  version: string;
  name: string;
  organisation: string;
  department: string;
  title: string;
  phones: { value: string; type: string }[];
  emails: string[];
  urls: string[];
  addresses: { text: string; postcode: string; country: string }[];
  /** `YYYY-MM-DD`. */
  birthday: string;
  lunarBirthday: LunarDateValue | null;
  note: string;
  wechat: string;
  /** The picture as the file has it, not yet looked at. */
  photo: { line: number; base64: string } | null;
}

/**
 * Why a line is not on a card: no `NAME:value`; a property we have no field for; a value that is none; outside any card; a card without
 * END; a second value where there is room for one; bytes that are not what the line says; a parameter we do not know (the value is
 * taken); a card within a card; a birthday without a year; a picture on some server, which is never asked; a picture that is none;
 * a card without any name.
 */
export interface NotUnderstood {
  line: number;
  text: string;
  reason: Reason;
}
type Reason =
  | ('syntax' | 'property' | 'value' | 'outside' | 'unfinished' | 'repeated' | 'encoding')
  | ('parameter' | 'nested' | 'noYear' | 'remote' | 'picture' | 'nameless');

/** Of the file, not of the person. */
const technical = new Set(['VERSION', 'UID', 'REV', 'PRODID', 'SORT-STRING', 'CLIENTPIDMAP', 'X-ABUID', 'X-ABSHOWAS']);

const known = new Set([
  ...['FN', 'ORG', 'TITLE', 'ROLE', 'TEL', 'EMAIL', 'URL', 'ADR', 'BDAY', 'NOTE', 'IMPP', 'PHOTO', 'KIND'],
  ...['X-WECHAT', 'X-WEIXIN', 'X-ALTBDAY'],
]);
/** What they say is taken, or is of no use to a card. */
const parameters = new Set([
  ...['ENCODING', 'CHARSET', 'VALUE', 'PREF', 'LANGUAGE', 'ALTID', 'PID', 'SORT-AS', 'MEDIATYPE', 'CALSCALE'],
  ...['X-SERVICE-TYPE', 'INDEX', 'X-APPLE-OMIT-YEAR'],
]);

/**
 * Reads vCard 2.1, 3.0 and 4.0 (RFC 6350, RFC 2426 and the 2.1 specification) from bytes. Phones still write 2.1 with quoted-printable text in
 * GBK, and several fold in the middle of a character: lines are joined as bytes first, then each value is decoded. A line that is not understood
 * costs that line, never the card; a card without its end is kept as far as it goes.
 */
export function parseVcards(bytes: Buffer): { cards: VCard[]; notUnderstood: NotUnderstood[] } {
  const cards: VCard[] = [];
  const notUnderstood: NotUnderstood[] = [];
  let card: VCard | undefined;
  let structured = '';
  let agent = false;
  let nested = 0;
  const close = (unfinished: boolean) => {
    if (!card) return;
    if (card.name === '' || sameHan(card.name, structured)) card.name = structured || card.name;
    if (unfinished) notUnderstood.push({ line: card.line, text: card.name || 'BEGIN:VCARD', reason: 'unfinished' });
    // Nothing but a beginning is no card.
    if (!unfinished || card.name !== '' || card.organisation !== '') cards.push(card);
    if (!unfinished && card.name === '' && card.organisation === '')
      notUnderstood.push({ line: card.line, text: 'BEGIN:VCARD', reason: 'nameless' });
    card = undefined;
  };
  for (const { line, text } of unfold(asBytes(bytes).toString('latin1'))) {
    if (text.trim() === '') continue;
    const miss = (reason: Reason) => notUnderstood.push({ line, text: shown(text), reason });
    const property = parseLine(line, text);
    const isCard = property?.value.trim().toUpperCase() === 'VCARD';
    if (nested > 0 || (agent && property?.name === 'BEGIN' && isCard)) {
      // 2.1: `AGENT:` and then the whole card of the assistant.
      if (isCard) nested += property.name === 'BEGIN' ? 1 : property.name === 'END' ? -1 : 0;
      agent = false;
      miss('nested');
    } else if (!property) miss('syntax');
    else if (property.name === 'BEGIN') {
      if (!isCard) miss('value');
      else {
        close(true);
        card = emptyCard(line);
        structured = '';
      }
    } else if (!card) miss('outside');
    else if (property.name === 'END') {
      if (isCard) close(false);
      else miss('value');
    } else {
      agent = property.name === 'AGENT' && property.value.trim() === '';
      if (property.name === 'N') structured = nameOf(fields(property.value, card.version));
      const reason = property.name === 'N' ? undefined : take(card, property);
      if (reason) miss(reason);
      else if (property.damaged) miss('encoding');
      else if (![...property.params.keys()].every((key) => parameters.has(key))) miss('parameter');
    }
  }
  close(true);
  return { cards, notUnderstood };
}

const emptyCard = (line: number): VCard => ({
  line,
  version: '',
  name: '',
  organisation: '',
  department: '',
  title: '',
  phones: [],
  emails: [],
  urls: [],
  addresses: [],
  birthday: '',
  lunarBirthday: null,
  note: '',
  wechat: '',
  photo: null,
});

/** 2.1 escapes nothing but what divides the parts of a value. */
const plainText = (text: string, version: string) =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(version === '2.1' ? /\\([;\\])/g : /\\([nN;,:\\])/g, (_, sign: string) => (/n/i.test(sign) ? '\n' : sign))
    .trim();

/** Parts of a structured value: `;` divides unless escaped. */
function fields(value: string, version: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < value.length; at += 1) {
    if (value[at] === '\\') at += 1;
    else if (value[at] === ';') {
      parts.push(value.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, value.slice(from)].map((part) => plainText(part, version));
}

const han = /\p{Script=Han}/u;

/** `family;given;additional;prefix;suffix`: Chinese names are written family first and without blanks. */
function nameOf([family = '', given = '', additional = '', prefix = '', suffix = '']: string[]): string {
  const whole = [family, given, additional].join('');
  if (han.test(whole)) return `${family}${additional}${given}`;
  return [prefix, given, additional, family, suffix].filter((part) => part !== '').join(' ');
}

/** `小明 王` beside `王;小明`: a Chinese name put into Western order by the telephone. */
const sameHan = (shown: string, structured: string) =>
  han.test(structured) && [...shown.replace(/\s/g, '')].sort().join() === [...structured].sort().join();

/** Puts a property on the card; the reason when it or its value finds no place there. */
function take(card: VCard, property: Property): Reason | undefined {
  const { name, value, types, params, raw } = property;
  if (technical.has(name)) return takeVersion(card, property);
  if (!known.has(name)) return 'property';
  if (/^[;\s]*$/.test(value)) return undefined;
  const text = plainText(value, card.version);
  switch (name) {
    case 'FN':
      if (card.name !== '' && card.name !== text) return 'repeated';
      card.name = text;
      return undefined;
    case 'ORG': {
      const [organisation = '', ...units] = fields(value, card.version);
      if (card.organisation !== '') return 'repeated';
      card.organisation = organisation;
      card.department = units.filter((unit) => unit !== '').join(' ');
      return organisation === '' ? 'value' : undefined;
    }
    case 'TITLE':
    case 'ROLE':
      // The post is what counts; the role serves where there is none.
      if (card.title !== '' && card.title !== text) return 'repeated';
      card.title = text;
      return undefined;
    case 'TEL': {
      const number = text.replace(/^tel:/i, '').replace(/;ext=/i, ' ext. ');
      if (!/\d/.test(number)) return 'value';
      card.phones.push({ value: number, type: phoneType(types) });
      return undefined;
    }
    case 'EMAIL':
      if (!text.includes('@')) return 'value';
      card.emails.push(text.replace(/^mailto:/i, ''));
      return undefined;
    case 'URL':
      card.urls.push(text);
      return undefined;
    case 'ADR':
      card.addresses.push(addressOf(fields(value, card.version)));
      return undefined;
    case 'BDAY':
    case 'X-ALTBDAY':
      return takeBirthday(card, text, params);
    case 'NOTE':
      card.note = card.note === '' ? text : `${card.note}\n${text}`;
      return undefined;
    case 'PHOTO':
      return takePhoto(card, property);
    case 'KIND':
      return /^(individual|org)$/i.test(text) ? undefined : 'value';
    default:
      if (name === 'IMPP' && !/wechat|weixin/i.test(raw.slice(0, 200))) return 'property';
      if (card.wechat !== '') return 'repeated';
      card.wechat = text.replace(/^[a-z]+:(?:\/\/)?/i, '');
      return undefined;
  }
}

function takeVersion(card: VCard, { name, value }: Property): Reason | undefined {
  if (name !== 'VERSION') return undefined;
  card.version = value.trim();
  return /^(2\.1|3\.0|4\.0)$/.test(card.version) ? undefined : 'value';
}

function addressOf(parts: string[]): VCard['addresses'][number] {
  const [box = '', extended = '', street = '', city = '', region = '', postcode = '', country = ''] = parts;
  const chinese = han.test([country, region, city, street, extended, box].join(''));
  const ordered = chinese ? [region, city, street, extended, box] : [street, extended, box, city, region];
  const written = ordered.filter((part) => part !== '').join(chinese ? '' : ', ');
  return { text: written, postcode, country };
}

function takeBirthday(card: VCard, text: string, params: Map<string, string>): Reason | undefined {
  if (/^chinese$/i.test(params.get('CALSCALE') ?? '')) return takeLunarBirthday(card, text);
  const match = /^(\d{4}|--)-?(\d{2})-?(\d{2})(?:T.*)?$/.exec(text);
  const calendar = params.get('CALSCALE') ?? 'gregorian';
  // Without a year 29 February may be.
  if (!match || !/^gregorian$/i.test(calendar) || !isDay(Number(match[1]) || 2000, Number(match[2]), Number(match[3])))
    return 'value';
  // No field of ours holds a day without its year; iPhones write 1604 for none.
  if (match[1] === '--' || params.get('X-APPLE-OMIT-YEAR') === match[1]) return 'noYear';
  if (card.birthday !== '') return 'repeated';
  card.birthday = `${match[1]}-${match[2]}-${match[3]}`;
  return undefined;
}

function takeLunarBirthday(card: VCard, text: string): Reason | undefined {
  const day = readLunarBirthday(text);
  if (!day) return 'value';
  if (card.lunarBirthday) return 'repeated';
  card.lunarBirthday = day;
  return undefined;
}

function takePhoto(card: VCard, { line, value, params }: Property): Reason | undefined {
  const inline = /^data:[^,]*;base64,/i.exec(value.slice(0, 200).replace(/\\([,;])/g, '$1'));
  const encoded = /^(b|base64)$/i.test(params.get('ENCODING') ?? '');
  if (!inline && !encoded) return /^\s*[a-z][a-z0-9+.-]*:/i.test(value) ? 'remote' : 'value';
  const base64 = (inline ? value.slice(value.indexOf(',') + 1) : value).replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return 'value';
  if (card.photo) return 'repeated';
  card.photo = { line, base64 };
  return undefined;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const phoneType = (types: string[]) =>
  types.some((type) => type === 'cell' || type === 'mobile' || type === 'iphone')
    ? 'mobile'
    : types.includes('fax')
      ? 'fax'
      : types.includes('home')
        ? 'home'
        : 'office';
