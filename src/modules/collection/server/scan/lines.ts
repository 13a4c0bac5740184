import type { BusinessCard, CardLine, CardValue } from './card.ts';
import type { LabelKind } from './labels.ts';
import {
  addressStrength,
  branchAtEnd,
  cjkBranch,
  cjkCompany,
  cjkCompanyAtEnd,
  cjkTitleAnywhere,
  cjkTitleAtEnd,
  department,
  isChineseName,
  isLatinName,
  latinBranch,
  latinCompany,
  latinDepartment,
  latinTitle,
  legalForm,
  shortForm,
} from './words.ts';

/** A piece of a line with the labels before it. */
export interface Part extends CardLine {
  at: number;
  labels: LabelKind[];
  /** Nothing else stands on its line. */
  alone: boolean;
}

const cjk = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const japaneseName = /^\p{Script=Han}{1,3}\s\p{Script=Han}{1,3}$/u;
const koreanName = /^\p{Script=Hangul}{2,4}$/u;
const round = (value: number) => Math.round(value * 100) / 100;

type Role = 'name' | 'nameEn' | 'company' | 'companyEn' | 'branch' | 'branchEn' | 'department' | 'title' | 'address';
interface Candidate {
  role: Role;
  text: string;
  certainty: number;
  part: Part;
}

/** Decides for each unlabelled piece whether it names the person, the company, a post or a place. */
export function sortWords(card: BusinessCard, parts: Part[]): void {
  const largest = Math.max(1, ...parts.map((part) => part.height));
  const candidates = parts.flatMap((part) => rolesOf(part, part.height / largest, domainsOf(card)));
  const used = new Set<Part>();
  const take = (role: Role, accept: (candidate: Candidate) => boolean = () => true) => {
    const [best] = candidates
      .filter((candidate) => candidate.role === role && accept(candidate))
      .sort((a, b) => b.certainty - a.certainty);
    if (!best) return undefined;
    used.add(best.part);
    return { value: best.text, confidence: round(best.part.confidence * best.certainty) };
  };
  card.company = take('company') ?? take('branch');
  card.companyEn = take('companyEn', (candidate) => !used.has(candidate.part));
  card.name = take('name', ({ part, text }) => !used.has(part) || text.length < part.text.length);
  card.nameEn = take('nameEn', ({ part, text }) => !used.has(part) || text.length < part.text.length);
  const titles = candidates.filter(
    ({ role, part, text }) => role === 'title' && (!used.has(part) || text.length < part.text.length),
  );
  const native = titles.filter(({ text }) => cjk.test(text));
  const foreign = titles.filter(({ text }) => !cjk.test(text));
  card.title = together(native) ?? together(foreign);
  if (native.length > 0) card.titleEn = together(foreign);
  for (const { part } of titles) used.add(part);
  card.department = take('department', ({ part, text }) => !used.has(part) || text.length < part.text.length);
  for (const candidate of candidates.filter(({ role, part }) => role === 'address' && !used.has(part))) {
    used.add(candidate.part);
    const last = card.addresses.at(-1);
    const previous = candidates.find(({ role, part }) => role === 'address' && part.at === candidate.part.at - 1);
    const sameScript = last && cjk.test(last.value) === cjk.test(candidate.text);
    if (last && previous && sameScript) {
      last.value = `${last.value}${cjk.test(last.value) ? '' : ' '}${candidate.text}`;
    } else {
      const confidence = round(candidate.part.confidence * candidate.certainty);
      card.addresses.push({ ...splitPostcode(candidate.text), confidence });
    }
  }
  const branches = candidates.filter(({ role, part }) => role.startsWith('branch') && !used.has(part));
  card.company = withBranch(card, card.company, branches, used);
  card.companyEn = withBranch(card, card.companyEn, branches, used);
  card.rest.push(...parts.filter((part) => !used.has(part)).map((part) => part.text));
}

const together = (chosen: Candidate[]): CardValue | undefined =>
  chosen.length === 0
    ? undefined
    : {
        value: [...new Set(chosen.map(({ text }) => text))].slice(0, 3).join(' / '),
        confidence: round(Math.min(...chosen.map(({ part, certainty }) => part.confidence * certainty))),
      };

/** `中国工商银行` and, on a line of its own, `杭州武林支行`. On a card of several offices each branch is only where one of them is. */
function withBranch(
  card: BusinessCard,
  company: CardValue | undefined,
  branches: Candidate[],
  used: Set<Part>,
): CardValue | undefined {
  if (!company) return undefined;
  const native = cjk.test(company.value);
  const [branch, ...more] = branches.filter(({ text }) => cjk.test(text) === native);
  if (!branch || more.length > 0 || !branch.part.alone || branchAtEnd.test(company.value)) return company;
  const offices = card.addresses.filter(({ value }) => cjk.test(value) === native).length;
  if (offices > 1) return company;
  used.add(branch.part);
  return {
    value: `${company.value}${native ? '' : ', '}${branch.text}`,
    confidence: round(Math.min(company.confidence, branch.part.confidence * branch.certainty)),
  };
}

