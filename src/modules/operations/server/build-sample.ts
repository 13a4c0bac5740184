import type { Preset } from './presets.ts';

/** Builders of lively records: tests and sample data are made by the same hands. Everything is drawn from a seeded sequence. */
export interface BuiltCustomer {
  kind: 'company' | 'individual' | 'household';
  values: Record<string, unknown>;
  contacts: Record<string, unknown>[];
  notes: { body: string; daysAgo: number }[];
}

const surnames = [
  ...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文',
];
const given = [
  '伟',
  '芳',
  '娜',
  '秀英',
  '敏',
  '静',
  '丽',
  '强',
  '磊',
  '军',
  '洋',
  '勇',
  '艳',
  '杰',
  '娟',
  '涛',
  '明',
  '超',
  '秀兰',
  '霞',
  '平',
  '刚',
  '桂英',
  '建华',
  '志强',
  '雨桐',
  '子涵',
  '思远',
  '晓东',
  '海燕',
];
const cities = [
  '杭州',
  '宁波',
  '温州',
  '上海',
  '苏州',
  '南京',
  '广州',
  '深圳',
  '义乌',
  '重庆',
  '成都',
  '武汉',
  '青岛',
  '厦门',
  '长沙',
  '西安',
];
const words = [
  '明达',
  '鼎盛',
  '华泰',
  '金源',
  '宏远',
  '瑞丰',
  '天成',
  '恒信',
  '博雅',
  '嘉禾',
  '新蓝',
  '安捷',
  '永兴',
  '东升',
  '佳美',
  '远航',
  '立信',
  '同创',
  '百川',
  '正阳',
];
const trades = ['贸易', '实业', '电子科技', '进出口', '服装', '建材', '食品', '机械设备', '家居用品', '医疗器械'];
/** Country, calling code with an area, digits of a subscriber's number there, legal form. */
const foreign: [string, string, number, string][] = [
  ['DE', '+4930', 8, 'GmbH'],
  ['US', '+1212736', 4, 'Inc.'],
  ['GB', '+44207', 7, 'Ltd.'],
  ['FR', '+331', 8, 'SARL'],
  ['IT', '+3902', 8, 'S.r.l.'],
  ['ES', '+3491', 7, 'S.L.'],
  ['BR', '+55113', 7, 'Ltda'],
  ['AE', '+97143', 6, 'LLC'],
  ['JP', '+8135', 7, 'K.K.'],
  ['IN', '+91222', 7, 'Pvt. Ltd.'],
];
const foreignWords = [
  'Nordlicht',
  'Brightway',
  'Solano',
  'Verde',
  'Atlas',
  'Kestrel',
  'Lumen',
  'Orchard',
  'Harbor',
  'Silverline',
  'Montana',
  'Pacifica',
];
const foreignNames = [
  'Anna Schmidt',
  'John Carter',
  'Emily Brown',
  'Luca Rossi',
  'Marie Dubois',
  'Carlos Ortega',
  'Fatima Al Zaabi',
  'Kenji Tanaka',
  'Priya Nair',
  'Paulo Souza',
];
const notes = [
  '电话沟通，对新品感兴趣，约下周寄样。',
  '拜访门店，老板不在，与采购经理见面。',
  '展会现场洽谈，索取了报价单。',
  '反馈上批货物包装破损，已登记跟进。',
  '确认付款条件：月结三十天。',
  '询问年底返利政策，已转主管。',
  '生日祝福短信已发送。',
  '介绍了一位同行客户。',
];

const personNotes = [
  '到店体验，对新品感兴趣，约下周再来。',
  '电话回访，对上次服务满意。',
  '反馈上次等候太久，已登记跟进。',
  '询问会员优惠，已说明并送体验券。',
  '生日祝福短信已发送。',
  '介绍了一位朋友。',
];

/** A deterministic source of choices. */
export function sequence(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  return {
    next,
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
    whole: (from: number, to: number) => from + Math.floor(next() * (to - from + 1)),
  };
}

