import { pinyin } from 'pinyin-pro';
import { normalizeText } from './normalize.ts';

const syllables = new Map<string, string>();
const han = /\p{Script=Han}/u;

/** Pinyin of one character without tone, cached: names repeat the same few thousand characters. */
function syllable(character: string): string {
  let found = syllables.get(character);
  if (found === undefined) {
    found = han.test(character)
      ? pinyin(character, { toneType: 'none', v: true }).toLowerCase()
      : character.toLowerCase();
    syllables.set(character, found);
  }
  return found;
}

/** Surnames whose reading differs from the character's usual one. */
const surnames: Record<string, string> = {
  单: 'shan',
  曾: 'zeng',
  仇: 'qiu',
  解: 'xie',
  朴: 'piao',
  查: 'zha',
  盖: 'ge',
  区: 'ou',
  任: 'ren',
  覃: 'qin',
  翟: 'zhai',
  尉迟: 'yu chi',
  长孙: 'zhang sun',
  万俟: 'mo qi',
  澹台: 'tan tai',
  华: 'hua',
  乐: 'yue',
  缪: 'miao',
  冼: 'xian',
  逄: 'pang',
};

/** Words in company names that single characters read wrongly. */
const words: [string, string][] = [
  ['重庆', 'chong qing'],
  ['长沙', 'chang sha'],
  ['长春', 'chang chun'],
  ['长江', 'chang jiang'],
  ['银行', 'yin hang'],
  ['厦门', 'xia men'],
  ['六安', 'lu an'],
  ['蚌埠', 'beng bu'],
  ['朝阳', 'chao yang'],
  ['成长', 'cheng zhang'],
  ['音乐', 'yin yue'],
  ['行业', 'hang ye'],
  ['重工', 'zhong gong'],
  ['大厦', 'da sha'],
  ['商行', 'shang hang'],
  ['车行', 'che hang'],
];
const wordPattern = new RegExp(words.map(([word]) => word).join('|'));
const wordReadings = new Map(words);

/** Syllables of a text in order; Latin words and numbers stay whole. `person`: the first characters are a surname. */
export function pinyinSyllables(text: string, person = false): string[] {
  const result: string[] = [];
  let rest = normalizeText(text);
  if (person) {
    const surname = [rest.slice(0, 2), rest.slice(0, 1)].find((candidate) => candidate in surnames);
    if (surname) {
      result.push(...(surnames[surname] ?? '').split(' '));
      rest = rest.slice(surname.length);
    }
  }
  while (rest !== '') {
    const match = wordPattern.exec(rest);
    const plain = match ? rest.slice(0, match.index) : rest;
    for (const part of plain.match(/[\p{L}\p{N}]/u)
      ? (plain.match(/\p{Script=Han}|[^\s\p{Script=Han}\p{P}\p{S}]+/gu) ?? [])
      : []) {
      result.push(syllable(part));
    }
    if (!match) break;
    result.push(...(wordReadings.get(match[0]) ?? '').split(' '));
    rest = rest.slice(match.index + match[0].length);
  }
  return result;
}

const looksLikePerson = (name: string) => /^\p{Script=Han}{2,4}$/u.test(name);

/** Key by which names are ordered as in a Chinese directory: `zhang san`. Compared byte by byte (collation C). */
export function pinyinSortKey(name: string): string {
  const key = pinyinSyllables(name, looksLikePerson(name.trim())).join(' ');
  return (key === '' ? normalizeText(name).toLowerCase() : key).slice(0, 300).toWellFormed();
}

/** Whole pinyin and initials of the Chinese characters, for search: `hangzhouxihu`, `hzxh`. */
export function pinyinOf(text: string): { full: string; initials: string; syllables: string[] } {
  const syllables = pinyinSyllables(text, looksLikePerson(text.trim()));
  return {
    full: syllables.join(''),
    initials: syllables.map((part) => [...part][0] ?? '').join(''),
    syllables,
  };
}