function splitPostcode(text: string): { value: string; postcode?: string } {
  const found = /[(（\s,，]*(?<!\d)([1-9]\d{5})(?!\d)[)）]*\s*$/.exec(text);
  return found?.[1] ? { value: text.slice(0, found.index).trim(), postcode: found[1] } : { value: text };
}

/** Middle labels of the domains on the card: a name without a legal form is told by them. */
const domainsOf = (card: BusinessCard): string[] =>
  [...card.emails.map(({ value }) => value.split('@')[1] ?? ''), ...card.websites.map(({ value }) => value)]
    .map((value) => value.replace(/^(?:https?:\/\/)?(?:www\.)?/, '').split('.')[0] ?? '')
    .filter(
      (label) => label.length >= 3 && !/^(?:qq|163|126|gmail|hotmail|outlook|yahoo|sina|foxmail|mail)$/.test(label),
    )
    .map((label) => label.replace(/-/g, ''));

function rolesOf(part: Part, size: number, domains: string[]): Candidate[] {
  const text = part.text.replace(/^[|·•,，、\s]+|[|·•,，、\s]+$/g, '');
  if (text.length < 2) return [];
  const make = (role: Role, value: string, certainty: number): Candidate => ({
    role,
    text: value.trim(),
    certainty: Math.min(1, certainty),
    part,
  });
  if (part.labels.includes('name')) return [make(cjk.test(text) ? 'name' : 'nameEn', text, 1)];
  if (part.labels.includes('company')) return [make('company', text, 1)];
  if (part.labels.includes('title')) return [make('title', text, 1)];
  return cjk.test(text) ? nativeRoles(text, size, make) : latinRoles(text, size, domains, make);
}

type Make = (role: Role, value: string, certainty: number) => Candidate;

function nativeRoles(text: string, size: number, make: Make): Candidate[] {
  const joined = text.replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '');
  const person = joined.replace(/(?:先生|女士|小姐|様)$/u, '');
  if (isChineseName(person)) return [make('name', person, 0.8 + 0.2 * size)];
  const post = cjkTitleAtEnd.test(joined) || department.test(joined);
  if (!post && (japaneseName.test(text) || koreanName.test(text))) return [make('name', text, 0.7 + 0.2 * size)];
  if (cjkBranch.test(joined)) return [make('branch', joined, 0.9 + 0.1 * size)];
  if (cjkCompanyAtEnd.test(joined) && joined.length >= 4) return [make('company', joined, 0.9 + 0.1 * size)];
  const withCompany = cjkCompany.exec(joined);
  const split = splitName(text);
  if (split) {
    const roles = [make('name', split.name, 0.8 + 0.15 * size)];
    return split.rest
      ? [...roles, ...nativeRoles(split.rest, size * 0.5, make).filter(({ role }) => role !== 'name')]
      : roles;
  }
  const after = splitPost(joined);
  if (after) return [make('name', after.name, 0.75 + 0.15 * size), ...titleRoles(after.post, make)];
  // `外贸部 Export Dept.`: said twice.
  const twice = /^(\p{Script=Han}{2,12})\s*[/|·]?\s*[A-Za-z][A-Za-z .,&]+$/u.exec(text)?.[1];
  if (twice && department.test(twice)) return [make('department', twice, 0.85)];
  if (cjkTitleAtEnd.test(joined) && joined.length <= 20) return titleRoles(joined, make);
  if (addressStrength(joined) >= 2 && !(withCompany && addressStrength(joined) < 3))
    return [make('address', text, addressStrength(joined) >= 3 ? 0.85 : 0.7)];
  if (department.test(joined)) return [make('department', joined, 0.85)];
  if (withCompany) return [make('company', joined, 0.75)];
  if (cjkTitleAnywhere.test(joined) && joined.length <= 30) return [make('title', text, 0.7)];
  if (size > 0.9 && joined.length >= 4 && joined.length <= 16) return [make('company', joined, 0.4)];
  return [];
}

/** `市场部经理`: the department is said with the post. */
function titleRoles(text: string, make: Make): Candidate[] {
  const found = /^(\p{Script=Han}{1,10}?(?:事业部|部|中心|科|处))\s*(.+)$/u.exec(text);
  if (found?.[1] && found[2] && found[2] !== '长' && cjkTitleAtEnd.test(found[2]))
    return [make('department', found[1], 0.85), make('title', text, 0.95)];
  return [make('title', text, 0.95)];
}

