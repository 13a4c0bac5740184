import type { ValueSource } from '#shared/fields.ts';

const names: Record<ValueSource, { zh: string; en: string }> = {
  adviser: { zh: '顾问', en: 'Adviser' },
  agency: { zh: '机构查询', en: 'Agency' },
  broadcast: { zh: '广播电视', en: 'Broadcast' },
  businessCard: { zh: '名片', en: 'Business card' },
  exchange: { zh: '信息交换', en: 'Exchange' },
  exhibition: { zh: '展会', en: 'Exhibition' },
  form: { zh: '调查表', en: 'Form' },
  import: { zh: '导入', en: 'Import' },
  intelligence: { zh: '情报', en: 'Intelligence' },
  meeting: { zh: '会议', en: 'Meeting' },
  observation: { zh: '实地观察', en: 'Observation' },
  purchase: { zh: '购买信息', en: 'Purchased' },
  reading: { zh: '报刊书籍', en: 'Reading' },
  referral: { zh: '他人介绍', en: 'Referral' },
  statistics: { zh: '统计资料', en: 'Statistics' },
  system: { zh: '系统', en: 'System' },
  visit: { zh: '拜访', en: 'Visit' },
  web: { zh: '网络', en: 'Web' },
};

/** How a customer was collected, as whoever reviews reads it and a flow may ask for it. */
export const sourceOptions = Object.entries(names).map(([value, label]) => ({ value, label }));
