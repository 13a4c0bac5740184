import { nothing } from '#platform/sheets/cell-text.ts';
import { checkIdCard, checkUscc } from '#shared/identifiers/codes.ts';
import { pinyinSyllables } from '#shared/text/pinyin.ts';
import { type CompanyName, companyName } from './company.ts';
import { edits, fold, han, pieces } from './text.ts';

/** What a column says about a record; each has its own normal form and its own comparison. */
export const features = [
  'name',
  'person',
  'address',
  'phone',
  'email',
  'website',
  'code',
  'dateOfBirth',
  'postcode',
  'text',
  'number',
] as const;
export type Feature = (typeof features)[number];

export type RecordKind = 'person' | 'company';

export interface Column {
  /** Name shown in explanations: a heading of the file or a field's key. */
  key: string;
  feature: Feature;
}

/** A value in its comparable form. */
export interface Prepared {
  raw: string;
  /** Normal form: equal keys mean the same value. */
  key: string;
  words: string[];
  /** Words with a digit, joined over dashes: model numbers, editions, house numbers. */
  codes: string[];
  company?: CompanyName;
  /** Pinyin of a Chinese person's name, or the letters of a Latin one. */
  spelled?: string;
  number?: number;
  domain?: string;
  /** What a number is whose check character is right: no slip of the pen. */
  checked?: 'uscc' | 'idCard';
}

/** A record ready to be compared: for each column its values, most records have one. */
export interface PreparedRecord {
  id: string;
  kind: RecordKind;
  values: Prepared[][];
}

const streets: Record<string, string> = {
  st: 'street',
  str: 'street',
  rd: 'road',
  ave: 'avenue',
  av: 'avenue',
  blvd: 'boulevard',
  dr: 'drive',
  ln: 'lane',
  pl: 'place',
  hwy: 'highway',
  pkwy: 'parkway',
  sq: 'square',
  ct: 'court',
  crt: 'court',
  cct: 'circuit',
  cres: 'crescent',
  tce: 'terrace',
  n: 'north',
  s: 'south',
  e: 'east',
  w: 'west',
  ne: 'northeast',
  nw: 'northwest',
  se: 'southeast',
  sw: 'southwest',
  bldg: 'building',
  rm: 'room',
  flr: 'floor',
  no: '',
};

const stopWords = new Set(
  'the a an and of for in on at to with by or from between off near de la le du et und der die das del el los las y di da'.split(
    ' ',
  ),
);

const freeMail =
  /^(?:(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|aol|icloud|me|mac|gmx|web|mail|protonmail|qq|foxmail|163|126|yeah|sina|sohu|aliyun|139|189|21cn|tom|vip\.qq|vip\.163|vip\.sina|naver|daum|yandex|rediffmail)\.)/;

export function codesOf(folded: string): string[] {
  const found = folded.match(/[\p{N}a-z]+(?:[-/.][\p{N}a-z]+)*/gu) ?? [];
  const codes = new Set<string>();
  for (const item of found) {
    if (!/\d/.test(item)) continue;
    const joined = item.replace(/[-/.]/g, '');
    codes.add(joined);
    if (joined !== item)
      for (const part of item.split(/[-/.]/)) if (/\d/.test(part) && part.length >= 2) codes.add(part);
  }
  return [...codes];
}

function wordsOf(folded: string, address = false): string[] {
  const words: string[] = [];
  for (const piece of pieces(folded)) {
    if (han.test(piece)) {
      if (piece.length <= 2) words.push(piece);
      else for (let index = 0; index + 2 <= piece.length; index += 1) words.push(piece.slice(index, index + 2));
    } else {
      const word = address ? (streets[piece] ?? piece) : piece;
      if (word !== '' && !stopWords.has(word)) words.push(word);
    }
  }
  return words;
}

const plain = (raw: string, key: string): Prepared => ({ raw, key, words: [], codes: [] });

/** Characters of a value that are compared: what tells two records apart stands before them, and comparing takes their square. */
const longest = 2000;

