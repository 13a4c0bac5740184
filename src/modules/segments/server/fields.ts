import { extendObject, fieldsOf, optionsFrom } from '#modules/fields/index.ts';

const plain = { weight: 0, sensitivity: 'open' } as const;

/** The classes as facts on the card: usable in every list, condition, export and report. */
extendObject('customer', {
  sections: [{ key: 'classes', zh: '客户分类', en: 'Classes' }],
  fields: fieldsOf('classes', [
    [
      'timeClass',
      'choice',
      '按时间',
      'By time',
      {
        ...plain,
        options: optionsFrom([
          ['current', '现在型', 'Present', 'green'],
          ['future', '未来型', 'Future', 'blue'],
          ['former', '过去型', 'Past', 'default'],
        ]),
      },
    ],
    [
      'tenureClass',
      'choice',
      '新老',
      'Old or new',
      {
        ...plain,
        options: optionsFrom([
          ['old', '老客户', 'Old', 'gold'],
          ['new', '新客户', 'New', 'green'],
          ['potential', '潜在客户', 'Potential', 'blue'],
        ]),
      },
    ],
    [
      'processClass',
      'choice',
      '按交易过程',
      'By transaction process',
      {
        ...plain,
        options: optionsFrom([
          ['ongoing', '正在交易', 'Trading', 'green'],
          ['upcoming', '即将交易', 'About to trade', 'blue'],
          ['done', '曾有交易', 'Has traded', 'default'],
        ]),
      },
    ],
    [
      'volumeClass',
      'choice',
      '按交易数量',
      'By volume',
      {
        ...plain,
        options: optionsFrom([
          ['main', '主力', 'Main', 'red'],
          ['general', '一般', 'General', 'blue'],
          ['sporadic', '零散', 'Sporadic', 'default'],
        ]),
      },
    ],
    [
      'importance',
      'choice',
      '重要程度',
      'Importance',
      {
        ...plain,
        options: optionsFrom([
          ['key', '重要客户', 'Important', 'red'],
          ['special', '特殊客户', 'Special', 'purple'],
          ['general', '一般客户', 'General', 'default'],
        ]),
      },
    ],
    [
      'ladder',
      'choice',
      '忠实度阶梯',
      'Loyalty ladder',
      {
        ...plain,
        options: optionsFrom([
          ['suspect', '可能客户', 'Suspect', 'default'],
          ['prospect', '潜在客户', 'Prospect', 'default'],
          ['buyer', '购买者', 'Buyer', 'cyan'],
          ['customer', '顾客', 'Customer', 'blue'],
          ['client', '主顾', 'Client', 'geekblue'],
          ['supporter', '支持者', 'Supporter', 'purple'],
          ['advocate', '拥护者', 'Advocate', 'magenta'],
          ['partner', '合伙人', 'Partner', 'red'],
        ]),
      },
    ],
    [
      'abcClass',
      'choice',
      'ABC 分类',
      'ABC class',
      {
        ...plain,
        options: optionsFrom([
          ['A', 'A 核心', 'A core', 'red'],
          ['B', 'B 重要', 'B', 'orange'],
          ['C', 'C 普通', 'C ordinary', 'default'],
        ]),
      },
    ],
    ['rfmR', 'number', 'RFM 最近 R', 'RFM recency', plain],
    ['rfmF', 'number', 'RFM 频次 F', 'RFM frequency', plain],
    ['rfmM', 'number', 'RFM 金额 M', 'RFM amount', plain],
    [
      'rfmSegment',
      'choice',
      'RFM 群组',
      'RFM group',
      {
        ...plain,
        options: optionsFrom([
          ['importantValue', '重要价值', 'Important: value', 'red'],
          ['importantDevelop', '重要发展', 'Important: develop', 'volcano'],
          ['importantKeep', '重要保持', 'Important: keep', 'orange'],
          ['importantRetain', '重要挽留', 'Important: retain', 'gold'],
          ['generalValue', '一般价值', 'General: value', 'green'],
          ['generalDevelop', '一般发展', 'General: develop', 'cyan'],
          ['generalKeep', '一般保持', 'General: keep', 'blue'],
          ['generalRetain', '一般挽留', 'General: retain', 'default'],
        ]),
      },
    ],
    ['categories', 'multichoice', '类别', 'Categories', plain],
    ['segments', 'multichoice', '分群', 'Segments', plain],
  ]),
});
