import iconv from 'iconv-lite';

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
  /** `YYYY-MM-DD`; without a year `--MM-DD`. */
  birthday: string;
  note: string;
  wechat: string;
  /** Bytes of the picture; pictures themselves are not taken over. */
  photo: number;
}

export interface NotUnderstood {
  line: number;
  text: string;
  reason: 'syntax' | 'property' | 'value' | 'outside' | 'unfinished';
}

interface Property {
  line: number;
  raw: string;
  name: string;
  types: string[];
  params: Map<string, string>;
  value: string;
}

const ignored = new Set([
  ...['BEGIN', 'END', 'VERSION', 'UID', 'REV', 'PRODID', 'SORT-STRING', 'KIND', 'SOURCE', 'CLASS', 'MAILER'],
  ...['TZ', 'GEO', 'LANG', 'CLIENTPIDMAP', 'X-ABUID', 'X-ABLABEL'],
]);

const taken = new Set([
  ...[
    'VERSION',
    'FN',
    'ORG',
    'TITLE',
    'TEL',
    'EMAIL',
    'URL',
    'ADR',
    'BDAY',
    'NOTE',
    'IMPP',
    'PHOTO',
    'LOGO',
    'X-WECHAT',
    'X-WEIXIN',
  ],
]);

/**
 * Reads vCard 2.1, 3.0 and 4.0 (RFC 6350, RFC 2426 and the 2.1 specification) from bytes. Phones still write 2.1 with quoted-printable text in
 * GBK, and several fold in the middle of a character: lines are joined as bytes first, then each value is decoded. A line that is not understood
 * costs that line, never the card.
 */
export function parseVcards(bytes: Buffer): { cards: VCard[]; notUnderstood: NotUnderstood[] } {
  const cards: VCard[] = [];
  const notUnderstood: NotUnderstood[] = [];
  let card: VCard | undefined;
  let structured = '';
  for (const { line, text } of unfold(bytes.toString('latin1'))) {
    if (text.trim() === '') continue;
    const miss = (reason: NotUnderstood['reason']) =>
      notUnderstood.push({ line, text: decode(text, undefined).slice(0, 200).toWellFormed(), reason });
    const property = parseLine(line, text);
    if (!property) {
      miss('syntax');
      continue;
    }
    if (property.name === 'BEGIN') {
      if (property.value.trim().toUpperCase() !== 'VCARD') miss('value');
      else {
        if (card) notUnderstood.push({ line: card.line, text: card.name || 'BEGIN:VCARD', reason: 'unfinished' });
        card = emptyCard(line);
        structured = '';
      }
      continue;
    }
    if (!card) {
      miss('outside');
      continue;
    }
    if (property.name === 'END') {
      card.name ||= structured;
      cards.push(card);
      card = undefined;
      continue;
    }
    if (property.name === 'N') structured = nameOf(fields(property.value));
    else if (!take(card, property)) miss(taken.has(property.name) ? 'value' : 'property');
  }
  if (card) {
    card.name ||= structured;
    notUnderstood.push({ line: card.line, text: card.name || 'BEGIN:VCARD', reason: 'unfinished' });
  }
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
  note: '',
  wechat: '',
  photo: 0,
});

/** Joins folded lines: by a leading blank, by `=` at the end of quoted-printable text, and the base64 blocks of 2.1. */
function* unfold(text: string): Iterable<{ line: number; text: string }> {
  const lines = text.replace(/^\u00ef\u00bb\u00bf/, '').split(/\r\n|\r|\n/);
  let current = '';
  let start = 1;
  for (const [index, line] of lines.entries()) {
    const head = current.slice(0, 300);
    const quoted = /^[^:]*QUOTED-PRINTABLE[^:]*:/i.test(head) && current.endsWith('=');
    if (quoted) current = current.slice(0, -1) + line.replace(/^[ \t]/, '');
    else if (/^[ \t]/.test(line) && current !== '') current += line.slice(1);
    else if (
      /^[^:]*ENCODING=(BASE64|B)[^:]*:/i.test(head) &&
      /^[A-Za-z0-9+/]{60,}=*$|^[A-Za-z0-9+/]+=*$/.test(line) &&
      !line.includes(':')
    )
      current += line;
    else {
      if (current !== '') yield { line: start, text: current };
      current = line;
      start = index + 1;
    }
  }
  if (current !== '') yield { line: start, text: current };
}

