/** What a label on a card announces. */
export type LabelKind =
  | 'mobile'
  | 'phone'
  | 'fax'
  | 'email'
  | 'website'
  | 'address'
  | 'postcode'
  | 'wechat'
  | 'whatsapp'
  | 'qq'
  | 'name'
  | 'title'
  | 'company'
  | 'bank';

export interface Segment {
  /** More than one for `电话/传真`, `手机/微信`. */
  labels: LabelKind[];
  text: string;
}

const cjk: [LabelKind, string][] = [
  [
    'mobile',
    '手\\s*机(?:号码|号)?|手\\s*機|移动电话|行動電話|手提(?:电话|電話)?|携\\s*帯(?:電話)?|휴대폰|휴대전화|핸드폰',
  ],
  ['fax', '传\\s*真|傳\\s*真|ファックス|팩스'],
  [
    'phone',
    '办公电话|公司电话|联系电话|(?:全国)?(?:统一|免费)?(?:服务|客服|咨询)?热线|[电電]\\s*[话話]|座\\s*机|总\\s*机|直\\s*线|(?:订货|订购|客服|咨询|业务|销售|售后)?(?:热线|电话)|전화',
  ],
  ['email', '电子邮箱|电子邮件|電子郵件|邮\\s*箱|郵箱|[电電][邮郵]|メール|이메일'],
  ['website', '官方网站|网\\s*址|網址|网\\s*站|官\\s*网|主页|홈페이지'],
  [
    'address',
    '公司地址|办公地址|(?:展厅|门店|店铺|仓库|总部|经营|通讯|通信|收货)地址|工厂地址|联系地址|注册地址|地\\s*址|厂\\s*址|住\\s*所|所在地|주소',
  ],
  ['postcode', '邮政编码|郵政編碼|邮\\s*编|郵編|郵遞區號|우편번호|〒'],
  ['wechat', '(?:支付宝\\s*[/／、]\\s*)?微\\s*信(?:公众号|号)?'],
  ['bank', '支付宝|开户行|开户银行|账\\s*号|帐\\s*号|税\\s*号'],
];
/** Words that announce something only before a colon. */
const beforeColon: [LabelKind, string][] = [
  ['address', '工\\s*厂|总\\s*部|门\\s*店|店\\s*址|展\\s*厅|仓\\s*库|factory'],
  ['name', '姓\\s*名|联系人|name'],
  ['phone', '办\\s*公'],
  ['title', '职\\s*[务位称]'],
  ['company', '公司名称|单\\s*位|company'],
];
/** These announce a number: one, or a colon, follows. */
const beforeNumber: [LabelKind, string][] = [
  ['mobile', 'mobile(?:\\s*phone)?|mobil|mob|cell(?:\\s*phone|ular)?|handphone|m\\s?\\/\\s?p|h\\s?\\/\\s?p|mp|hp'],
  ['fax', 'fax(?:\\s*no)?|facsimile|telefax'],
  [
    'phone',
    'telephone|tel(?:\\s*no)?|phone|direct(?:\\s*line)?|office(?!(?<=\\p{L}\\soffice)\\s*$)|hotline|toll free|ph',
  ],
  ['whatsapp', "what['’]?s\\s?app"],
  // Recognition takes the letter for a zero.
  ['qq', 'qq|[0o]q|q[0o]'],
];
const others: [LabelKind, string][] = [
  ['email', 'e\\s?[-–—.]?\\s?mail|mail'],
  ['website', 'web\\s?site|web|url|https?|homepage'],
  ['address', 'address|addr|add|head\\s?office'],
  ['postcode', 'post\\s?code|postal code|zip(?:\\s*code)?|p\\.\\s?c'],
  ['wechat', 'we\\s?chat|weixin'],
];
const letters: Record<string, LabelKind> = {
  t: 'phone',
  p: 'phone',
  o: 'phone',
  d: 'phone',
  m: 'mobile',
  c: 'mobile',
  f: 'fax',
  e: 'email',
  w: 'website',
  a: 'address',
};

const all = [...cjk, ...beforeColon, ...beforeNumber, ...others].map(
  ([kind, pattern]) => [kind, new RegExp(`^(?:${pattern})$`, 'iu')] as const,
);
const part = (list: [LabelKind, string][]) => `(?:${list.map(([, pattern]) => pattern).join('|')})`;
const start = '(?<![\\p{Script=Latin}\\d@._-])';
const number = '(?=\\s*[.:：;；/&]|\\s*[(（+]*\\s*\\d|\\s*$)';
const label = new RegExp(
  [
    part(cjk),
    `${part(beforeColon)}(?=\\s*[:：])`,
    `${start}${part(beforeNumber)}${number}`,
    // Recognition drops the blank behind a number: `13812345678QQ:1234567`.
    `(?<=\\d)(?:qq|fax|tel|mob(?:ile)?|e-?mail|wechat)(?=\\s*[:：])`,
    // `T.057189926001M.13605718899`
    `(?<=\\d{5})[tpdmcf](?=\\s*[:：.]\\s*[+(（]?\\d{2})`,
    `${start}${part(others)}(?=[\\s.:：;；/&]|$)(?!\\s*[.]?[a-z0-9-]*@)`,
    `(?<![\\p{L}\\d.@&-])(?:[tpdmcfewao](?=\\s*[:：]|\\.\\s*[+(\\d]|\\s+[+(]?\\d)|e(?=\\s+\\S+@)|w(?=\\s+[\\w-]+\\.))`,
  ].join('|'),
  'giu',
);
const kindOf = (text: string): LabelKind | undefined =>
  letters[text.toLowerCase()] ?? all.find(([, pattern]) => pattern.test(text))?.[0];
/** `http` announces a site and belongs to it. */
const keptLabel = /^https?$/i;

/** Cuts a line at its labels. What stands before the first one has none. */
export function segmentsOf(line: string): Segment[] {
  const found = [...line.matchAll(label)].flatMap((match) => {
    const kind = kindOf(match[0]);
    const end = match.index + (keptLabel.test(match[0]) ? 0 : match[0].length);
    return kind ? [{ kind, start: match.index, end }] : [];
  });
  const segments: Segment[] = [{ labels: [], text: line.slice(0, found[0]?.start).trim() }];
  let pending: LabelKind[] = [];
  for (const [index, item] of found.entries()) {
    const text = line
      .slice(item.end, found[index + 1]?.start)
      .replace(leading, '')
      .trim();
    pending.push(item.kind);
    // `电话/传真:` and `Tel & Fax:`: nothing but a sign between two labels.
    if (text === '' && found[index + 1]) continue;
    segments.push({ labels: pending, text });
    pending = [];
  }
  return segments.filter((segment) => segment.labels.length > 0 || segment.text !== '');
}

/** Signs between a label and its value; a plus or an opening bracket belongs to the number. */
const leading = /^(?:[\s.:：;；，,、|/&)）]|[(（](?!\s*\+?\d))+/;
