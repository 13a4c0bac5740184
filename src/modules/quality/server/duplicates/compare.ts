import { type CompanyName, isTradeWord } from './company.ts';
import { dateSlip, type Feature, type Prepared, type RecordKind } from './features.ts';
import { edits, han, isSubsequence, jaroWinkler, wordSimilarity } from './text.ts';

/** How far two values agree: 0 the same, 1 near, 2 close, 3 partly, 4 weakly, 5 different. */
export type Level = 0 | 1 | 2 | 3 | 4 | 5;
export const levelCount = 6;

/** How much a word tells: the rarer in its column, the more. */
export type Weigh = (word: string) => number;

const byScore = (score: number): Level =>
  score >= 0.995 ? 0 : score >= 0.88 ? 1 : score >= 0.72 ? 2 : score >= 0.52 ? 3 : score >= 0.3 ? 4 : 5;

/** Compares two values of one column. */
export function compareValues(feature: Feature, kind: RecordKind, a: Prepared, b: Prepared, weigh: Weigh): Level {
  switch (feature) {
    case 'name':
      return kind === 'person' ? comparePersons(a, b) : compareCompanies(a, b, weigh);
    case 'person':
      return comparePersons(a, b);
    case 'phone':
      return comparePhones(a.key, b.key);
    case 'email':
      return compareEmails(a, b);
    case 'website':
      return a.key === b.key ? 0 : a.domain === b.domain ? 1 : 5;
    case 'dateOfBirth':
      return compareDates(a.key, b.key);
    case 'code':
      return a.key === b.key ? 0 : a.key.length >= 5 && edits(a.key, b.key) === 1 ? 1 : 5;
    case 'postcode':
      return a.key === b.key ? 0 : edits(a.key, b.key) === 1 ? 1 : a.key.slice(0, 3) === b.key.slice(0, 3) ? 3 : 5;
    case 'number':
      return compareNumbers(a.number ?? 0, b.number ?? 0);
    default:
      return a.key === b.key ? 0 : capped(byScore(wordsSimilarity(a.words, b.words, weigh)), 1);
  }
}

const capped = (level: Level, best: Level): Level => (level < best ? best : level);

function comparePhones(a: string, b: string): Level {
  if (a === b) return 0;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  // A calling code or area code left out, or an extension written on.
  if (short.length >= 7 && (long.endsWith(short) || (short.length >= 10 && long.startsWith(short))))
    return short.length >= 9 ? 0 : 1;
  if (short.length >= 8 && short.slice(-8) === long.slice(-8)) return 1;
  if (short.length >= 7 && edits(a, b) === 1) return 2;
  if (short.length >= 7 && short.slice(0, 6) === long.slice(0, 6)) return 4;
  return 5;
}

function compareEmails(a: Prepared, b: Prepared): Level {
  if (a.key === b.key) return 0;
  const local = (item: Prepared) => item.words[0] ?? '';
  // sales01@ and sales02@ are colleagues, not a slip.
  const letters = (item: Prepared) => item.key.replace(/\d/g, '');
  if (edits(a.key, b.key) === 1 && letters(a) !== letters(b)) return 1;
  if (local(a) === local(b) && local(a).length >= 5 && !/^(?:info|sales|office|contact|admin|service)/.test(local(a)))
    return 2;
  return a.domain && a.domain === b.domain ? 3 : 5;
}

function compareDates(a: string, b: string): Level {
  if (a === b) return 0;
  if (dateSlip(a, b)) return 1;
  const same = [a.slice(0, 4) === b.slice(0, 4), a.slice(4, 6) === b.slice(4, 6), a.slice(6) === b.slice(6)].filter(
    Boolean,
  );
  if (same.length === 2 || edits(a, b) === 2) return 2;
  return same.length === 1 ? 4 : 5;
}

const isYear = (value: number) => Number.isInteger(value) && value >= 1800 && value <= 2100;

function compareNumbers(a: number, b: number): Level {
  if (a === b) return 0;
  if (isYear(a) && isYear(b)) {
    const years = Math.abs(a - b);
    return years === 1 ? 1 : years === 2 ? 2 : years <= 4 ? 3 : years <= 10 ? 4 : 5;
  }
  const gap = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
  return gap <= 0.01 ? 1 : gap <= 0.06 ? 2 : gap <= 0.2 ? 3 : gap <= 0.5 ? 4 : 5;
}

