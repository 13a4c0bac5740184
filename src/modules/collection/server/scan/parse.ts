import { normalizeText } from '#shared/text/normalize.ts';
import type { BusinessCard, CardLine, CardValue } from './card.ts';
import { type LabelKind, type Segment, segmentsOf } from './labels.ts';
import { chooseName, type Part, sortWords } from './lines.ts';
import { chineseNumber, findEmails, findPhones, findPostcode, findWebsites, typeOfNumber } from './points.ts';
import { addressStrength } from './words.ts';

const phoneLabels: LabelKind[] = ['mobile', 'phone', 'whatsapp'];

/** Reads fields out of the lines of a business card in Chinese, English or both. */
export function parseCard(lines: CardLine[]): BusinessCard {
  const card: BusinessCard = { phones: [], faxes: [], emails: [], websites: [], addresses: [], rest: [] };
  const words: Part[] = [];
  let postcode: string | undefined;
  let openAddress: { at: number; height: number } | undefined;
  const country = countryOf(lines);
  const lettered = lines.some((line) => glued.test(line.text));
  for (const [at, line] of lines.entries()) {
    const printed = normalizeText(line.text.slice(0, 500));
    const written = wordsApart(lettered ? printed.replace(gluedLetter, '$1: ') : printed);
    const sameAsMobile = sameNumber.test(written);
    const segments = segmentsOf(written.replace(sameNumber, ' '));
    for (const segment of segments) {
      const part = { ...line, text: segment.text, at, labels: segment.labels, alone: segments.length === 1 };
      if (segment.labels.includes('bank')) continue;
      postcode ??= segment.labels.includes('postcode') ? findPostcode(segment.text, true) : undefined;
      // A postcode alone in brackets on a line of its own.
      postcode ??= /^[(（【[]?\s*([1-9]\d{5})\s*[)）】\]]?$/.exec(segment.text)?.[1];
      if (postcode && segment.text.replace(/\D/g, '') === postcode && segment.text.length < 11) continue;
      const left = takePoints(card, part, country);
      const mobile = card.phones.findLast((phone) => phone.type === 'mobile');
      if (sameAsMobile && mobile)
        card.wechat ??= { value: mobile.value.replace(/\D/g, '').slice(-11), confidence: mobile.confidence };
      if (segment.labels.includes('postcode')) {
        const address = left.replace(/^\s*\d{3}-?\d{4}|^\s*\d{6}/, '').trim();
        if (addressStrength(address) >= 2) addAddress(card, { ...part, text: address });
        continue;
      }
      const office = segment.labels.length === 0 ? otherOffice.exec(left)?.[1] : undefined;
      if (office && addressStrength(office) >= 3) {
        addAddress(card, { ...part, text: office });
        openAddress = { at, height: line.height };
      } else if (segment.labels.includes('address')) {
        addAddress(card, { ...part, text: left });
        openAddress = { at, height: line.height };
      } else if (
        left !== '' &&
        segment.labels.every((label) => label === 'name' || label === 'title' || label === 'company')
      ) {
        if (segment.labels.length === 0 && openAddress && at === openAddress.at + 1 && continues(left, card)) {
          extendAddress(card, { ...part, text: left });
          openAddress.at = at;
        } else words.push({ ...part, text: left });
      } else if (left !== '' && !isLeftOver(segment, left)) card.rest.push(left);
    }
  }
  sortWords(card, words);
  chooseName(card);
  for (const item of card.addresses) item.value = numbersApart(item.value.replace(/[\s,，;]+$/, ''));
  const [address] = card.addresses;
  if (postcode && address && !address.postcode) address.postcode = postcode;
  return card;
}

/** `13771234568（微信同号）` */
const sameNumber =
  /[(（]?\s*(?:手机\s*[/与和]?\s*)?(?:微\s*信\s*(?:号)?(?:与手机)?\s*同\s*(?:号|步)?|同\s*微\s*信(?:号)?|v\s*信?\s*同号)\s*[)）]?/iu;

