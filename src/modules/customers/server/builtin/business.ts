import { fieldsOf, optionsFrom } from '#modules/fields/index.ts';
import { level, quality } from './common.ts';

const characteristics = fieldsOf('characteristics', [
  ['serviceArea', 'text', '服务区域', 'Service area'],
  ['salesCapability', 'choice', '销售能力', 'Sales capability', { options: level }],
  ['developmentPotential', 'choice', '发展潜力', 'Development potential', { options: level, weight: 2 }],
  ['businessPhilosophy', 'longtext', '经营观念', 'Business philosophy'],
  ['businessDirection', 'longtext', '经营方向与政策', 'Direction and policy'],
  ['employees', 'number', '员工人数', 'Employees', { rules: { min: 0, decimals: 0 }, tracked: true }],
  ['annualRevenue', 'money', '年营业额', 'Annual revenue', { tracked: true, sensitivity: 'confidential' }],
  ['managementTraits', 'longtext', '经营管理特点', 'Management traits'],
]);

const business = fieldsOf('business', [
  ['salesResults', 'longtext', '销售实绩', 'Sales results', { tracked: true, sensitivity: 'confidential' }],
  ['managementQuality', 'choice', '经营管理者素质', 'Quality of management', { options: quality }],
  ['salesStaffQuality', 'choice', '业务人员素质', 'Quality of sales staff', { options: quality }],
  [
    'competitorRelations',
    'longtext',
    '与其他竞争者的关系',
    'Relations with competitors',
    { sensitivity: 'confidential' },
  ],
  ['relationWithUs', 'longtext', '与本公司的业务关系', 'Relation with us'],
  [
    'attitude',
    'choice',
    '合作态度',
    'Attitude',
    {
      options: optionsFrom([
        ['supportive', '支持', 'Supportive'],
        ['neutral', '中立', 'Neutral'],
        ['reserved', '保留', 'Reserved'],
        ['hostile', '反对', 'Hostile'],
      ]),
    },
  ],
]);

const trading = fieldsOf('trading', [
  [
    'salesState',
    'choice',
    '销售活动现状',
    'Sales state',
    {
      options: optionsFrom([
        ['none', '未交易', 'Not yet'],
        ['trial', '试单', 'Trial order'],
        ['regular', '稳定交易', 'Regular'],
        ['declining', '下滑', 'Declining'],
        ['stopped', '停止', 'Stopped'],
      ]),
    },
  ],
  ['problems', 'longtext', '存在的问题', 'Problems'],
  ['advantages', 'longtext', '保持的优势', 'Advantages'],
  ['futureStrategy', 'longtext', '未来的对策', 'Future strategy', { sensitivity: 'confidential' }],
  ['reputation', 'choice', '企业形象与声誉', 'Reputation and image', { options: quality }],
  [
    'creditStatus',
    'choice',
    '信用状况',
    'Credit status',
    { options: quality, tracked: true, sensitivity: 'confidential' },
  ],
  ['tradingTerms', 'longtext', '交易条件', 'Trading terms', { sensitivity: 'confidential' }],
  [
    'pastCreditProblems',
    'longtext',
    '以往出现的信用问题',
    'Past credit problems',
    { sensitivity: 'confidential', tracked: true },
  ],
]);

export const businessFields = [...characteristics, ...business, ...trading];