const person = (random: ReturnType<typeof sequence>) => random.pick(surnames) + random.pick(given);
const mobile = (random: ReturnType<typeof sequence>) =>
  `1${random.pick(['38', '39', '58', '86', '77'])}${String(random.whole(0, 99_999_999)).padStart(8, '0')}`;

/** One customer of the number; the same number always gives the same customer. */
export function buildCustomer(number: number, mix: Preset['sample']): BuiltCustomer {
  const random = sequence(number * 7919 + 17);
  const roll = random.next();
  const kind = roll < mix.individual ? 'individual' : roll < mix.individual + mix.household ? 'household' : 'company';
  const grade = random.pick(['A', 'B', 'B', 'C', 'C', 'C', 'D']);
  const history = Array.from({ length: random.whole(0, 4) }, () => ({
    body: random.pick(kind === 'company' ? notes : personNotes),
    daysAgo: random.whole(1, 400),
  })).sort((a, b) => b.daysAgo - a.daysAgo);
  if (kind !== 'company') {
    const name = person(random);
    return {
      kind,
      values: {
        name: kind === 'household' ? `${name}家庭` : name,
        grade,
        phones: [{ value: mobile(random), type: 'mobile' }],
        country: 'CN',
        continent: 'AS',
        addresses: [{ text: `${random.pick(cities)}市中山路${random.whole(1, 900)}号` }],
        source: random.pick(['walkIn', 'referral', 'web']),
        ...(kind === 'individual'
          ? {
              gender: random.pick(['female', 'female', 'male']),
              birthday: `19${random.whole(60, 99)}-0${random.whole(1, 9)}-${random.whole(10, 28)}`,
            }
          : { householdSize: random.whole(2, 6) }),
      },
      contacts: [],
      notes: history,
    };
  }
  const abroad = random.next() < mix.abroad;
  const [country, dial, digits, form] = abroad ? random.pick(foreign) : (['CN', '+86571', 8, '有限公司'] as const);
  const city = random.pick(cities);
  const word = abroad ? random.pick(foreignWords) : random.pick(words);
  const name = abroad
    ? `${word} ${random.pick(['Trading', 'Imports', 'Home', 'Tools', 'Foods'])} ${number % 97} ${form}`
    : `${city}${word}${random.pick(trades)}${form}`;
  const domain = abroad ? `${word.toLowerCase()}${number}.com` : `company${number}.com.cn`;
  const phone = abroad
    ? `${dial}${random.whole(2 * 10 ** (digits - 1), 10 ** digits - 1)}`
    : `0571-8${String(random.whole(0, 9_999_999)).padStart(7, '0')}`;
  return {
    kind,
    values: {
      name,
      grade,
      phones: [{ value: phone, type: 'office' }],
      emails: [{ value: `info@${domain}` }],
      websites: [{ value: `https://www.${domain}` }],
      country,
      continent:
        country === 'CN' || country === 'AE' || country === 'JP' || country === 'IN'
          ? 'AS'
          : country === 'US'
            ? 'NA'
            : country === 'BR'
              ? 'SA'
              : 'EU',
      addresses: [
        { text: abroad ? `${random.whole(1, 200)} Main Street` : `${city}市滨江区江南大道${random.whole(1, 3000)}号` },
      ],
      employees: random.whole(5, 800),
      source: random.pick(['exhibition', 'web', 'referral', 'visit']),
      developmentPotential: random.pick(['high', 'medium', 'low']),
      mainProducts: random.pick(trades),
    },
    contacts: Array.from({ length: random.whole(1, 3) }, (_, index) => ({
      name: abroad ? random.pick(foreignNames) : person(random),
      position: abroad
        ? random.pick(['Buyer', 'Owner', 'Sales Director'])
        : random.pick(['采购经理', '总经理', '财务主管', '业务助理']),
      isPrimary: index === 0,
      phones: abroad ? [] : [{ value: mobile(random), type: 'mobile' }],
      emails: [{ value: `contact${index}@${domain}` }],
    })),
    notes: history,
  };
}