/** `M18510882371`: recognition dropped the blank behind a label of one letter, so it did on the card's other lines. */
const glued = /^[TMPF](?:\+|1[3-9]\d{9}|0\d{9})/;
const gluedLetter = /^([TPMF](?=[+(\d])|[EW](?=[a-z\d]\S*\.[a-z])|A(?=\p{Script=Han}))/u;

/** `济南：济南市历下区经十路9777号`: what stands before the colon tells which office. */
const otherOffice = /^\p{Script=Han}{2,6}\s*[:：]\s*(.+)$/u;

/** `No.68South Road, Wuxi214028`, `MelbourneVIC3000` */
const numbersApart = (address: string) =>
  latinLine.test(address)
    ? address.replace(
        /(?<=\p{Ll}{3})(?=\d|\p{Lu}{2,3}\d{4})|(?<=\d)(?=\p{Lu}\p{Ll}{2})|(?<=,)(?=[\p{L}\d])|(?<=(?:\p{Ll}{2}|[\s,])\p{Lu}{2,3})(?=\d{4,6}(?!\d))/gu,
        ' ',
      )
    : address;

const latinLine = /^[\p{Script=Latin}\p{N}\p{P}\p{S}\s]+$/u;

/** A number as a part of the name, before the legal form: `Foods64GmbH`. */
const numberedName =
  /(?<=\p{Ll})(?=\d{1,4}\s?(?:GmbH|Ltd|Inc|LLC|Corp|Pvt|SARL|Co\.)\b)|(?<=\d)(?=(?:GmbH|Ltd|Inc|LLC|Corp|Pvt|SARL|Co\.)(?:\W|$))/gu;

/** Recognition drops blanks between Latin words: `MichaelWang`, `Dr.JohnA.Smith`, `SalesManager`. */
const wordsApart = (text: string) =>
  !latinLine.test(text) || /@|www|https?:/i.test(text)
    ? text
    : text
        .replace(/(?<=\p{Ll})(?<!\bMa?c)(?=\p{Lu}(?:\p{Ll}|\.|['’]\p{Lu}))|(?<=[.,])(?=\p{Lu}\p{Ll})/gu, ' ')
        .replace(numberedName, ' ');

/** Where numbers without a calling code belong: what the card is written in tells. */
function countryOf(lines: CardLine[]): string {
  const text = lines.map((line) => line.text).join('\n');
  if (/[\p{Script=Hiragana}\p{Script=Katakana}〒]|株式会社/u.test(text)) return 'JP';
  return /\p{Script=Hangul}/u.test(text) ? 'KR' : 'CN';
}

const confidence = (part: { confidence: number }, certainty: number) =>
  Math.round(part.confidence * certainty * 100) / 100;

/** Takes numbers and addresses of the net out of a part; returns what remains. */
function takePoints(card: BusinessCard, part: Part, country: string): string {
  const { labels } = part;
  // A site printed right behind the address.
  // The stroke between them is read as a letter.
  let text = part.text.replace(/(?<=[a-z])\s?[|/I]?(?=(?:www|WWW)\s?\.)/g, ' ');
  const expectsEmail = labels.includes('email');
  for (const { value, certainty } of findEmails(text, expectsEmail))
    if (!card.emails.some((item) => item.value === value))
      card.emails.push({ value, confidence: confidence(part, certainty) });
  if (/@/.test(text) || expectsEmail) text = text.replace(/\S*\s?[@＠]\s?\S*/g, ' ').trim();
  if (expectsEmail) text = '';
  for (const { value, certainty } of findWebsites(text)) {
    if (!card.websites.some((item) => item.value === value))
      card.websites.push({ value, confidence: confidence(part, certainty) });
  }
  if (findWebsites(text).length > 0)
    text = text.replace(/(?:https?:\/\/)?[\w-]+(?:[.,][\w-]+)+(?:\/\S*)?/gi, ' ').trim();
  if (labels.includes('wechat') || labels.includes('qq')) text = takeMessenger(card, part, text);
  const numbers = labels.some((label) => phoneLabels.includes(label) || label === 'fax');
  if (numbers || (labels.length === 0 && addressStrength(text) < 3)) {
    const found = findPhones(text, numbers, country);
    for (const { value, certainty } of found) addNumber(card, part, value, certainty);
    if (found.length > 0)
      text = text.replace(/[+(（\d][\d\s()（）.\-–—+/;；、,，]{5,}\d(?:\s*(?:转|分机|ext\.?|x|#)\s*\d{1,6})?/giu, ' ');
    if (numbers && found.length > 0) text = text.replace(chineseNumber, ' ');
    if (numbers) return text.replace(/[\d\s()（）.\-–—+/|:;；、,，]+/g, ' ').trim().length > 3 ? text.trim() : '';
  }
  return text.trim();
}

function takeMessenger(card: BusinessCard, part: Part, text: string): string {
  const written = /[A-Za-z0-9_-]{5,30}/.exec(text.replace(/(?<=\d)\s(?=\d)/g, ''))?.[0];
  // A mobile number is known there without the calling code.
  const id = written?.replace(/^86-?(?=1[3-9]\d{9}$)/, '');
  if (!id) return part.labels.includes('mobile') ? text : '';
  const value = { value: id, confidence: confidence(part, 0.95) };
  if (part.labels.includes('wechat')) card.wechat ??= value;
  else card.qq ??= value;
  return part.labels.length > 1 ? text : '';
}

function addNumber(card: BusinessCard, part: Part, value: string, certainty: number): void {
  const sure = confidence(part, part.labels.length > 0 ? certainty : certainty * 0.9);
  const digits = value.replace(/\D/g, '');
  const known = (list: CardValue[]) => list.some((item) => item.value.replace(/\D/g, '') === digits);
  if (part.labels.includes('fax') && !known(card.faxes)) card.faxes.push({ value, confidence: sure });
  if (part.labels.includes('fax') && !part.labels.some((label) => phoneLabels.includes(label))) return;
  if (known(card.phones)) return;
  const type = part.labels.includes('mobile')
    ? 'mobile'
    : part.labels.includes('whatsapp')
      ? 'whatsapp'
      : typeOfNumber(value);
  card.phones.push({ value, type, confidence: sure });
}

function addAddress(card: BusinessCard, part: Part): void {
  const postcode = findPostcode(part.text, false);
  const text = part.text
    .replace(postcode ? new RegExp(`[(（]?\\s*(?:〒\\s*)?${postcode}\\s*[)）]?`) : /$^/, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s,，;；|]+|[\s;；|(（]+$/g, '');
  if (text.length < 4) return;
  const certainty = part.labels.includes('address') ? 1 : addressStrength(text) >= 3 ? 0.9 : 0.75;
  card.addresses.push({ value: text, confidence: confidence(part, certainty), ...(postcode ? { postcode } : {}) });
}

/** The line after an address belongs to it when it looks like one and like nothing else. */
const continues = (text: string, card: BusinessCard) => {
  const last = card.addresses.at(-1);
  if (!last) return false;
  const unfinished = /[,，]$|\b(?:no|road|rd)\.?$/i.test(last.value);
  return text.length < 80 && (unfinished || addressStrength(text) >= 2) && !/公司|集团|\bltd\b|\binc\b/i.test(text);
};

function extendAddress(card: BusinessCard, part: Part): void {
  const last = card.addresses.at(-1);
  if (!last) return;
  const gap = /[\p{Script=Han}]$/u.test(last.value) && /^[\p{Script=Han}\d]/u.test(part.text) ? '' : ' ';
  const postcode = findPostcode(part.text, false);
  last.value = `${last.value}${gap}${part.text.replace(postcode ?? /$^/, '').trim()}`;
  last.confidence = Math.min(last.confidence, confidence(part, 1));
  if (postcode) last.postcode ??= postcode;
}

/** What stays behind a label when its value was taken. */
const isLeftOver = (segment: Segment, text: string) =>
  segment.labels.length > 0 && text.replace(/[\P{L}]/gu, '').length < 4;
