import type { ObjectSpec, SectionSpec } from '#modules/fields/index.ts';
import { basicsFields } from './builtin/basics.ts';
import { businessFields } from './builtin/business.ts';
import { homes, organisations } from './builtin/common.ts';
import { furtherFields } from './builtin/further.ts';

const sections: SectionSpec[] = [
  { key: 'basics', zh: '基础资料', en: 'Basics' },
  { key: 'characteristics', zh: '客户特征', en: 'Characteristics', kinds: organisations },
  { key: 'business', zh: '业务状况', en: 'Business status', kinds: organisations },
  { key: 'trading', zh: '交易现状', en: 'Trading status' },
  { key: 'needs', zh: '需求', en: 'Needs' },
  { key: 'finance', zh: '财务', en: 'Finance', kinds: organisations },
  { key: 'operations', zh: '经营', en: 'Operations', kinds: organisations },
  { key: 'purchasing', zh: '采购', en: 'Purchasing', kinds: organisations },
  { key: 'external', zh: '外部关系', en: 'External relations', kinds: organisations },
  { key: 'products', zh: '产品结构', en: 'Product structure', kinds: organisations },
  { key: 'market', zh: '市场容量与竞争', en: 'Market and competitors', kinds: organisations },
  { key: 'consumption', zh: '家庭消费', en: 'Household consumption', kinds: homes },
  { key: 'facts', zh: '经营指标', en: 'Facts' },
  { key: 'record', zh: '档案信息', en: 'Record' },
];

/** Rows A3 and A5 of the product: the card of a customer. */
export const customerSpec: ObjectSpec = {
  object: 'customer',
  table: 'customer',
  sections,
  fields: [...basicsFields, ...businessFields, ...furtherFields],
};
