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
  'u.s.a.': 'US',
  'u.s.': 'US',
  america: 'US',
  'united states of america': 'US',
  美利坚合众国: 'US',
  uk: 'GB',
  'u.k.': 'GB',
  england: 'GB',
  'great britain': 'GB',
  大不列颠: 'GB',
  deutschland: 'DE',
  holland: 'NL',
  korea: 'KR',
  'south korea': 'KR',
  南韩: 'KR',
  uae: 'AE',
  阿联酋: 'AE',
  迪拜: 'AE',
  'p.r. china': 'CN',
  'pr china': 'CN',
  中华人民共和国: 'CN',
  香港: 'HK',
  'hong kong': 'HK',
  澳门: 'MO',
  台湾: 'TW',
  taiwan: 'TW',
  russia: 'RU',
  俄国: 'RU',
  vietnam: 'VN',
  'viet nam': 'VN',
  'czech republic': 'CZ',
  turkey: 'TR',
  'ivory coast': 'CI',
  burma: 'MM',
  españa: 'ES',
  brasil: 'BR',
  italia: 'IT',
};
let names: Map<string, string> | undefined;

/** Country code of a name or code in Chinese or English, or undefined. */
export function parseCountry(raw: string): string | undefined {
  const text = raw.normalize('NFKC').trim();
  if (known.has(text.toUpperCase())) return text.toUpperCase();
  if (!names) {
    names = new Map(Object.entries(aliases));
    for (const code of countryCodes) {
      for (const lang of ['zh', 'en']) names.set(countryName(code, lang).toLowerCase(), code);
    }
  }
  return names.get(text.toLowerCase());
}