/** What else than in a cell of a sheet is written where there is no value, by databases and spreadsheets. */
const missing =
  /^(?:#n\/?a|na|n\.a\.?|nil|nan|unknown|undefined|missing|tb[ad]|not (?:available|applicable|known|given|provided)|\\n|[-—–_.?？*/\\]+|未知|不详|空|待定|待补)$/i;
const isNothing = (text: string): boolean => nothing.test(text) || missing.test(text);
const bracketed = /^[([<{（【]+(.*?)[)\]>}）】]+$/;

/** A value's normal form by its feature; undefined for a value that says nothing. */
export function prepare(feature: Feature, kind: RecordKind, raw: string): Prepared | undefined {
  const text = raw.trim().slice(0, longest);
  if (text === '' || isNothing(bracketed.exec(text)?.[1]?.trim() ?? text)) return undefined;
  switch (feature) {
    case 'name':
      return kind === 'person' ? preparePerson(text) : prepareCompany(text);
    case 'person':
      return preparePerson(text);
    case 'phone':
      return preparePhone(text);
    case 'email':
      return prepareEmail(text);
    case 'website':
      return prepareSite(text);
    case 'dateOfBirth':
      return prepareDate(text);
    case 'code': {
      const code = prepareCode(text);
      const checked = checkUscc(text).ok ? 'uscc' : checkIdCard(text).ok ? 'idCard' : undefined;
      return code && checked ? { ...code, checked } : code;
    }
    case 'postcode':
      return prepareCode(text);
    case 'number':
      return prepareNumber(text);
    default:
      return prepareText(text, feature === 'address');
  }
}

function prepareCode(raw: string): Prepared | undefined {
  const key = fold(raw).replace(/[^\p{L}\p{N}]+/gu, '');
  return key === '' ? undefined : plain(raw, key);
}

function prepareText(raw: string, address: boolean): Prepared | undefined {
  const folded = fold(raw);
  const words = wordsOf(address ? folded.replace(/(?<=\p{Script=Han})(?:省|市|区|县|镇)/gu, '') : folded, address);
  if (words.length === 0) return undefined;
  return { raw, key: words.join(' '), words, codes: codesOf(folded) };
}

function prepareCompany(raw: string): Prepared | undefined {
  const company = companyName(raw);
  const words = company.words.filter((word) => !stopWords.has(word));
  if (words.length === 0 && company.words.length === 0) return undefined;
  const key = company.branch ? `${company.core} ${company.branch}` : company.core;
  return { raw, key, words: words.length > 0 ? words : company.words, codes: codesOf(fold(raw)), company };
}

const titles = new Set([
  'mr',
  'mrs',
  'ms',
  'miss',
  'dr',
  'prof',
  'jr',
  'sr',
  '先生',
  '女士',
  '小姐',
  '经理',
  '总',
  '老师',
]);

function preparePerson(raw: string): Prepared | undefined {
  const folded = fold(raw).replace(
    /(?<=\p{Script=Han}{1,4})(?:先生|女士|小姐|总经理|经理|董事长|总监|主任|教授|博士|医生|老师|师傅|同志|总)$/u,
    '',
  );
  const words = pieces(folded.replace(/(?<=\p{Script=Han})[\s·•.]+(?=\p{Script=Han})/gu, '')).filter(
    (word) => !titles.has(word),
  );
  if (words.length === 0) return undefined;
  const chinese = words.some((word) => han.test(word));
  const spelled = chinese ? pinyinSyllables(words.join(''), true).join('') : words.join('');
  return { raw, key: words.join(' '), words, codes: [], spelled };
}

function preparePhone(raw: string): Prepared | undefined {
  const base = fold(raw).replace(/(?:转|分机|ext\.?|extension|x|#)\s*[:：.]?\s*\d{1,8}\s*$/i, '');
  const digits = base
    .replace(/\D/g, '')
    .replace(/^(?:0086|00)(?=\d{9})/, '')
    .replace(/^86(?=1\d{10}$|0?[2-9]\d{9,10}$)/, '');
  const key = digits.replace(/^0+/, '');
  return key.length < 5 ? undefined : plain(raw, key);
}

function prepareEmail(raw: string): Prepared | undefined {
  const text = fold(raw)
    .replace(/^mailto:/, '')
    .replace(/\s/g, '');
  const at = text.lastIndexOf('@');
  if (at < 1) return undefined;
  const domain = text.slice(at + 1);
  return { ...plain(raw, text), words: [text.slice(0, at)], ...(freeMail.test(domain) ? {} : { domain }) };
}

function prepareSite(raw: string): Prepared | undefined {
  const host = fold(raw)
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[/?#:].*$/, '')
    .replace(/^(?:www\d?|m)\./, '')
    .trim();
  if (!host.includes('.')) return undefined;
  const parts = host.split('.');
  const registered = parts.slice(/^(?:com|net|org|co|gov|edu|ac)$/.test(parts.at(-2) ?? '') ? -3 : -2).join('.');
  return { ...plain(raw, host), domain: registered };
}

function prepareDate(raw: string): Prepared | undefined {
  const numbers = fold(raw).match(/\d+/g) ?? [];
  let digits = numbers.join('');
  const [a = '', b = '', c = ''] = numbers;
  if (numbers.length >= 3) {
    const two = (part: string) => part.padStart(2, '0');
    if (a.length === 4) digits = a + two(b) + two(c);
    else if (c.length === 4)
      digits = Number(a) > 12 ? c + two(b) + two(a) : Number(b) > 12 ? c + two(a) + two(b) : c + two(b) + two(a);
  }
  return digits.length < 4 ? undefined : plain(raw, digits.slice(0, 8));
}

function prepareNumber(raw: string): Prepared | undefined {
  const match = /-?\d[\d,]*(?:\.\d+)?/.exec(fold(raw));
  if (!match) return undefined;
  const number = Number(match[0].replace(/,/g, ''));
  return { ...plain(raw, String(number)), number };
}

/** Short keys by which records that may be the same find each other: each names a block, kept small by the index. */
export function blockingKeys(feature: Feature, kind: RecordKind, value: Prepared): string[] {
  switch (feature) {
    case 'name':
    case 'person':
      return kind === 'company' && value.company ? companyKeys(value, value.company) : personKeys(value);
    case 'phone':
      return value.key.length >= 7 ? [value.key.slice(-7)] : [value.key];
    case 'email':
      return [value.key, ...(value.domain ? [value.domain] : [])];
    case 'website':
      return [value.domain ?? value.key];
    case 'code':
    case 'dateOfBirth':
      return [value.key];
    case 'postcode':
    case 'number':
      return [];
    case 'text':
    case 'address': {
      const keys = new Set(value.words);
      for (let index = 0; index + 1 < value.words.length && index < 20; index += 1)
        keys.add(`${value.words[index]} ${value.words[index + 1]}`);
      for (const code of value.codes) if (code.length >= 4) keys.add(code);
      return [...keys].slice(0, 60);
    }
  }
}

function companyKeys(value: Prepared, company: CompanyName): string[] {
  const keys = new Set<string>([company.core, `s${company.spelledCore}`, `s${company.spelled}`]);
  for (const word of value.words.slice(0, 40)) {
    keys.add(word);
    if (!company.chinese && word.length >= 5) keys.add(`p${word.slice(0, 5)}`);
  }
  for (let index = 0; index + 1 < value.words.length && index < 20; index += 1)
    keys.add(`${value.words[index]} ${value.words[index + 1]}`);
  for (const code of value.codes) if (code.length >= 3) keys.add(code);
  if (company.chinese) {
    // 上汽 for 上海汽车, 中石化 for 中国石油化工: first and last characters of short forms.
    keys.add(`a${company.core[0]}${company.core.at(-1)}`);
    keys.add(`b${company.brand.slice(0, 2)}`);
    if (company.inner) keys.add(company.inner.rest);
  } else {
    if (company.initials.length >= 3) keys.add(`i${company.initials}`);
    if (/^[a-z]{3,6}$/.test(company.core)) keys.add(`i${company.core}`);
    keys.add(`c${company.spelledCore.slice(0, 8)}`);
  }
  for (const start of spelledStarts(value, company)) keys.add(`y${start}`);
  return [...keys];
}

/** Letters that a Chinese name and its writing in Latin letters both begin with, often in two words: Haitian, Hai Tian. */
export function spelledStarts(value: Prepared, company: CompanyName): string[] {
  if (company.chinese) return [pinyinSyllables(company.core.slice(0, 2)).join('')];
  const [first = '', second = ''] = value.words;
  return [first, first + second].filter((start) => start.length >= 4);
}

function personKeys(value: Prepared): string[] {
  const keys = new Set<string>([value.key, `s${value.spelled ?? ''}`]);
  if (value.words.length > 1) {
    keys.add([...value.words].sort().join(' '));
    keys.add(`s${[...value.words].reverse().join('')}`);
    for (const word of value.words) if (word.length > 2) keys.add(word);
  }
  return [...keys];
}

/** Whether two dates are one slip apart: a digit, two digits changing places, day and month exchanged. */
export const dateSlip = (a: string, b: string): boolean =>
  edits(a, b) === 1 ||
  (a.length === 8 &&
    b.length === 8 &&
    a.slice(0, 4) === b.slice(0, 4) &&
    a.slice(4, 6) === b.slice(6) &&
    a.slice(6) === b.slice(4, 6));