function parseLine(line: number, raw: string): Property | undefined {
  const match = /^(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)((?:;(?:"[^"]*"|[^":;])*(?:"[^"]*"[^":;]*)*)*):(.*)$/s.exec(raw);
  if (!match?.[1]) return undefined;
  const params = new Map<string, string>();
  const types: string[] = [];
  for (const part of (match[2] ?? '').match(/;(?:"[^"]*"|[^";])*/g) ?? []) {
    const [key = '', ...rest] = part.slice(1).split('=');
    // 2.1 writes `TEL;CELL;VOICE:`: a parameter without a name is a type or an encoding.
    if (rest.length === 0) {
      if (/^(quoted-printable|base64|8bit|7bit)$/i.test(key)) params.set('ENCODING', key.toUpperCase());
      else types.push(key.toLowerCase());
      continue;
    }
    const value = rest.join('=').replaceAll('"', '');
    if (key.toUpperCase() === 'TYPE') types.push(...value.toLowerCase().split(','));
    else params.set(key.toUpperCase(), value);
  }
  const encoding = (params.get('ENCODING') ?? '').toUpperCase();
  const name = match[1].toUpperCase();
  const body = match[3] ?? '';
  const bytes = encoding === 'QUOTED-PRINTABLE' ? unquote(body) : body;
  const binary = encoding === 'B' || encoding === 'BASE64' || body.startsWith('data:');
  return { line, raw, name, types, params, value: binary ? body : decode(bytes, params.get('CHARSET')) };
}

const unquote = (text: string) =>
  text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Bytes (as latin1) to text: the named charset, else strict UTF-8, else GB18030. */
function decode(latin1: string, charset: string | undefined): string {
  const bytes = Buffer.from(latin1, 'latin1');
  const named = charset && iconv.encodingExists(charset) ? charset : undefined;
  if (named && !/^utf-?8$/i.test(named)) return iconv.decode(bytes, /^gb/i.test(named) ? 'gb18030' : named);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return iconv.decode(bytes, 'gb18030');
  }
}

const plainText = (text: string) =>
  text.replace(/\\([nN;,:\\])/g, (_, character: string) => (/n/i.test(character) ? '\n' : character)).trim();

/** Parts of a structured value: `;` divides unless escaped. */
const fields = (value: string): string[] => value.split(/(?<!\\);/).map(plainText);

const han = /\p{Script=Han}/u;

/** `family;given;additional;prefix;suffix`: Chinese names are written family first and without blanks. */
function nameOf([family = '', given = '', additional = '', prefix = '', suffix = '']: string[]): string {
  const whole = [family, given, additional].join('');
  if (han.test(whole)) return `${family}${additional}${given}`;
  return [prefix, given, additional, family, suffix].filter((part) => part !== '').join(' ');
}

/** Puts a property on the card; false when it or its value is not understood. */
function take(card: VCard, { name, value, types, params, raw }: Property): boolean {
  const text = plainText(value);
  switch (name) {
    case 'VERSION':
      card.version = text;
      return /^(2\.1|3\.0|4\.0)$/.test(text);
    case 'FN':
      card.name = text;
      return text !== '';
    case 'ORG': {
      const [organisation = '', ...units] = fields(value);
      card.organisation = organisation;
      card.department = units.filter((unit) => unit !== '').join(' ');
      return organisation !== '';
    }
    case 'TITLE':
      card.title = text;
      return true;
    case 'ROLE':
      card.title ||= text;
      return true;
    case 'TEL': {
      const number = text.replace(/^tel:/i, '').replace(/;ext=/i, ' ext. ');
      if (!/\d/.test(number)) return false;
      card.phones.push({ value: number, type: phoneType(types) });
      return true;
    }
    case 'EMAIL':
      if (!text.includes('@')) return false;
      card.emails.push(text.replace(/^mailto:/i, ''));
      return true;
    case 'URL':
      card.urls.push(text);
      return text !== '';
    case 'ADR': {
      const [box = '', extended = '', street = '', city = '', region = '', postcode = '', country = ''] = fields(value);
      const parts = [country, region, city, street, extended, box];
      const chinese = han.test(parts.join(''));
      const ordered = chinese ? parts.slice(1) : [street, extended, box, city, region];
      const written = ordered.filter((part) => part !== '').join(chinese ? '' : ', ');
      if (written === '' && postcode === '') return parts.every((part) => part === '');
      card.addresses.push({ text: written, postcode, country });
      return true;
    }
    case 'BDAY': {
      const match = /^(\d{4}|--)-?(\d{2})-?(\d{2})(?:T.*)?$/.exec(text);
      // Without a year 29 February may be.
      if (!match || !isDay(Number(match[1]) || 2000, Number(match[2]), Number(match[3]))) return false;
      card.birthday = match[1] === '--' ? `--${match[2]}-${match[3]}` : `${match[1]}-${match[2]}-${match[3]}`;
      return true;
    }
    case 'NOTE':
      card.note = card.note === '' ? text : `${card.note}\n${text}`;
      return true;
    case 'PHOTO':
    case 'LOGO':
      card.photo = Math.floor((value.replace(/^data:[^,]*,/, '').replace(/\s/g, '').length * 3) / 4);
      return true;
    case 'IMPP':
    case 'X-WECHAT':
    case 'X-WEIXIN':
      if (name === 'IMPP' && !/wechat|weixin/i.test(raw.slice(0, 200) + (params.get('X-SERVICE-TYPE') ?? '')))
        return false;
      card.wechat = text.replace(/^[a-z]+:/i, '');
      return true;
    default:
      return ignored.has(name);
  }
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const phoneType = (types: string[]) =>
  types.some((type) => type === 'cell' || type === 'mobile')
    ? 'mobile'
    : types.includes('fax')
      ? 'fax'
      : types.includes('home')
        ? 'home'
        : 'office';
