import { normalizeText } from '#shared/text/normalize.ts';
import { pinyinOf } from '#shared/text/pinyin.ts';
import { toSimplified } from '#shared/text/simplified.ts';

export interface SearchParts {
  /** What the record is called: found by single characters, pinyin and initials too. */
  names: string[];
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
 * Search tokens of a record. Prefixes mark the kind so that kinds cannot meet by chance: `c` Chinese character (of names) or pair,
 * `w` beginning of a Latin word, `d` three digits in a row, `p` pinyin from the start of a syllable, `i` two initials in a row.
 * Pieces instead of whole words let any substring be found: a query's pieces are a subset of the record's. Few of them: each
 * costs an entry of the index at every save.
 */
export function searchTokens(parts: SearchParts): string[] {
  const tokens = new Set<string>();
  const isShort = (text: string) => text.length <= pinyinLimit;
  for (const raw of parts.names) addName(tokens, fold(raw));
  // Long texts come last: what does not fit is the end of a remark, never a name, a number or an address.
  for (const raw of parts.text.filter(isShort)) addText(tokens, fold(raw));
  for (const phone of parts.phones) addPieces(tokens, 'd', phone.replace(/\D/g, ''), 3);
  for (const code of parts.codes) addCode(tokens, fold(code));
  for (const email of parts.emails) addText(tokens, address(email));
  for (const raw of parts.text.filter((text) => !isShort(text))) addText(tokens, fold(raw));
  return [...tokens].slice(0, tokenLimit);
}

/** A mail or web address without what all of them share. */
const address = (text: string) =>
  fold(text)
    .replace(/^https?:\/\/(www\.)?/, '')
    .replace(/\.(com|net|org|cn)(\.[a-z]{2})?(?=$|\/)/, '');

function addText(tokens: Set<string>, text: string): void {
  const characters = [...text];
  for (let index = 0; index + 1 < characters.length; index += 1) {
    const pair = `${characters[index]}${characters[index + 1]}`;
    if ([...pair].every((character) => han.test(character))) tokens.add(`c${pair}`);
  }
  // 360安全, 3M中国: letters and digits next to Chinese characters are words too.
  for (const word of text.match(/(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu) ?? []) {
    addBeginnings(tokens, word);
    if (/^\d+$/.test(word)) addPieces(tokens, 'd', word, 3);
  }
}

function addName(tokens: Set<string>, text: string): void {
  addText(tokens, text);
  for (const character of text) if (han.test(character)) tokens.add(`c${character}`);
  if (!han.test(text) || text.length > pinyinLimit) return;
  const { syllables, initials } = pinyinOf(text);
  for (let index = 0; index < syllables.length; index += 1) {
    // People type from the start of a syllable; two lengths serve short and long input.
    const rest = /^[a-z]*/.exec(syllables.slice(index, index + 6).join(''))?.[0] ?? '';
    for (const length of pinyinLengths) if (rest.length >= length) tokens.add(`p${rest.slice(0, length)}`);
  }
  for (const letters of initials.split(/[^a-z]+/)) addPieces(tokens, 'i', letters, 2);
}

const pinyinLengths = [3, 6];

function addCode(tokens: Set<string>, code: string): void {
  const plain = code.replace(/[^\p{L}\p{N}]/gu, '');
  addBeginnings(tokens, plain);
  addPieces(tokens, 'd', plain, 3);
}

/** Lengths of stored beginnings: short ones serve typing, long ones keep `company77123` from meaning every company. */
const beginnings = [1, 2, 4, 6, 9, 12];

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
  for (const raw of parts.names) {
    const text = fold(raw);
    lines.push(text);
    if (han.test(text) && text.length <= pinyinLimit) {
      const { full, initials } = pinyinOf(text);
      lines.push(full, initials);
    }
  }
  for (const raw of parts.text) lines.push(fold(raw));
  for (const phone of parts.phones) lines.push(phone.replace(/[^\d+]/g, ''));
  for (const code of parts.codes) lines.push(fold(code).replace(/[^\p{L}\p{N}]/gu, ''));
  for (const email of parts.emails) lines.push(fold(email));
  // Half a character cannot be stored; it comes from a text that was cut.
  return lines.join('\n').toWellFormed();
}

/**
 * Pieces a record must have to contain every word of the query, and the folded words that confirm it. No token means the
 * query is too short to be looked up. Latin letters may be a word's beginning, pinyin or initials: `alternatives` holds one
 * token set per reading, and a record matches when it has all tokens of one of them. `proof`: having them all says as much as the text.
 */
export function queryTokens(query: string): {
  alternatives: { tokens: string[]; proof: boolean }[];
  recheck: string[];
} {
  const words = fold(query)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, 6);
  let alternatives: { tokens: string[]; proof: boolean }[] = words.length > 0 ? [{ tokens: [], proof: true }] : [];
  const recheck: string[] = [];
  for (const word of words) {
    const readings = wordReadings(word);
    alternatives = alternatives
      .flatMap(({ tokens, proof }) =>
        readings.map((reading) => ({
          tokens: [...tokens, ...reading.tokens],
          proof: proof && (reading.proof ?? false),
        })),
      )
      .slice(0, 16);
    recheck.push(readings[0]?.needle ?? word);
  }
  return { alternatives: alternatives.filter(({ tokens }) => tokens.length > 0), recheck };
}

