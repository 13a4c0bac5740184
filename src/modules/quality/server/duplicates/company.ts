import { pinyinSyllables } from '#shared/text/pinyin.ts';
import { innerPlace, isLatinPlace, isPlace, leadingPlaces } from './places.ts';
import { fold, han, pieces } from './text.ts';

/** What a company's name says, taken apart. */
export interface CompanyName {
  /** Everything but the legal form and the places, joined: `明达贸易`, `acme trading`. */
  core: string;
  /** The distinguishing part without words of trade: `明达`. Never empty for a name. */
  brand: string;
  /** Words of the core, to be weighed by how rare they are. */
  words: string[];
  places: string[];
  /** A place within the core and the core without it. It may be part of the name: 永康 in 福寿永康医药. */
  inner?: { place: string; rest: string };
  /** The places as written in Latin letters, without the country. */
  placesSpelled: string[];
  /** Words of trade within the core. */
  trade: string[];
  /** 北京分公司, 第三医院: branch or ordinal that tells two apart. */
  branch: string;
  /** Pinyin of the brand and core, for Latin writings of a Chinese name. */
  spelled: string;
  spelledCore: string;
  chinese: boolean;
  /** Country whose legal form a Latin name has; empty when it has none or one that many have. */
  law: string;
  initials: string;
}

const forms =
  /(?:股份有限责任公司|有限责任公司|股份有限公司|集团有限公司|控股有限公司|有限合伙|有限公司|总公司|股份公司|公司|集团|控股|企业|商行|经营部|工作室|合作社|厂|店|行)$/;
const latinForms = new Set(
  `co company corp corporation inc incorporated llc llp ltd limited plc gmbh mbh ag kg ohg ug sa sas sarl srl spa sl slu bv nv oy oyj ab as asa aps
  pty pte sdn bhd pvt jsc pjsc ooo zao oao kk ltda cia sro doo kft zrt group holding holdings the and of und et de`.split(
    /\s+/,
  ),
);
/** Words of trade: they say what is done, not who does it. Longest first, so that 国际贸易 goes whole. */
const trade =
  `进出口贸易 国际贸易 电子商务 信息技术 网络科技 信息科技 生物科技 电子科技 机械设备 机电设备 医疗器械 物业管理 投资管理 企业管理 人力资源 文化传播 文化传媒 供应链管理 供应链
  工程技术 建筑工程 装饰工程 建筑装饰 房地产开发 房地产 环保科技 新能源 新材料 技术服务 商务服务 咨询服务 管理咨询 国际物流 货运代理 对外贸易 食品饮料 服装服饰 五金制品 塑料制品
  进出口 贸易 商贸 科技 技术 电子 实业 发展 国际 投资 控股 集团 网络 信息 软件 工程 建设 建筑 装饰 设备 机械 机电 制造 工业 化工 医药 生物 食品 服装 服饰 纺织 家具 五金 塑料 塑胶
  包装 印刷 物流 运输 广告 传媒 文化 教育 咨询 管理 服务 开发 置业 地产 能源 环保 材料 电器 电气 汽车 农业 旅游 酒店 餐饮 美容 美发 养生 百货 超市 商业 经贸 工贸 制品 用品 产品 系统 智能 数码 通信 通讯 光电`
    .split(/\s+/)
    .filter((word) => word !== '')
    .sort((a, b) => b.length - a.length);
const tradePattern = new RegExp(trade.join('|'), 'g');
const latinTrade = new Set(
  `trading import export impexp international technology industry development electronic enterprise service solution system product
  manufacturing manufacturer engineering logistics general supply supplies commerce commercial business investment management restaurant cafe bar grill store shop`.split(
    /\s+/,
  ),
);
/** One spelling for words that are as often shortened as written out. */
const shortened: Record<string, string> = {
  tech: 'technology',
  technologies: 'technology',
  intl: 'international',
  mfg: 'manufacturing',
  ind: 'industry',
  industries: 'industry',
  industrial: 'industry',
  svc: 'service',
  svcs: 'service',
  services: 'service',
  sys: 'system',
  systems: 'system',
  solutions: 'solution',
  products: 'product',
  enterprises: 'enterprise',
  electronics: 'electronic',
  imp: 'import',
  exp: 'export',
  mgmt: 'management',
  dev: 'development',
  eng: 'engineering',
  bros: 'brothers',
  assoc: 'associates',
  natl: 'national',
  univ: 'university',
  trade: 'trading',
};
/** Forms of one country's law; 'Acme GmbH' and 'Acme Inc.' are two firms of one house. */
const lawOf: Record<string, string> = {
  ...Object.fromEntries('co company corp corporation inc incorporated llc'.split(' ').map((form) => [form, 'us'])),
  ...Object.fromEntries('gmbh mbh ag kg ohg ug'.split(' ').map((form) => [form, 'de'])),
  ...Object.fromEntries('sas sarl'.split(' ').map((form) => [form, 'fr'])),
  ...Object.fromEntries('srl spa'.split(' ').map((form) => [form, 'it'])),
  ...Object.fromEntries('ab oy oyj as asa aps'.split(' ').map((form) => [form, 'north'])),
  bv: 'nl',
  pvt: 'in',
  kk: 'jp',
  bhd: 'my',
};
const numerals = '一二三四五六七八九十';