/** What posts begin with, `高` and `资` though they may be surnames. */
const titleStart =
  /^(?:高级|资深|首席|执行|常务|副总|副主|大区|华[东南北中]|全国|区域|销售|市场|技术|采购|业务|客户|财务|行政|人力|外贸|国际|商务|项目|产品|运营|生产|质量|总[经裁监]|董事|经理|主任|工程|助理|法务|律师|合伙)/;

/** `王小明 销售总监`, `王小明销售总监`, `王小明 Wang Xiaoming`: a name before something else. */
function splitName(text: string): { name: string; rest: string } | undefined {
  const spaced = /^((?:\p{Script=Han}\s?){2,4})[\s|/·]+(.+)$/u.exec(text);
  const name = spaced?.[1]?.replace(/\s/g, '') ?? '';
  if (spaced?.[2] && isChineseName(name)) return { name, rest: spaced[2] };
  const latin = /^(\p{Script=Han}{2,4})\s*[(（]?([A-Za-z][A-Za-z .]+)[)）]?$/u.exec(text);
  if (latin?.[1] && isChineseName(latin[1])) return { name: latin[1], rest: latin[2] ?? '' };
  if (!cjkTitleAtEnd.test(text) || text.length > 14 || titleStart.test(text)) return undefined;
  for (const length of [2, 3, 4]) {
    const head = text.slice(0, length);
    const rest = text.slice(length);
    if (isChineseName(head) && titleStart.test(rest)) return { name: head, rest };
  }
  return undefined;
}

/** `总经理 王小明`, `销售经理王小明`: the post stands before the name. */
function splitPost(text: string): { post: string; name: string } | undefined {
  for (const length of [3, 2, 4]) {
    const name = text.slice(-length);
    const post = text.slice(0, -length);
    if (post.length >= 2 && post.length <= 12 && cjkTitleAtEnd.test(post) && isChineseName(name)) return { post, name };
  }
  return undefined;
}

function latinRoles(text: string, size: number, domains: string[], make: Make): Candidate[] {
  const letters = text.replace(/[^\p{L}]/gu, '').toLowerCase();
  if (latinBranch.test(text) && !latinCompany.test(text) && !legalForm.test(text)) return [make('branchEn', text, 0.9)];
  const ofDomain =
    letters.length >= 3 && domains.some((domain) => letters.startsWith(domain) || domain.startsWith(letters));
  if (addressStrength(text) >= 3 && !/\b(?:ltd|inc|llc|gmbh)\b/i.test(text)) return [make('address', text, 0.85)];
  const split = /^(.{3,40}?)\s*(?:[|/·]|,\s|\s-\s|[(（])\s*(.{2,60}?)[)）]?$/.exec(text);
  if (split?.[1] && split[2] && isLatinName(split[1]) && latinTitle.test(split[2]))
    return [make('nameEn', split[1], 0.75 + 0.2 * size), make('title', split[2], 0.85)];
  if ((legalForm.test(text) || shortForm.test(text)) && letters.length >= 5) return [make('companyEn', text, 0.95)];
  if (latinTitle.test(text) && text.length <= 60) return [make('title', text, 0.9)];
  if (latinCompany.test(text) && letters.length >= 5) return [make('companyEn', text, ofDomain ? 0.95 : 0.8)];
  if (latinDepartment.test(text) && text.length <= 60) return [make('department', text, 0.85)];
  if (ofDomain) return [make('companyEn', text, 0.75), ...nameOf(text, size * 0.3, make)];
  if (addressStrength(text) >= 2) return [make('address', text, 0.7)];
  return nameOf(text, size, make);
}

/** A name whose blanks recognition lost is one long word in the largest letters. */
const oneWord = /^\p{Lu}{8,30}$/u;

const nameOf = (text: string, size: number, make: Make): Candidate[] =>
  oneWord.test(text) && size > 0.9
    ? [make('nameEn', text, 0.4)]
    : isLatinName(text)
      ? [make('nameEn', text.replace(/^(?:mr|mrs|ms)\.?\s+/i, ''), 0.6 + 0.35 * size)]
      : [];

/** A card in Latin letters alone has its name and company where others have the Chinese ones. */
export function chooseName(card: BusinessCard): void {
  if (!card.name && card.nameEn) {
    card.name = card.nameEn;
    delete card.nameEn;
  }
  if (!card.company && card.companyEn) {
    card.company = card.companyEn;
    delete card.companyEn;
  }
  for (const key of ['name', 'nameEn', 'company', 'companyEn', 'department', 'title', 'titleEn'] as const)
    if (card[key] === undefined) delete card[key];
}
