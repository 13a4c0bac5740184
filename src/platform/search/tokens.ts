import { normalizeText } from '#shared/text/normalize.ts';
import { pinyinOf } from '#shared/text/pinyin.ts';
import { toSimplified } from '#shared/text/simplified.ts';

export interface SearchParts {
  text: string[];
  phones: string[];
  codes: string[];
  emails: string[];
}

const han = /\p{Script=Han}/u;
const fold = (text: string) => toSimplified(normalizeText(text).toLowerCase());
/** Pinyin is made for short texts (names, titles); of long remarks it would be noise. */
const pinyinLimit = 40;
const tokenLimit = 200;

/**
 * Search tokens of a record. Prefixes mark the kind so that kinds cannot meet by chance: `c` Chinese character or pair,
 * `w` beginning of a Latin word, `d` three digits in a row, `p` three letters of the pinyin, `i` two initials in a row.
 * Fixed-length pieces instead of whole words let any substring be found: a query's pieces are a subset of the record's.
 */
export function searchTokens(parts: SearchParts): string[] {
  const tokens = new Set<string>();
  const isShort = (text: string) => text.length <= pinyinLimit;
  // Long texts come last: what does not fit is the end of a remark, never a name, a number or an address.
  for (const raw of parts.text.filter(isShort)) addText(tokens, fold(raw), true);
  for (const phone of parts.phones) addPieces(tokens, 'd', phone.replace(/\D/g, ''), 3);
  for (const code of parts.codes) addCode(tokens, fold(code));
  for (const email of parts.emails) addText(tokens, fold(email).replace(/^https?:\/\/(www\.)?/, ''), false);
  for (const raw of parts.text.filter((text) => !isShort(text))) addText(tokens, fold(raw), false);
  return [...tokens].slice(0, tokenLimit);
}

function addText(tokens: Set<string>, text: string, withPinyin: boolean): void {
  const characters = [...text];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    if (!han.test(character)) continue;
    tokens.add(`c${character}`);
    const next = characters[index + 1] ?? '';
    if (han.test(next)) tokens.add(`c${character}${next}`);
  }
  for (const word of text.match(/[\p{L}\p{N}]+/gu) ?? []) {
    if (han.test(word)) continue;
    addBeginnings(tokens, word);
    if (/^\d+$/.test(word)) addPieces(tokens, 'd', word, 3);
  }
  if (withPinyin && han.test(text)) {
    const { full, initials } = pinyinOf(text);
    // A query read as pinyin or initials is letters only; pieces with digits could never be asked for.
    for (const letters of full.split(/[^a-z]+/)) addPieces(tokens, 'p', letters, 3);
    for (const letters of initials.split(/[^a-z]+/)) addPieces(tokens, 'i', letters, 2);
  }
}

function addCode(tokens: Set<string>, code: string): void {
  const plain = code.replace(/[^\p{L}\p{N}]/gu, '');
  addBeginnings(tokens, plain);
  addPieces(tokens, 'd', plain, 3);
}

/** Lengths of stored beginnings: short ones serve typing, long ones keep `company77123` from meaning every company. */
const beginnings = [1, 2, 3, 4, 6, 8, 12];

function addBeginnings(tokens: Set<string>, word: string): void {
  const characters = [...word.slice(0, 24)];
  for (const length of beginnings) {
    if (length <= characters.length) tokens.add(`w${characters.slice(0, length).join('')}`);
  }
}

/** The longest stored beginning of a word. */
function beginning(word: string): string {
  const characters = [...word];
  return `w${characters
    .slice(
      0,
      beginnings.findLast((length) => length <= characters.length),
    )
    .join('')}`;
}

function addPieces(tokens: Set<string>, kind: string, text: string, size: number): void {
  const characters = [...text];
  for (let index = 0; index + size <= characters.length; index += 1) {
    tokens.add(kind + characters.slice(index, index + size).join(''));
  }
}

