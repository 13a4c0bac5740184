import { distance } from 'fastest-levenshtein';
import { normalizeText } from '#shared/text/normalize.ts';
import { toSimplified } from '#shared/text/simplified.ts';

export const han = /\p{Script=Han}/u;

/** Comparable form of any text: one width, one script, no case, no accents. */
export const fold = (text: string): string =>
  toSimplified(normalizeText(text).toLowerCase())
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC')
    .replace(/ß/g, 'ss')
    .replace(/[’'`´]/g, '')
    .replace(/&/g, ' and ');

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

/** How alike two single words are, 0..1. Numbers are the same or they are not. */
export function wordSimilarity(a: string, b: string): number {
  if (a === b) return 1;
  if (/\p{N}/u.test(a) || /\p{N}/u.test(b)) return 0;
  const longest = Math.max(a.length, b.length);
  const shortest = Math.min(a.length, b.length);
  if (shortest < 3) return 0;
  const byEdits = 1 - edits(a, b) / longest;
  const score = Math.max(byEdits, jaroWinkler(a, b) * 0.6 + byEdits * 0.4);
  // `intl` for `international`, `mfg` for `manufacturing`: same first letter and a subsequence.
  if (shortest <= 5 && longest >= shortest + 3 && a[0] === b[0] && isSubsequence(a, b)) return Math.max(score, 0.72);
  return score;
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
