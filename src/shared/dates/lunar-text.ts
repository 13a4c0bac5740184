import type { LunarDateValue } from '../fields.ts';

const monthNames = ['正', '二', '三', '四', '五', '六', '七', '八', '九', '十', '冬', '腊'];
const digits = ['十', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/** `1990年闰五月初三`, or `1990, lunar leap month 5, day 3` in English. */
export function formatLunar(value: LunarDateValue, lang: string): string {
  if (lang.startsWith('en'))
    return `${value.year ? `${value.year}, ` : ''}lunar ${value.leap ? 'leap ' : ''}month ${value.month}, day ${value.day}`;
  return `${value.year ? `${value.year}年` : ''}${value.leap ? '闰' : ''}${monthNames[value.month - 1]}月${dayName(value.day)}`;
}

function dayName(day: number): string {
  if (day === 10) return '初十';
  if (day === 20) return '二十';
  if (day === 30) return '三十';
  return `${['初', '十', '廿'][Math.floor(day / 10)]}${digits[day % 10]}`;
}

const inChinese =
  /^(?:农历|阴历|農曆)?\s*(?:(\d{4})年?)?\s*([闰閏])?\s*([正一二三四五六七八九十冬腊臘]+|\d{1,2})月\s*(初[一二三四五六七八九十]|[十廿二三]?[一二三四五六七八九十]{1,2}|\d{1,2})日?$/;
const inEnglish = /^(?:(\d{4})\s*,?\s*)?(?:lunar\s+)?(leap\s+)?month\s+(\d{1,2})\s*,?\s*day\s+(\d{1,2})$/i;
const inDigits = /^(\d{4})[-/.](闰|閏|leap\s*)?(\d{1,2})[-/.](\d{1,2})$/i;

/** Reads what `formatLunar` writes in either language, also `腊月廿三`, `五月十五`, `农历8月15`, `1988-闰4-8`. */
export function parseLunarText(raw: string): LunarDateValue | undefined {
  const text = raw.trim();
  const match = inChinese.exec(text) ?? inEnglish.exec(text) ?? inDigits.exec(text);
  if (!match) return undefined;
  const month = monthNumber((match[3] ?? '').replace('臘', '腊'));
  const day = dayNumber(match[4] ?? '');
  if (!month || !day) return undefined;
  return { ...(match[1] ? { year: Number(match[1]) } : {}), month, day, leap: match[2] !== undefined };
}

function monthNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const index = monthNames.indexOf(text);
  if (index >= 0) return index + 1;
  return { 一: 1, 十一: 11, 十二: 12 }[text] ?? 0;
}

function dayNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  for (let day = 1; day <= 30; day += 1) if (dayName(day) === text) return day;
  const plain: Record<string, number> = {
    十五: 15,
    二十一: 21,
    二十二: 22,
    二十三: 23,
    二十四: 24,
    二十五: 25,
    二十六: 26,
    二十七: 27,
    二十八: 28,
    二十九: 29,
  };
  return plain[text] ?? 0;
}