/** Share of the words' weight that has a counterpart; words spelled alike count in part. */
export function wordsSimilarity(a: string[], b: string[], weigh: Weigh): number {
  if (a.length === 0 || b.length === 0) return 0;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const rest = new Map<string, number>();
  for (const word of long) rest.set(word, (rest.get(word) ?? 0) + 1);
  let matched = 0;
  let total = 0;
  let shortTotal = 0;
  const open: string[] = [];
  for (const word of short) {
    const weight = weigh(word);
    total += weight;
    shortTotal += weight;
    const left = rest.get(word) ?? 0;
    if (left > 0) {
      matched += weight;
      rest.set(word, left - 1);
    } else open.push(word);
  }
  let longTotal = 0;
  for (const word of long) longTotal += weigh(word);
  total += longTotal;
  let both = matched * 2;
  if (open.length > 0 && open.length <= 12) {
    const left = [...rest].filter(([, count]) => count > 0).map(([word]) => word);
    for (const word of open) {
      let best = 0;
      let at = -1;
      for (const [index, other] of left.entries()) {
        const score = wordSimilarity(word, other);
        if (score > best) {
          best = score;
          at = index;
        }
      }
      // Two words written as one: `photo shop` and `photoshop`.
      if (best < 0.7) continue;
      const other = left[at] ?? '';
      left.splice(at, 1);
      // A slip makes a frequent word a rare one; it tells no more for that.
      const [own, its] = [weigh(word), weigh(other)];
      const worth = Math.min(own, its);
      total -= own + its - worth * 2;
      shortTotal -= own - worth;
      longTotal -= its - worth;
      const share = worth * (best >= 0.85 ? best : best * 0.8);
      both += share * 2;
      matched += share;
    }
  }
  const dice = both / total;
  const contained = matched / Math.max(1e-9, Math.min(shortTotal, longTotal));
  return Math.sqrt(dice * Math.min(1, contained));
}

const apart = (a: string[], b: string[]) =>
  a.length > 0 &&
  b.length > 0 &&
  !a.some((place) => b.some((other) => place.startsWith(other) || other.startsWith(place)));

/** 鹭海厦门纸业 and 厦门鹭海纸业: the place stands within one name and before the other. */
const placeMoved = ({ inner }: CompanyName, other: CompanyName): boolean =>
  inner !== undefined && inner.rest === other.core && other.places.includes(inner.place);

function compareCompanies(a: Prepared, b: Prepared, weigh: Weigh): Level {
  const left = a.company;
  const right = b.company;
  if (!left || !right) return 5;
  // 北京分公司 and 上海分公司, 第一医院 and 第二医院, 杭州明达 and 宁波明达 are others, however alike.
  const elsewhere = left.law !== '' && right.law !== '' && left.law !== right.law;
  const worst: Level =
    apart(left.placesSpelled, right.placesSpelled) || left.branch !== right.branch ? 3 : elsewhere ? 2 : 0;
  if (a.key === b.key || left.core === right.core) return capped(0, worst);
  if (left.spelledCore === right.spelledCore && left.chinese === right.chinese && !left.chinese)
    return capped(1, worst);
  if (placeMoved(left, right) || placeMoved(right, left)) return capped(1, worst);
  const score =
    left.chinese && right.chinese
      ? chinesePair(left, right, a, b, weigh)
      : left.chinese !== right.chinese
        ? acrossScripts(left, right)
        : latinPair(left, right, a, b, weigh);
  return capped(byScore(Math.min(score, 0.99)), worst);
}

const companyWeigh =
  (weigh: Weigh): Weigh =>
  (word) =>
    isTradeWord(word) ? weigh(word) * 0.35 : weigh(word);

