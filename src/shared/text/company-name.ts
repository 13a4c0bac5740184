import { normalizeText } from './normalize.ts';
import { toSimplified } from './simplified.ts';

const chineseForms =
  /(?:股份有限责任公司|有限责任公司|股份有限公司|有限公司|分公司|总公司|公司|集团|企业|商行|经营部|工作室|合作社|厂)$/;
const latinForms =
  /\b(?:co|company|corp|corporation|inc|incorporated|llc|llp|ltd|limited|plc|gmbh|ag|kg|sa|sas|sarl|srl|spa|bv|nv|oy|ab|as|aps|pty|pte|sdn|bhd|pvt|jsc|ooo|kk)\b\.?/g;
const regionPrefix = /^(?:中国|[^\s]{2,7}?(?:省|自治区|特别行政区)|[^\s]{2,6}?(?:市|自治州)|[^\s]{2,6}?(?:区|县))+/;

/** Name without what says nothing about who it is: legal form, region, punctuation, case, script. Never empty for a name. */
export function normalizeCompanyName(name: string): string {
  const base = toSimplified(normalizeText(name).toLowerCase());
  let text = base.replace(/[(（【[][^)）】\]]*[)）】\]]/g, (inner) => inner.slice(1, -1));
  text = text.replace(latinForms, ' ').replace(/[\p{P}\p{S}]+/gu, ' ');
  text = text.replace(/\s+/g, /\p{Script=Han}/u.test(text) ? '' : ' ').trim();
  for (let round = 0; round < 3; round += 1) {
    const shorter = text.replace(chineseForms, '');
    if (shorter.length < 2) break;
    text = shorter;
  }
  const withoutRegion = text.replace(regionPrefix, '');
  if (withoutRegion.length >= 2) text = withoutRegion;
  return text === '' ? base : text;
}