function wordReadings(word: string): { tokens: string[]; needle: string; proof?: boolean }[] {
  const tokens = new Set<string>();
  if (han.test(word)) {
    const characters = [...word].filter((character) => han.test(character));
    const pairs = [...word]
      .slice(1)
      .map((next, index) => [...word][index] + next)
      .filter((pair) => [...pair].every((c) => han.test(c)));
    for (const piece of pairs.length > 0 ? pairs : characters) tokens.add(`c${piece}`);
    // A pair or a single character is its own token; of three characters the two pairs may stand apart.
    return [
      { tokens: [...tokens], needle: word, proof: characters.length === [...word].length && characters.length <= 2 },
    ];
  }
  // Numbers are stored with their calling code, without the trunk zero people type: 0571-8123 is +86 571 8123….
  const digits = word.replace(/[\s\-()+.]/g, '').replace(/^0(?=[1-9]\d{2})/, '');
  if (/^\d+$/.test(digits)) {
    if (digits.length < 3) return [{ tokens: [`w${digits}`], needle: digits }];
    addPieces(tokens, 'd', digits, 3);
    return [{ tokens: [...tokens], needle: digits }];
  }
  const whole = /^[a-z0-9]+$/.test(word) && beginnings.includes(word.length);
  const readings: ReturnType<typeof wordReadings> = [{ tokens: latinTokens(word), needle: word, proof: whole }];
  if (/^[a-z]+$/.test(word)) {
    const length = pinyinLengths.findLast((item) => item <= word.length);
    const pinyin = new Set<string>(length ? [`p${word.slice(0, length)}`] : []);
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
  const parts: string[] = word.match(/[\p{L}\p{N}]+/gu) ?? [];
  // `.com` and its like are not stored, and a beginning of one says nothing; the recheck looks at it all the same.
  const last = parts.at(-1) ?? '';
  if (parts.length > 1 && /[.@]/.test(word) && last.length <= 3) parts.pop();
  return parts.map(beginning);
}

/** Whether a record of which only these parts are known answers the query: what the index decides, decided in hand. */
export function answersQuery(query: string, parts: SearchParts): boolean {
  const { alternatives, recheck } = queryTokens(query);
  const tokens = new Set(searchTokens(parts));
  const haystack = searchHaystack(parts);
  return (
    alternatives.some((reading) => reading.tokens.every((token) => tokens.has(token))) &&
    recheck.every((needle) => haystack.includes(needle))
  );
}