function chinesePair(left: CompanyName, right: CompanyName, a: Prepared, b: Prepared, weigh: Weigh): number {
  const general = wordsSimilarity(a.words, b.words, companyWeigh(weigh));
  const [short, long] = left.core.length <= right.core.length ? [left, right] : [right, left];
  const size = short.core.length;
  const slips = edits(left.core, right.core);
  const shortBrand = Math.min(left.brand.length, right.brand.length);
  if (long.core.startsWith(short.core)) {
    // Three characters with more than words of trade behind them may begin another brand: suggested, not taken for the same.
    const only = long.brand === short.core;
    return Math.max(general, size >= 4 || (size === 3 && only) ? 0.9 : size === 3 || only ? 0.8 : 0.55);
  }
  if (left.brand === right.brand) {
    // Words of trade on one side only were left out; different ones on both make two firms of one house.
    const only = (x: CompanyName, y: CompanyName) => x.trade.some((word) => !y.trade.includes(word));
    if (only(left, right) && only(right, left)) return Math.min(general, shortBrand >= 3 ? 0.75 : 0.6);
    return Math.max(general, shortBrand >= 3 ? 0.9 : 0.8);
  }
  if (left.spelledCore === right.spelledCore) return Math.max(Math.min(general, 0.7), shortBrand >= 3 ? 0.85 : 0.6);
  // The same brand by sound, words of trade left out on one side.
  if (left.spelled === right.spelled && (left.trade.length === 0 || right.trade.length === 0))
    return Math.max(Math.min(general, 0.7), shortBrand >= 3 ? 0.75 : 0.55);
  if (slips === 1 && left.core.length !== right.core.length && size >= 4)
    return Math.max(general, shortBrand >= 3 ? 0.88 : 0.7);
  if (slips === 1 && size >= 4)
    return shortBrand >= 4 && size >= 5
      ? Math.max(general, 0.85)
      : Math.min(Math.max(general, 0.5), shortBrand >= 3 ? 0.7 : 0.6);
  if (slips === 2 && size >= 8) return Math.max(general, 0.72);
  if (long.core.includes(short.core) && size >= 3) return Math.max(general, 0.75);
  if (size >= 2 && size <= 4 && short.core[0] === long.core[0] && isSubsequence(short.core, long.core))
    return Math.max(general, 0.6);
  return general;
}

const together = (a: string[], b: string[]) => a.some((place) => b.includes(place));

/** Whether a pinyin begins with one or several of the first words, together five letters or more. */
function startsSpelled(words: string[], spelled: string): boolean {
  let start = '';
  for (const word of words) {
    if (!spelled.startsWith(start + word)) break;
    start += word;
  }
  return start.length >= 5;
}

function acrossScripts(left: CompanyName, right: CompanyName): number {
  const [chinese, latin] = left.chinese ? [left, right] : [right, left];
  // A few letters are the pinyin of many names.
  if (chinese.spelledCore === latin.spelledCore) return latin.spelledCore.length >= 5 ? 0.95 : 0.5;
  if (chinese.spelled === latin.spelled)
    return chinese.spelled.length >= 8 ? 0.9 : chinese.spelled.length >= 5 ? 0.8 : 0.5;
  if (latin.spelled.length >= 5 && chinese.spelledCore.startsWith(latin.spelled)) return 0.74;
  // Ningbo Haitian Plastics Machinery for 宁波海天塑机: the brand by sound, the trade translated, at the same place.
  if (startsSpelled(latin.words, chinese.spelledCore) && together(latin.placesSpelled, chinese.placesSpelled))
    return 0.74;
  const alike = jaroWinkler(chinese.spelled, latin.spelled);
  return alike >= 0.93 && chinese.spelled.length >= 6 ? 0.6 : 0.1;
}

function latinPair(left: CompanyName, right: CompanyName, a: Prepared, b: Prepared, weigh: Weigh): number {
  const general = wordsSimilarity(a.words, b.words, companyWeigh(weigh));
  // Words written together or apart: a slip or two at most, or long words that both have would outvote the one that differs.
  const slips =
    left.spelledCore.length >= 6 && right.spelledCore.length >= 6 ? edits(left.spelledCore, right.spelledCore) : 3;
  const joined = slips <= 2 ? 1 - slips / Math.max(left.spelledCore.length, right.spelledCore.length) : 0;
  const acronym = (x: CompanyName, y: CompanyName) => x.initials.length >= 3 && x.initials === y.core;
  if (acronym(left, right) || acronym(right, left)) return 0.75;
  // Numbers that differ are no slip of the pen.
  const numbered = a.codes.join(' ') !== b.codes.join(' ');
  return Math.max(general, joined >= 0.85 && !numbered ? joined : 0);
}

/** 王总: of the name only the family name is known. */
const familyOnly = (name: Prepared) => name.key.length === 1 && han.test(name.key);

