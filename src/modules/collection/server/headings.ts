import { dictionaryFor } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';

/** Headings people use that are neither a field's label nor its key. */
const synonyms: Record<string, string[]> = {
  'customer.name': [
    '客户公司名称',
    '公司名称',
    '客户名',
    '公司',
    '单位名称',
    '企业名称',
    '客户',
    '名称',
    'company',
    'company name',
    'customer',
    'organization',
    'organisation',
    'account',
  ],
  'customer.emails': [
    '邮箱',
    '邮箱1',
    '邮箱2',
    '邮箱3',
    '电子邮箱',
    '邮件',
    'email',
    'e-mail',
    'mail',
    'email1',
    'email2',
    'email address',
  ],
  'customer.phones': [
    '电话',
    '电话1',
    '电话2',
    '联系电话',
    '座机',
    '公司电话',
    'phone',
    'phone1',
    'phone2',
    'tel',
    'telephone',
    'phone number',
  ],
  'contact.phones': [
    '手机',
    '手机号',
    '手机号码',
    '移动电话',
    '联系人电话',
    '联系人手机',
    'mobile',
    'cell',
    'cell phone',
    'mobile phone',
  ],
  'contact.name': [
    '联系人',
    '联系人姓名',
    '主要联系人',
    '姓名',
    'contact',
    'contact name',
    'contact person',
    'full name',
    'person',
  ],
  'contact.position': ['职位', '职务', '头衔', 'title', 'job title', 'position'],
  'contact.emails': ['联系人邮箱', 'contact email'],
  'contact.department': ['部门', 'department'],
  'contact.birthday': ['联系人生日', 'contact birthday'],
  'contact.wechat': ['联系人微信', 'contact wechat'],
  'customer.websites': ['网站', '网址', '官网', '公司网站', 'website', 'web', 'url', 'homepage', 'site'],
  'customer.country': ['国家', '国家/地区', '国别', 'country', 'country/region', 'nation'],
  'customer.continent': ['洲', '大洲', '州', 'continent'],
  'customer.remark': ['备注', '说明', '描述', 'remark', 'remarks', 'note', 'notes', 'comment', 'comments', 'memo'],
  'customer.grade': ['客户等级', '等级', '级别', '客户级别', 'grade', 'level', 'rating', 'customer grade'],
  'customer.addresses': ['地址', '公司地址', '通讯地址', '详细地址', 'address', 'street'],
  'customer.postcode': ['邮编', '邮政编码', 'postcode', 'postal code', 'zip', 'zip code'],
  'customer.faxes': ['传真', 'fax'],
  'customer.uscc': ['税号', '信用代码', '社会信用代码', '纳税人识别号', 'uscc', 'tax id'],
  'customer.authorName': ['填表人', '录入人', '建档人', 'author', 'created by'],
  'customer.cardDate': ['建档日期', '录入日期', '填表日期', 'created on', 'date created', 'card date'],
  'customer.source': ['来源', '客户来源', 'source', 'lead source'],
  'customer.tags': ['标签', 'tags', 'labels'],
};

/** A heading without what varies: width, case, blanks, stars, brackets with hints. */
export const headingKey = (heading: string): string =>
  heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[(（[【].*?[)）\]】]/g, '')
    .replace(/[\s*:：_\-./]+/g, '');

/** Recognises headings: corrected before by hand, then synonyms, then labels and keys of every readable field. */
export async function headingTargets(
  context: Context,
): Promise<{ targetOf: (heading: string) => string | undefined; targets: Set<string> }> {
  const { fields } = await dictionaryFor(context);
  const targets = new Set(
    fields.filter((field) => !field.readOnly && field.type !== 'score').map((field) => `${field.object}.${field.key}`),
  );
  const known = new Map<string, string>();
  const learn = (heading: string, target: string) => {
    if (targets.has(target)) known.set(headingKey(heading), target);
  };
  // Later entries win: labels of contacts, labels of customers, synonyms, what people corrected.
  for (const object of ['contact', 'customer'] as const) {
    for (const field of fields.filter((item) => item.object === object)) {
      const target = `${object}.${field.key}`;
      const prefixes = object === 'contact' ? ['联系人', 'contact '] : [''];
      for (const text of [field.label.zh, field.label.en, field.key]) {
        for (const prefix of prefixes) learn(prefix + text, target);
        if (object === 'contact' && !known.has(headingKey(text))) learn(text, target);
      }
    }
  }
  for (const [target, headings] of Object.entries(synonyms)) for (const heading of headings) learn(heading, target);
  const corrected = await context.tx
    .selectFrom('import_heading')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('object', '=', 'customer')
    .limit(5000)
    .execute();
  for (const row of corrected) {
    if (row.target === '') known.delete(row.heading);
    else if (targets.has(row.target)) known.set(row.heading, row.target);
  }
  return { targets, targetOf: (heading) => known.get(headingKey(heading)) };
}

/** Remembers how a person mapped headings, so that the next sheet needs no correction. */
export async function rememberHeadings(context: Context, mapped: { heading: string; target: string }[]): Promise<void> {
  for (const { heading, target } of mapped) {
    if (headingKey(heading) === '') continue;
    await context.tx
      .insertInto('import_heading')
      .values({ org_id: context.orgId, object: 'customer', heading: headingKey(heading), target })
      .onConflict((oc) => oc.columns(['org_id', 'object', 'heading']).doUpdateSet({ target }))
      .execute();
  }
}