/** Folded text in which a query is confirmed: fields are separated by a line break so that nothing matches across them. */
export function searchHaystack(parts: SearchParts): string {
  const lines: string[] = [];
  for (const raw of parts.text) {
    const text = fold(raw);
    lines.push(text);
    if (han.test(text) && raw.length <= pinyinLimit) {
      const { full, initials } = pinyinOf(text);
      lines.push(full, initials);
    }
  }
  for (const phone of parts.phones) lines.push(phone.replace(/[^\d+]/g, ''));
  for (const code of parts.codes) lines.push(fold(code).replace(/[^\p{L}\p{N}]/gu, ''));
  for (const email of parts.emails) lines.push(fold(email));
  // Half a character cannot be stored; it comes from a text that was cut.
  return lines.join('\n').toWellFormed();
}

/**
 * Pieces a record must have to contain every word of the query, and the folded words that confirm it. No token means the
 * query is too short to be looked up. Latin letters may be a word's beginning, pinyin or initials: `alternatives` holds one
 * token set per reading, and a record matches when it has all tokens of one of them.
 */
export function queryTokens(query: string): { alternatives: string[][]; recheck: string[] } {
  const words = fold(query)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, 6);
  let alternatives: string[][] = words.length > 0 ? [[]] : [];
  const recheck: string[] = [];
  for (const word of words) {
    const readings = wordReadings(word);
    alternatives = alternatives
      .flatMap((tokens) => readings.map((reading) => [...tokens, ...reading.tokens]))
      .slice(0, 16);
    recheck.push(readings[0]?.needle ?? word);
  }
  return { alternatives: alternatives.filter((tokens) => tokens.length > 0), recheck };
}

function wordReadings(word: string): { tokens: string[]; needle: string }[] {
  const tokens = new Set<string>();
  if (han.test(word)) {
    const characters = [...word].filter((character) => han.test(character));
    const pairs = [...word]
      .slice(1)
      .map((next, index) => [...word][index] + next)
      .filter((pair) => [...pair].every((c) => han.test(c)));
    for (const piece of pairs.length > 0 ? pairs : characters) tokens.add(`c${piece}`);
    return [{ tokens: [...tokens], needle: word }];
  }
  // Numbers are stored with their calling code, without the trunk zero people type: 0571-8123 is +86 571 8123….
  const digits = word.replace(/[\s\-()+.]/g, '').replace(/^0(?=[1-9]\d{2})/, '');
  if (/^\d+$/.test(digits)) {
    if (digits.length < 3) return [{ tokens: [`w${digits}`], needle: digits }];
    addPieces(tokens, 'd', digits, 3);
    return [{ tokens: [...tokens], needle: digits }];
  }
  const readings = [{ tokens: latinTokens(word), needle: word }];
  if (/^[a-z]+$/.test(word)) {
    const pinyin = new Set<string>();
    addPieces(pinyin, 'p', word, 3);
    const initials = new Set<string>();
    addPieces(initials, 'i', word, 2);
    if (pinyin.size > 0) readings.push({ tokens: [...pinyin], needle: word });
    if (initials.size > 0 && word.length <= 8) readings.push({ tokens: [...initials], needle: word });
  } else if (/^[a-z0-9\-_/·.]+$/.test(word)) {
    const code = word.replace(/[^a-z0-9]/g, '');
    const pieces = new Set<string>();
    addPieces(pieces, 'd', code, 3);
    if (pieces.size > 0) readings.push({ tokens: [...pieces], needle: code });
  }
  return readings;
}

function latinTokens(word: string): string[] {
  return (word.match(/[\p{L}\p{N}]+/gu) ?? []).map(beginning);
}

/** Whether a record of which only these parts are known answers the query: what the index decides, decided in hand. */
export function answersQuery(query: string, parts: SearchParts): boolean {
  const { alternatives, recheck } = queryTokens(query);
  const tokens = new Set(searchTokens(parts));
  const haystack = searchHaystack(parts);
  return (
    alternatives.some((reading) => reading.every((token) => tokens.has(token))) &&
    recheck.every((needle) => haystack.includes(needle))
  );
}
