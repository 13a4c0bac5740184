import { distance } from 'fastest-levenshtein';
import { normalizeText } from '#shared/text/normalize.ts';
import { toSimplified } from '#shared/text/simplified.ts';

export const han = /\p{Script=Han}/u;

const accented = /[\u00c0-\u024f\u0370-\u1fff]|\p{M}/u;
const unaccented = (text: string): string =>
  accented.test(text)
    ? text
        .normalize('NFD')
        .replace(/\p{M}+/gu, '')
        .normalize('NFC')
        .replace(/ß/g, 'ss')
    : text;

/** Comparable form of any text: one width, one script, no case, no accents. */
export const fold = (text: string): string =>
  unaccented(toSimplified(normalizeText(text).toLowerCase()))
    .replace(/[’'`´]/g, '')
    .replaceAll('&', ' and ');

/** Words of a folded text: runs of letters and digits; a run of Chinese characters stays one piece. */
export const pieces = (folded: string): string[] =>
  folded.match(/\p{Script=Han}+|[^\P{L}\p{Script=Han}]+[\p{N}]*|[\p{N}]+[^\P{L}\p{Script=Han}]*[\p{N}]*/gu) ?? [];

/** Jaro–Winkler similarity, 0..1. */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length === 0) return 0;
  const reach = Math.max(0, Math.floor(long.length / 2) - 1);
  const taken = new Uint8Array(long.length);
  const matched: string[] = [];
  for (let index = 0; index < short.length; index += 1) {
    const end = Math.min(long.length, index + reach + 1);
    for (let other = Math.max(0, index - reach); other < end; other += 1) {
      if (taken[other] === 0 && short[index] === long[other]) {
        taken[other] = 1;
        matched.push(short[index] ?? '');
        break;
      }
    }
  }
  const m = matched.length;
  if (m === 0) return 0;
  let moved = 0;
  let at = 0;
  for (let index = 0; index < long.length; index += 1) {
    if (taken[index] === 1) {
      if (matched[at] !== long[index]) moved += 1;
      at += 1;
    }
  }
  const jaro = (m / short.length + m / long.length + (m - moved / 2) / m) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < short.length && short[prefix] === long[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}

/** Edit distance in which two neighbouring characters changing places count once. */
export function edits(a: string, b: string): number {
  if (a === b) return 0;
  const plain = distance(a, b);
  if (plain === 2 && a.length === b.length) {
    const first = [...a].findIndex((character, index) => character !== b[index]);
    if (a[first] === b[first + 1] && a[first + 1] === b[first] && a.slice(first + 2) === b.slice(first + 2)) return 1;
  }
  return plain;
}

const digit = /\p{N}/u;
/** Which letters a word has, as bits; 0 for one with a digit. Kept, because the same words are compared over and over. */
const letters = new Map<string, number>();
function lettersOf(word: string): number {
  const known = letters.get(word);
  if (known !== undefined) return known;
  let bits = 0;
  if (!digit.test(word))
    for (let index = 0; index < word.length; index += 1) bits |= 1 << (word.charCodeAt(index) & 31);
  if (letters.size > 100_000) letters.clear();
  letters.set(word, bits);
  return bits;
}
function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** How alike two single words are, 0..1. Numbers are the same or they are not. */
export function wordSimilarity(a: string, b: string): number {
  if (a === b) return 1;
  const longest = Math.max(a.length, b.length);
  const shortest = Math.min(a.length, b.length);
  if (shortest < 3) return 0;
  const left = lettersOf(a);
  const right = lettersOf(b);
  if (left === 0 || right === 0) return 0;
  // `intl` for `international`, `mfg` for `manufacturing`: same first letter and a subsequence.
  const least = shortest <= 5 && longest >= shortest + 3 && a[0] === b[0] && isSubsequence(a, b) ? 0.72 : 0;
  // Words with few letters in common are not alike; most pairs of words end here.
  if (ones(left & right) * 2 < ones(left | right)) return least;
  const byEdits = 1 - edits(a, b) / longest;
  return Math.max(least, byEdits, jaroWinkler(a, b) * 0.6 + byEdits * 0.4);
}

/** Whether the shorter text keeps its order within the longer. */
export function isSubsequence(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let at = 0;
  for (const character of long) if (character === short[at]) at += 1;
  return at === short.length;
}

/** Crude sound of a Latin word: first letter, then consonants without repetition; alike-sounding letters fall together. */
export function soundKey(word: string): string {
  const letters = word
    .replace(/ph/g, 'f')
    .replace(/ck|q/g, 'k')
    .replace(/[cxz]/g, 's')
    .replace(/j/g, 'g')
    .replace(/w/g, 'v')
    .replace(/d/g, 't')
    .replace(/b/g, 'p');
  return `${letters[0] ?? ''}${letters
    .slice(1)
    .replace(/[aeiouyh]/g, '')
    .replace(/(.)\1+/g, '$1')}`.slice(0, 5);
}
