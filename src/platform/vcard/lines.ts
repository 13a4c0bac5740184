import iconv from 'iconv-lite';

/** One logical line: folded ones joined, its value decoded. */
export interface Property {
  line: number;
  /** As it stands in the file, one character a byte. */
  raw: string;
  name: string;
  /** `item1` of `item1.TEL`. */
  group: string;
  types: string[];
  params: Map<string, string>;
  value: string;
  /** The bytes were not what the line says they are: damaged quoted-printable, an unknown encoding or charset. */
  damaged: boolean;
}

/** Longest name with its parameters; behind it no colon is looked for. */
const longestHead = 4000;

/** UTF-16, as some address books write it, as UTF-8; anything else as it is. */
export function asBytes(bytes: Buffer): Buffer {
  const little = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0x42 && bytes[1] === 0);
  const big = (bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0 && bytes[1] === 0x42);
  if (!little && !big) return bytes;
  return Buffer.from(iconv.decode(bytes, little ? 'utf16le' : 'utf16be'));
}

interface Block {
  start: number;
  parts: string[];
  quoted: boolean;
  base64: boolean;
}

const mark = /^\u00ef\u00bb\u00bf/;
const end = /^END:VCARD\s*$/i;
const endAndBegin = /^(END:VCARD)\s*(?:\u00ef\u00bb\u00bf)?(BEGIN:VCARD.*)$/i;

/** Lines of the file. Where files were put behind each other without a line break a card ends and the next begins in one. */
function* physical(text: string): Iterable<{ index: number; line: string }> {
  for (const [index, whole] of text.split(/\r\n|\r|\n/).entries()) {
    const [, ...both] = endAndBegin.exec(whole) ?? [];
    for (const line of both.length > 0 ? both : [whole.replace(mark, '')]) yield { index, line };
  }
}

/** Joins folded lines: by a leading blank, by `=` at the end of quoted-printable text, and the base64 blocks of 2.1. */
export function* unfold(text: string): Iterable<{ line: number; text: string }> {
  let open: Block | undefined;
  for (const { index, line } of physical(text)) {
    // A soft line break before the end of the card has nothing to join.
    if (open?.quoted && open.parts.at(-1)?.endsWith('=') && !end.test(line)) {
      open.parts.push(open.parts.pop()?.slice(0, -1) ?? '', line.replace(/^[ \t]/, ''));
      continue;
    }
    if (open && /^[ \t]/.test(line)) {
      open.parts.push(line.slice(1));
      continue;
    }
    if (open?.base64 && /^[A-Za-z0-9+/]+=*\s*$/.test(line)) {
      open.parts.push(line);
      continue;
    }
    if (open) yield { line: open.start, text: open.parts.join('') };
    open = undefined;
    // Nothing goes on behind the end of a card; what is indented there is the next one.
    if (end.test(line)) yield { line: index + 1, text: line };
    else if (line !== '') open = begun(index + 1, line.replace(/^\s+(?=BEGIN:)/i, ''));
  }
  if (open) yield { line: open.start, text: open.parts.join('') };
}

function begun(start: number, line: string): Block {
  const head = line.slice(0, longestHead);
  return {
    start,
    parts: [line],
    quoted: /^[^:]*QUOTED-PRINTABLE[^:]*:/i.test(head),
    base64: /^[^:]*;(?:ENCODING=)?(?:BASE64|B)(?:;[^:]*)?:/i.test(head),
  };
}

/** Name, parameters and value of a line; undefined when it has no such shape. */
export function parseLine(line: number, raw: string): Property | undefined {
  const parts: string[] = [];
  let from = 0;
  let quote = false;
  let colon = -1;
  for (let at = 0; at < raw.length && at < longestHead; at += 1) {
    const sign = raw[at];
    if (sign === '"') quote = !quote;
    else if (quote || (sign !== ';' && sign !== ':')) continue;
    else {
      parts.push(raw.slice(from, at));
      from = at + 1;
      if (sign === ':') {
        colon = at;
        break;
      }
    }
  }
  const named = /^(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9-]+)$/.exec(parts[0] ?? '');
  if (colon < 0 || !named?.[2]) return undefined;
  const params = new Map<string, string>();
  const types: string[] = [];
  for (const part of parts.slice(1)) {
    const [key = '', ...rest] = part.split('=');
    // 2.1 writes `TEL;CELL;VOICE:`: a parameter without a name is a type or an encoding.
    if (rest.length === 0) {
      if (/^(quoted-printable|base64|8bit|7bit)$/i.test(key)) params.set('ENCODING', key.toUpperCase());
      else if (key !== '') types.push(key.toLowerCase());
      continue;
    }
    const value = rest.join('=').replaceAll('"', '');
    if (key.toUpperCase() === 'TYPE') types.push(...value.toLowerCase().split(','));
    else params.set(key.toUpperCase(), value);
  }
  const encoding = (params.get('ENCODING') ?? '').toUpperCase();
  const body = raw.slice(colon + 1);
  const quoted = encoding === 'QUOTED-PRINTABLE';
  const binary = encoding === 'B' || encoding === 'BASE64' || body.startsWith('data:');
  const charset = params.get('CHARSET');
  return {
    line,
    raw,
    name: named[2].toUpperCase(),
    group: named[1] ?? '',
    types,
    params,
    value: binary ? body : decode(quoted ? unquote(body) : body, charset),
    damaged:
      (quoted && /=(?![0-9A-Fa-f]{2})/.test(body)) ||
      !/^(|QUOTED-PRINTABLE|B|BASE64|8BIT|7BIT)$/.test(encoding) ||
      (charset !== undefined && !iconv.encodingExists(charset)),
  };
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

/** The beginning of a line, to be shown. */
export function shown(raw: string): string {
  const start = raw.slice(0, 600);
  // A character cut in the middle would make the whole text count as GB18030.
  const whole = raw.length > 600 ? start.replace(/[\u00c0-\u00ff][\u0080-\u00bf]{0,3}$/, '') : start;
  return decode(whole, undefined).slice(0, 200).toWellFormed();
}