function comparePersons(a: Prepared, b: Prepared): Level {
  if (familyOnly(a) || familyOnly(b)) return sameFamily(a, b) ? 3 : 5;
  if (a.key === b.key) return 0;
  const [left, right] = [a.words, b.words];
  if (left.length > 1 && left.length === right.length && [...left].sort().join(' ') === [...right].sort().join(' '))
    return 1;
  const chinese = [han.test(a.key), han.test(b.key)];
  if (chinese[0] !== chinese[1]) return acrossPersons(a, b, chinese[0] === true);
  if (chinese[0]) {
    if (a.spelled === b.spelled) return a.key.length >= 3 ? 1 : 2;
    const slips = edits(a.key, b.key);
    if (slips === 1 && Math.max(a.key.length, b.key.length) >= 3) return a.key[0] === b.key[0] ? 3 : 4;
    return 5;
  }
  if (a.spelled === b.spelled) return 1;
  if (left.length === 1 && right.length === 1) return singleNames(left[0] ?? '', right[0] ?? '');
  const sum = pairedNames(left, right);
  return byScore(
    Math.min(
      0.99,
      Math.sqrt((sum / Math.max(left.length, right.length)) * (sum / Math.min(left.length, right.length))),
    ),
  );
}

function sameFamily(a: Prepared, b: Prepared): boolean {
  const [one, other] = familyOnly(a) ? [a, b] : [b, a];
  return han.test(other.key) ? one.key === other.key[0] : other.words.includes(one.spelled ?? '');
}

/** What the words of two names have in common: the likest two first, so that it is the same from both sides. */
function pairedNames(left: string[], right: string[]): number {
  const pairs = left.flatMap((word, one) =>
    right.flatMap((other, two) => {
      const initial = (word.length === 1 || other.length === 1) && word[0] === other[0];
      const score = word === other ? 1 : initial ? 0.8 : jaroWinkler(word, other);
      return score >= 0.8 ? [{ one, two, score, words: [word, other].sort().join(' ') }] : [];
    }),
  );
  pairs.sort((a, b) => b.score - a.score || (a.words < b.words ? -1 : a.words > b.words ? 1 : 0));
  const taken = { one: new Set<number>(), two: new Set<number>() };
  let sum = 0;
  for (const { one, two, score } of pairs) {
    if (taken.one.has(one) || taken.two.has(two)) continue;
    taken.one.add(one);
    taken.two.add(two);
    sum += score;
  }
  return sum;
}

function singleNames(a: string, b: string): Level {
  const alike = jaroWinkler(a, b);
  const slips = edits(a, b);
  const longest = Math.max(a.length, b.length);
  if (slips === 1 && longest >= 4) return 1;
  if (alike >= 0.93) return 1;
  if ((a.length === 1 || b.length === 1) && a[0] === b[0]) return 2;
  if (alike >= 0.86 || (slips <= 2 && longest >= 6)) return 2;
  if (alike >= 0.78 || (slips <= 3 && longest >= 8)) return 3;
  return alike >= 0.68 ? 4 : 5;
}

/** 张小明 against Zhang Xiaoming, Xiaoming Zhang, Xiao Ming Zhang. */
function acrossPersons(a: Prepared, b: Prepared, firstChinese: boolean): Level {
  const [chinese, latin] = firstChinese ? [a, b] : [b, a];
  const target = chinese.spelled ?? '';
  const words = latin.words;
  for (let turn = 0; turn < words.length; turn += 1) {
    if ([...words.slice(turn), ...words.slice(0, turn)].join('') === target) return 1;
  }
  return edits(latin.spelled ?? '', target) === 1 && target.length >= 6 ? 2 : 5;
}

/** Model numbers, editions and years in two texts: shared, in part, or none in common. Undefined when one has none. */
export function compareCodes(a: string[], b: string[]): Level | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  const shared = a.filter((code) => b.includes(code));
  const long = (code: string) => code.length >= 4;
  const grown = a.some(
    (code) =>
      long(code) &&
      b.some(
        (other) =>
          long(other) &&
          code !== other &&
          (code.startsWith(other) || other.startsWith(code) || code.endsWith(other) || other.endsWith(code)),
      ),
  );
  const all = shared.length === Math.min(a.length, b.length);
  const telling = shared.filter(long);
  if (telling.some((code) => /[a-z]/.test(code))) return 0;
  if (telling.length > 0) return all ? 0 : 2;
  if (grown) return 1;
  if (shared.length > 0) return all ? 2 : 3;
  return 5;
}
