/** Sections (门类) of GB/T 4754-2017. A value is the letter, optionally with up to four digits of division, group and class. */
export const industries: { key: string; zh: string; en: string }[] = [
  { key: 'A', zh: '农、林、牧、渔业', en: 'Agriculture, forestry, animal husbandry and fishery' },
  { key: 'B', zh: '采矿业', en: 'Mining' },
  { key: 'C', zh: '制造业', en: 'Manufacturing' },
  { key: 'D', zh: '电力、热力、燃气及水生产和供应业', en: 'Electricity, heat, gas and water' },
  { key: 'E', zh: '建筑业', en: 'Construction' },
  { key: 'F', zh: '批发和零售业', en: 'Wholesale and retail' },
  { key: 'G', zh: '交通运输、仓储和邮政业', en: 'Transport, storage and post' },
  { key: 'H', zh: '住宿和餐饮业', en: 'Hotels and catering' },
  { key: 'I', zh: '信息传输、软件和信息技术服务业', en: 'Information transmission, software and IT' },
  { key: 'J', zh: '金融业', en: 'Finance' },
  { key: 'K', zh: '房地产业', en: 'Real estate' },
  { key: 'L', zh: '租赁和商务服务业', en: 'Leasing and business services' },
  { key: 'M', zh: '科学研究和技术服务业', en: 'Scientific research and technical services' },
  { key: 'N', zh: '水利、环境和公共设施管理业', en: 'Water, environment and public facilities' },
  { key: 'O', zh: '居民服务、修理和其他服务业', en: 'Household services, repair and other services' },
  { key: 'P', zh: '教育', en: 'Education' },
  { key: 'Q', zh: '卫生和社会工作', en: 'Health and social work' },
  { key: 'R', zh: '文化、体育和娱乐业', en: 'Culture, sports and entertainment' },
  { key: 'S', zh: '公共管理、社会保障和社会组织', en: 'Public administration and social organisations' },
  { key: 'T', zh: '国际组织', en: 'International organisations' },
];

/** Section letter of an industry's code or name, with its digits if given. */
export function parseIndustry(raw: string): string | undefined {
  const text = raw.normalize('NFKC').trim();
  if (/^[A-Ta-t]\d{0,4}$/.test(text)) return text.toUpperCase();
  return industries.find((item) => item.zh === text || item.en.toLowerCase() === text.toLowerCase())?.key;
}
