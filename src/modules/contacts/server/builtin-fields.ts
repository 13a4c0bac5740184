import type { FieldSpec, ObjectSpec } from '#modules/fields/index.ts';
import { fieldsOf, optionsFrom } from '#modules/fields/index.ts';

const care = '了解联系人以便沟通、问候与服务';
const reach = '与联系人取得联系';
type More = Partial<FieldSpec>;
const personal = (purpose: string, more: More = {}): More => ({ personal: 'personal', purpose, ...more });
/** What concerns others than the person, or children: only for those cleared for confidential facts. */
const family = (more: More = {}): More => personal(care, { sensitivity: 'confidential', ...more });

const basics = fieldsOf('contact', [
  [
    'name',
    'text',
    '姓名',
    'Name',
    personal(reach, {
      required: true,
      searchable: true,
      sensitivity: 'open',
      tracked: true,
      rules: { maxLength: 200 },
    }),
  ],
  ['nameEn', 'text', '英文名', 'English name', personal(reach, { searchable: true })],
  ['salutation', 'text', '称呼', 'Form of address', personal(reach)],
  ['isPrimary', 'boolean', '主要联系人', 'Primary contact', { sensitivity: 'open' }],
  [
    'roles',
    'multichoice',
    '在客户方的身份',
    'Roles at the customer',
    {
      options: optionsFrom([
        ['owner', '所有人', 'Owner'],
        ['operator', '经营者', 'Operator'],
        ['legalRepresentative', '法定代表人', 'Legal representative'],
        ['purchasingDecisionMaker', '采购决策人', 'Purchasing decision maker'],
        ['dailyContact', '日常联系人', 'Daily contact'],
      ]),
    },
  ],
  ['phones', 'phones', '电话', 'Phones', personal(reach, { searchable: true, tracked: true })],
  ['emails', 'emails', '邮箱', 'Emails', personal(reach, { searchable: true, tracked: true })],
  [
    'noMail',
    'boolean',
    '谢绝邮件',
    'No mail please',
    personal(reach, {
      sensitivity: 'open',
      tracked: true,
      weight: 0,
      helpZh: '不再收到问卷、资料等邮件；往来信件不受影响。',
      helpEn: 'Gets no forms or material by mail; answering letters stays possible.',
    }),
  ],
  ['wechat', 'text', '微信', 'WeChat', personal(reach, { searchable: true })],
  ['messengers', 'texts', '其他通讯方式', 'Other messengers', personal(reach)],
  ['addresses', 'addresses', '地址', 'Addresses', personal(reach)],
  [
    'preferredChannel',
    'choice',
    '首选联系方式',
    'Preferred channel',
    personal(reach, {
      options: optionsFrom([
        ['phone', '电话', 'Phone'],
        ['wechat', '微信', 'WeChat'],
        ['email', '邮件', 'Email'],
        ['message', '短信', 'Text message'],
        ['visit', '面谈', 'Meeting'],
      ]),
    }),
  ],
  ['language', 'text', '语言', 'Language', personal(reach)],
  [
    'gender',
    'choice',
    '性别',
    'Gender',
    personal(care, {
      options: optionsFrom([
        ['female', '女', 'Female'],
        ['male', '男', 'Male'],
        ['other', '其他', 'Other'],
      ]),
    }),
  ],
  ['photo', 'picture', '照片', 'Photo', personal(care, { weight: 0 })],
  ['remark', 'longtext', '备注', 'Remarks', { searchable: true }],
]);

const work = fieldsOf('work', [
  ['position', 'text', '职务', 'Position', { searchable: true, tracked: true }],
  ['department', 'text', '部门', 'Department'],
  [
    'buyingRole',
    'choice',
    '采购角色',
    'Role in buying',
    {
      options: optionsFrom([
        ['decides', '决策', 'Decides', 'red'],
        ['influences', '影响', 'Influences', 'orange'],
        ['uses', '使用', 'Uses', 'blue'],
        ['pays', '付款', 'Pays', 'purple'],
        ['gatekeeper', '把关', 'Gatekeeper', 'gold'],
      ]),
    },
  ],
  [
    'attitude',
    'choice',
    '对我方态度',
    'Attitude to us',
    {
      options: optionsFrom([
        ['coach', '教练', 'Coach', 'green'],
        ['supporter', '支持', 'Supporter', 'cyan'],
        ['neutral', '中立', 'Neutral'],
        ['sceptic', '怀疑', 'Sceptic', 'orange'],
        ['opponent', '反对', 'Opponent', 'red'],
      ]),
    },
  ],
  ['responsibilities', 'longtext', '职责范围', 'Responsibilities'],
  ['ability', 'longtext', '能力与专长', 'Ability', personal(care)],
  ['career', 'longtext', '工作经历', 'Career', personal(care)],
]);

