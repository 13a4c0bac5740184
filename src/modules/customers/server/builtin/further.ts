import { fieldsOf, optionsFrom } from '#modules/fields/index.ts';
import { level, quality } from './common.ts';

const needs = fieldsOf('needs', [
  ['needs', 'longtext', '主要需求', 'Main needs', { searchable: true }],
  ['budget', 'money', '年度预算', 'Yearly budget', { sensitivity: 'confidential' }],
  ['painPoints', 'longtext', '痛点', 'Pain points'],
]);

const finance = fieldsOf('finance', [
  ['bank', 'text', '开户银行', 'Bank', { sensitivity: 'confidential' }],
  [
    'bankAccount',
    'text',
    '银行账号',
    'Bank account',
    { sensitivity: 'secret', rules: { maxLength: 40, format: 'bankCard' } },
  ],
  ['invoiceTitle', 'text', '发票抬头', 'Invoice title'],
  [
    'financialCondition',
    'choice',
    '财务状况',
    'Financial condition',
    { options: quality, tracked: true, sensitivity: 'confidential' },
  ],
]);

const operations = fieldsOf('operations', [
  ['premises', 'text', '经营场所', 'Premises'],
  ['branches', 'number', '门店或分支数', 'Shops or branches', { rules: { min: 0, decimals: 0 } }],
  ['operatingYears', 'number', '经营年限', 'Years in business', { rules: { min: 0, decimals: 1 } }],
]);

const purchasing = fieldsOf('purchasing', [
  ['purchaseProcess', 'longtext', '采购流程', 'Purchase process'],
  ['purchaseCycle', 'text', '采购周期', 'Purchase cycle'],
  ['mainSuppliers', 'longtext', '主要供应商', 'Main suppliers'],
]);

const external = fieldsOf('external', [
  ['externalRelations', 'longtext', '对外关系', 'External relations'],
  ['groupCompany', 'text', '所属集团', 'Group', { searchable: true }],
]);

const products = fieldsOf('products', [
  ['productStructure', 'longtext', '产品结构', 'Product structure'],
  ['brands', 'texts', '经营品牌', 'Brands', { searchable: true }],
]);

const market = fieldsOf('market', [
  ['marketCapacity', 'longtext', '市场容量', 'Market capacity'],
  ['competitors', 'texts', '竞争对手', 'Competitors'],
]);

const consumption = fieldsOf('consumption', [
  ['householdSize', 'number', '家庭人口', 'Household size', { rules: { min: 0, decimals: 0 }, personal: 'personal' }],
  [
    'householdIncome',
    'choice',
    '家庭收入水平',
    'Household income',
    { options: level, personal: 'personal', sensitivity: 'confidential' },
  ],
  ['consumptionHabits', 'longtext', '消费习惯', 'Consumption habits', { personal: 'personal' }],
]);

const record = fieldsOf('record', [
  [
    'number',
    'text',
    '客户档案编号',
    'Dossier number',
    { readOnly: true, searchable: true, sensitivity: 'open', weight: 0 },
  ],
  [
    'kind',
    'choice',
    '客户类型',
    'Kind of customer',
    {
      readOnly: true,
      sensitivity: 'open',
      weight: 0,
      options: optionsFrom([
        ['company', '企业', 'Company'],
        ['individual', '个人', 'Individual'],
        ['household', '家庭', 'Household'],
        ['government', '政府机构', 'Government body'],
        ['special', '特殊公司', 'Special company'],
        ['partner', '贸易伙伴', 'Trading partner'],
      ]),
    },
  ],
  ['ownerId', 'user', '负责人', 'Owner', { readOnly: true, sensitivity: 'open', weight: 0 }],
  ['authorName', 'text', '填卡人', 'Card author', { sensitivity: 'open', weight: 0 }],
  ['cardDate', 'date', '填卡日期', 'Card date', { sensitivity: 'open', weight: 0 }],
  ['createdAt', 'datetime', '创建时间', 'Created', { readOnly: true, sensitivity: 'open', weight: 0 }],
  ['updatedAt', 'datetime', '更新时间', 'Updated', { readOnly: true, sensitivity: 'open', weight: 0 }],
]);

export const furtherFields = [
  ...needs,
  ...finance,
  ...operations,
  ...purchasing,
  ...external,
  ...products,
  ...market,
  ...consumption,
  ...record,
];
