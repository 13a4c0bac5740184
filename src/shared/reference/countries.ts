/** ISO 3166-1 codes by continent (geographic convention of the UN; transcontinental states once). Names come from the platform. */
const byContinent: Record<string, string> = {
  AS: 'AE AF AM AZ BD BH BN BT CC CN CX CY GE HK ID IL IN IO IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE',
  EU: 'AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK',
  NA: 'AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM PR SV SX TC TT US VC VG VI',
  SA: 'AR BO BR CL CO EC FK GF GY PE PY SR UY VE',
  AF: 'AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW',
  OC: 'AS AU CK FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS',
  AN: 'AQ BV GS HM TF',
};

export const countryCodes: string[] = Object.values(byContinent)
  .flatMap((codes) => codes.split(' '))
  .sort();
const known = new Set(countryCodes);
const continents = new Map(
  Object.entries(byContinent).flatMap(([continent, codes]) =>
    codes.split(' ').map((code) => [code, continent] as const),
  ),
);

/** Continent of a country, by its code. */
export const continentOf = (country: string): string | undefined => continents.get(country);
/** Codes of the continents. */
export const continentCodes = Object.keys(byContinent);

const namers = {
  zh: new Intl.DisplayNames('zh-Hans', { type: 'region' }),
  en: new Intl.DisplayNames('en', { type: 'region' }),
};

/** Name of a country in the reader's language; the code itself when unknown. */
export function countryName(code: string, lang: string): string {
  if (!known.has(code)) return code;
  return (lang.startsWith('en') ? namers.en : namers.zh).of(code) ?? code;
}

const aliases: Record<string, string> = {
  usa: 'US',
  america: 'US',
  'united states of america': 'US',
  美利坚合众国: 'US',
  uk: 'GB',
  england: 'GB',
  'great britain': 'GB',
  大不列颠: 'GB',
  deutschland: 'DE',
  holland: 'NL',
  scotland: 'GB',
  wales: 'GB',
  英格兰: 'GB',
  苏格兰: 'GB',
  korea: 'KR',
  'south korea': 'KR',
  'republic of korea': 'KR',
  南韩: 'KR',
  uae: 'AE',
  阿联酋: 'AE',
  迪拜: 'AE',
  'pr china': 'CN',
  prc: 'CN',
  'mainland china': 'CN',
  中华人民共和国: 'CN',
  中国大陆: 'CN',
  香港: 'HK',
  中国香港: 'HK',
  'hong kong': 'HK',
  澳门: 'MO',
  中国澳门: 'MO',
  macau: 'MO',
  台湾: 'TW',
  中国台湾: 'TW',
  taiwan: 'TW',
  russia: 'RU',
  'russian federation': 'RU',
  俄罗斯联邦: 'RU',
  俄国: 'RU',
  vietnam: 'VN',
  'viet nam': 'VN',
  'czech republic': 'CZ',
  turkey: 'TR',
  'ivory coast': 'CI',
  burma: 'MM',
};
/** Languages exhibitors write their countries in; of a name that means two, the language read first decides. */
const spoken = ['zh-Hans', 'en', 'zh-Hant', 'es', 'fr', 'de', 'pt', 'it', 'ru', 'ja', 'ko', 'ar', 'tr'];
/** A name without accents, dots and its article. */
const plain = (name: string) =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[\p{M}.]|^the /gu, '')
    .trim();
let names: Map<string, string> | undefined;

/** Country code of a code or a name in one of many languages, or undefined. */
export function parseCountry(raw: string): string | undefined {
  const code = raw.normalize('NFKC').trim().toUpperCase();
  if (known.has(code)) return code;
  if (!names) {
    names = new Map(Object.entries(aliases));
    for (const lang of spoken) {
      const namer = new Intl.DisplayNames(lang, { type: 'region' });
      for (const country of countryCodes) {
        const name = plain(namer.of(country) ?? '');
        if (!names.has(name)) names.set(name, country);
      }
    }
  }
  return names.get(plain(raw));
}
