import { checkEmail } from '#shared/identifiers/internet.ts';
import { checkPhone } from '#shared/identifiers/phone.ts';

/** Something found in a text, with the part of the text it stood in. */
interface Found {
  value: string;
  /** Certain as far as the text itself goes, 0 to 1. */
  certainty: number;
}

const endings =
  'com|net|org|cn|hk|tw|jp|kr|sg|de|uk|fr|it|es|eu|us|ca|au|nz|in|ru|br|mx|ae|sa|my|th|vn|id|ph|tr|pl|nl|be|ch|at|se|dk|fi|no|biz|info|io|co|me|cc|tv|top|xyz|shop|tech|edu|gov|asia|mobi|global|ai|vip|link|online|club|app|dev|cloud';
const email = /[\p{L}\d._%+-]+\s?@\s?[\p{L}\d-]+(?:\s?[.]\s?[\p{L}\d-]+)*/gu;
const site = new RegExp(
  `(?:https?:\\/\\/)?(?:www\\s?[.,·]\\s?[a-z0-9-]+(?:[.,][a-z0-9-]+)+|[a-z0-9][a-z0-9-]*(?:\\.[a-z0-9-]+)*\\.(?:${endings}))(?![a-z@])(?:\\/[\\w./?=&%-]*)?`,
  'gi',
);

/** Email addresses; signs that recognition takes for others are put right: `©` for `@`, commas and blanks for dots. */
export function findEmails(text: string, announced: boolean): Found[] {
  let repaired = text.replace(/[＠©®]|\(at\)|\[at\]/gi, '@').replace(/\s*@\s*/g, '@');
  if (announced)
    repaired = repaired.replace(/[,，。·](?=[a-z]{2,4}(?:$|\W))/gi, '.').replace(/(?<=@\S*)\s*\.\s*/g, '.');
  if (announced && !repaired.includes('@')) repaired = repaired.replace(/(?<=[a-z0-9])[Q](?=[a-z0-9-]+\.)/, '@');
  return [...repaired.matchAll(email)].map(([match]) => {
    const value = match.replace(/\s/g, '').replace(/\.+$/, '').toLowerCase();
    const sound = checkEmail(value).ok;
    return { value, certainty: sound ? (repaired === text ? 1 : 0.85) : 0.4 };
  });
}

/** Web addresses that are no part of an email address. */
export function findWebsites(text: string): Found[] {
  const bare = text.replace(/\S+@\S+/g, ' ').replace(/w{3,5}\s*[.,·]\s*/gi, 'www.');
  return [...bare.matchAll(site)].flatMap(([match]) => {
    const value = match
      .replace(/\s/g, '')
      .replace(/,/g, '.')
      .replace(/[./]+$/, '')
      .toLowerCase();
    // `S.A. DE C.V.` ends like a site and is none.
    const told = /^(?:https?:|www\.)/.test(value);
    if (!told && (value.split('.').at(-2)?.length ?? 0) < 2) return [];
    return value.includes('.') ? [{ value, certainty: told ? 1 : 0.8 }] : [];
  });
}