const cache = new Map<string, CompanyName>();

/** Takes a company's name apart; the same text is taken apart once. */
export function companyName(raw: string): CompanyName {
  const found = cache.get(raw);
  if (found) return found;
  const parsed = parse(raw);
  if (cache.size > 20_000) cache.clear();
  cache.set(raw, parsed);
  return parsed;
}

function parse(raw: string): CompanyName {
  const folded = fold(raw);
  return han.test(folded) ? chinese(folded) : latin(folded);
}

function chinese(folded: string): CompanyName {
  const places: string[] = [];
  let branch = '';
  // 百度网讯（北京）有限公司: what stands in brackets is a place, a branch, or part of the name.
  let text = folded.replace(/[(（【[《<]([^)）】\]》>]*)[)）】\]》>]/g, (_, inner: string) => {
    const bare = inner.trim();
    if (isPlace(bare)) {
      places.push(leadingPlaces(`${bare}之名`).places[0] ?? bare);
      return '';
    }
    return /^(?:集团|控股|股份|有限合伙|普通合伙|个体|特殊普通合伙|原.*|曾用名.*)$/.test(bare) ? '' : bare;
  });
  text = text.replace(/[^\p{L}\p{N}]+/gu, '');
  const office =
    /^(.*(?:公司|集团|厂|银行))(.{2,10}?)(?:分公司|办事处|分厂|分行|支行|分店|门店|营业部)$/.exec(text) ??
    /^(.*?银行)(.{2,10}?)(?:分行|支行|营业部)$/.exec(text);
  if (office) {
    branch = (office[2] ?? '').replace(/(?:省|市|区|县)$/, '');
    text = office[1] ?? text;
  }
  for (let round = 0; round < 3; round += 1) {
    const shorter = text.replace(forms, '');
    if (shorter.length < 2) break;
    text = shorter;
  }
  const led = leadingPlaces(text);
  places.push(...led.places.filter((place) => !places.includes(place)));
  const core = led.rest;
  const ordinal = new RegExp(`第([${numerals}]{1,3}|d{1,4})`).exec(core);
  if (ordinal) branch += ordinal[1] ?? '';
  const stripped = core.replace(tradePattern, '');
  const brand = stripped.length >= 2 ? stripped : core.length >= 2 ? core.slice(0, Math.max(2, stripped.length)) : core;
  const words = chineseWords(core);
  return {
    core,
    trade: core.match(tradePattern) ?? [],
    placesSpelled: places.filter((place) => place !== '中国').map((place) => pinyinSyllables(place).join('')),
    brand,
    words,
    places,
    inner: innerPlace(core),
    branch,
    spelled: pinyinSyllables(brand).join(''),
    spelledCore: pinyinSyllables(core).join(''),
    chinese: true,
    law: '',
    initials: '',
  };
}

/** Words of trade whole, the rest by pairs of characters: brands have no dictionary. */
function chineseWords(core: string): string[] {
  const words: string[] = [];
  let last = 0;
  const rest = (part: string) => {
    for (const piece of pieces(part)) {
      if (!han.test(piece) || piece.length <= 2) words.push(piece);
      else for (let index = 0; index + 2 <= piece.length; index += 1) words.push(piece.slice(index, index + 2));
    }
  };
  for (const match of core.matchAll(tradePattern)) {
    rest(core.slice(last, match.index));
    words.push(match[0]);
    last = match.index + match[0].length;
  }
  rest(core.slice(last));
  return words;
}

function latin(folded: string): CompanyName {
  const all = pieces(folded.replace(/\b(\p{L})\.(?=\p{L}\b)/gu, '$1').replace(/\./g, ' '));
  let words = all.filter((word) => !latinForms.has(word)).map((word) => shortened[word] ?? word);
  if (words.length === 0) words = all;
  const places = words.filter(isLatinPlace);
  const named = words.filter((word) => !isLatinPlace(word));
  const kept = named.length > 0 ? named : words;
  const brand = kept.filter((word) => !latinTrade.has(word));
  return {
    core: kept.join(' '),
    trade: kept.filter((word) => latinTrade.has(word)),
    placesSpelled: places.filter((place) => place !== 'china'),
    brand: (brand.length > 0 ? brand : kept).join(' '),
    words: kept,
    places,
    branch: '',
    spelled: (brand.length > 0 ? brand : kept).join(''),
    spelledCore: kept.join(''),
    chinese: false,
    law: lawOf[all.findLast((word) => word in lawOf) ?? ''] ?? '',
    initials:
      all.length >= 3
        ? all
            .filter((word) => !['and', 'of', 'the'].includes(word) && !(latinForms.has(word) && word !== 'company'))
            .map((word) => word[0])
            .join('')
        : '',
  };
}

const tradeWords = new Set([...trade, ...latinTrade]);
export const isTradeWord = (word: string): boolean => tradeWords.has(word);