const profile = fieldsOf('personal', [
  ['birthday', 'date', '生日（公历）', 'Birthday', personal(care, { tracked: true, rules: { past: true } })],
  [
    'lunarBirthday',
    'lunarDate',
    '生日（农历）',
    'Lunar birthday',
    personal(care, { tracked: true, rules: { past: true } }),
  ],
  ['hometown', 'text', '籍贯', 'Hometown', personal(care)],
  ['school', 'text', '毕业院校', 'School', personal(care, { searchable: true })],
  ['major', 'text', '专业', 'Field of study', personal(care)],
  [
    'education',
    'choice',
    '学历',
    'Education',
    personal(care, {
      options: optionsFrom([
        ['secondary', '高中及以下', 'Secondary school'],
        ['college', '大专', 'College'],
        ['bachelor', '本科', 'Bachelor'],
        ['master', '硕士', 'Master'],
        ['doctor', '博士', 'Doctor'],
      ]),
    }),
  ],
  ['personality', 'longtext', '性格', 'Personality', personal(care)],
  ['hobbies', 'texts', '爱好', 'Hobbies', personal(care)],
  ['sports', 'texts', '运动', 'Sports', personal(care)],
  ['food', 'texts', '饮食', 'Food and drink', personal(care)],
  ['taboos', 'text', '忌讳', 'Taboos', personal(care)],
  ['pets', 'text', '宠物', 'Pets', personal(care)],
  ['reading', 'texts', '阅读', 'Reading', personal(care)],
  ['holidays', 'text', '度假偏好', 'Holidays', personal(care)],
  ['itinerary', 'longtext', '行程', 'Itinerary', personal(care)],
]);

const home = fieldsOf('family', [
  [
    'maritalStatus',
    'choice',
    '婚姻状况',
    'Marital status',
    family({
      options: optionsFrom([
        ['single', '未婚', 'Single'],
        ['married', '已婚', 'Married'],
        ['other', '其他', 'Other'],
      ]),
    }),
  ],
  ['spouse', 'text', '配偶', 'Spouse', family()],
  [
    'children',
    'text',
    '子女',
    'Children',
    family({
      personal: 'sensitive',
      helpZh: '不满十四周岁未成年人的信息属于敏感个人信息，须经监护人同意。',
      helpEn: 'Facts about children under 14 are sensitive and need a guardian’s consent.',
    }),
  ],
  ['weddingAnniversary', 'date', '结婚纪念日', 'Wedding anniversary', family()],
  ['family', 'longtext', '家庭情况', 'Family', family()],
]);

const goals = fieldsOf('goals', [
  ['personalGoals', 'longtext', '个人目标', 'Personal goals', personal(care)],
  ['careerGoals', 'longtext', '职业目标', 'Career goals', personal(care)],
  ['concerns', 'longtext', '关注点', 'Concerns', personal(care)],
  ['achievements', 'longtext', '得意之事', 'Achievements', personal(care)],
]);

/** Rows A4 and B1 of the product: a person at a customer. */
export const contactSpec: ObjectSpec = {
  object: 'contact',
  table: 'contact',
  sections: [
    { key: 'contact', zh: '基本资料', en: 'Basics' },
    { key: 'work', zh: '工作', en: 'Work' },
    { key: 'personal', zh: '个人', en: 'Personal' },
    { key: 'family', zh: '家庭', en: 'Family' },
    { key: 'goals', zh: '目标', en: 'Goals' },
  ],
  fields: [...basics, ...work, ...profile, ...home, ...goals],
};