const digitLike: Record<string, string> = { O: '0', o: '0', l: '1', I: '1', '|': '1', B: '8', S: '5', Z: '2' };
const numberRun =
  /(?:\(?\s*(?:\+|00)\s*\)?\s*)?\(?\+?\d[\d\s()（）.\-–—]{4,}\d(?:\s*(?:转|轉|分机|内线|ext\.?|x|#|-)\s*:?\s*\d{1,6})?/giu;

/** Numbers on vertical cards: `〇二一六三二二八八九九`. */
export const chineseNumber = /[〇○零一—二三四五六七八九\d]{7,13}/g;
const digitOf = (sign: string) => {
  const at = '〇一二三四五六七八九'.indexOf(sign);
  if (at >= 0) return String(at);
  return sign === '—' ? '1' : /[○零]/.test(sign) ? '0' : sign;
};

/** `82901111/2222`: the second number differs in its last digits only. */
const lastDigits = (text: string) =>
  text.replace(/(?<!\d)(\d{7,8})((?:\s?[/／、]\s?\d{2,4}(?![\d-]))+)/g, (_, whole: string, more: string) =>
    [whole, ...(more.match(/\d+/g) ?? []).map((end) => whole.slice(0, -end.length) + end)].join('/'),
  );

/** Phone numbers in any usual writing. `announced`: a label stood before, so letters among the digits are misread ones. */
export function findPhones(text: string, announced: boolean, country = 'CN'): Found[] {
  const digits = announced ? text.replace(chineseNumber, (run) => [...run].map(digitOf).join('')) : text;
  const repaired = announced
    ? digits.replace(/(?<=[\d+(-])[OolI|BSZ](?=[\d\s)-]|$)|(?<=^|\s)[OolI|](?=\d)/g, (sign) => digitLike[sign] ?? sign)
    : digits;
  return lastDigits(repaired)
    .split(/[/／;；、,，]|\s{2,}|或/u)
    .flatMap((piece, index, pieces) =>
      [...piece.matchAll(numberRun)].map(([match]) => ({ match, previous: pieces[index - 1] })),
    )
    .flatMap(({ match, previous }) => apart(match).map((number) => withArea(number, previous)))
    .flatMap((number) => {
      const value = number.replace(/[（]/g, '(').replace(/[）]/g, ')').replace(/[–—]/g, '-').trim();
      const length = value.replace(/\D/g, '').length;
      if (length < 7 || length > 20) return [];
      const international = value.replace(/\((\d{2,3})\)/, '+$1 ').replace(/^\+\+/, '+');
      const sound = checkPhone(value, country).ok || checkPhone(international, country).ok;
      if (!sound && !announced) return [];
      return [{ value, certainty: (sound ? 1 : 0.55) * (repaired === digits ? 1 : 0.9) }];
    });
}

/** `0538-8566111 8566222`, `(852) 9123 4567 (86) 135…`, or two mobiles with only a blank between them. */
function apart(run: string): string[] {
  const [own, ...abroad] = run.split(/(?<=\d{3}[\s-]?\d{4}[\s)）]*)(?=[(（]\s*\+?\d{2,3}\s*[)）]|\+\d)/u);
  if (own && abroad.length > 0) return [own, ...abroad].flatMap(apart);
  const lines = /^([(（]?0\d{2,3}[)）]?[\s-]*)([2-9]\d{6,7})[\s-]*([2-9]\d{6,7})$/u.exec(run.trim());
  if (lines?.[1] && lines[2]?.length === lines[3]?.length && /\D/.test(lines[1]))
    return [`${lines[1]}${lines[2]}`, `${lines[1]}${lines[3]}`];
  const mobiles = run.replace(/[^\d]/g, '').match(/1[3-9]\d{9}/g);
  if (mobiles && mobiles.length > 1 && mobiles.join('').length === run.replace(/\D/g, '').length) return mobiles;
  return [run];
}

/** `021-58886677/78`, `021-58886677/58886678`: the second has the first's area code. */
function withArea(number: string, previous: string | undefined): string {
  const area = /(\(?\+?\s?86\)?[\s-]*)?(\(?0?\d{2,3}\)?)[\s-]+(\d{7,8})\D*$/.exec(previous ?? '');
  const bare = number.trim();
  if (!area || !/^\d{7,8}$/.test(bare.replace(/\s/g, ''))) return number;
  return `${area[1] ?? ''}${area[2]}-${bare}`;
}

/** Mobile or fixed line, by the number itself where it tells. */
export function typeOfNumber(value: string): 'mobile' | 'work' {
  const digits = value.replace(/^\(?\+?\s?(?:00)?86\)?/, '').replace(/\D/g, '');
  return /^1[3-9]\d{9}$/.test(digits) ? 'mobile' : 'work';
}

/** A mainland postcode: six digits standing alone, or Japanese `123-4567` and Latin ones after a label. */
export function findPostcode(text: string, announced: boolean): string | undefined {
  const japanese = /〒\s*(\d{3}-\d{4})/.exec(text)?.[1];
  if (japanese) return japanese;
  const six = /(?<![\d-])(\d{6})(?![\d-])/.exec(text)?.[1];
  if (six && (announced || /^[1-9]|^0[1-7]/.test(six))) return six;
  return announced ? /\b([A-Z\d]{2,4}[\s-]?[A-Z\d]{3,4}|\d{4,5})\b/.exec(text)?.[1] : undefined;
}
