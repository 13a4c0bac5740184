import { expect, test } from 'vitest';
import { parseCard } from './parse.ts';
import { proposalOf } from './proposal.ts';

/** Lines as they are printed; `*` before one: in large letters. */
const read = (...lines: string[]) =>
  parseCard(
    lines.map((line) => ({ text: line.replace(/^\*/, ''), confidence: 1, height: line.startsWith('*') ? 50 : 20 })),
  );
const values = (list: { value: string; type?: string }[]) =>
  list.map(({ value, type }) => (type ? `${type} ${value}` : value));

test('a Chinese card with labels', () => {
  const card = read(
    '*王小明',
    '销售总监',
    '上海青禾机电设备有限公司',
    '地址：上海市浦东新区张江路88号3幢502室',
    '邮编：201203',
    '电话：021-58886677传真：021-58886678',
    '手机：13812345678',
    'E-mail: wang.xm@qinghe-me.com.cn',
    '网址：www.qinghe-me.com.cn',
  );
  expect(card).toMatchObject({
    name: { value: '王小明' },
    title: { value: '销售总监' },
    company: { value: '上海青禾机电设备有限公司' },
    addresses: [{ value: '上海市浦东新区张江路88号3幢502室', postcode: '201203' }],
    rest: [],
  });
  expect(values(card.phones)).toEqual(['work 021-58886677', 'mobile 13812345678']);
  expect(values(card.faxes)).toEqual(['021-58886678']);
  expect(values(card.emails)).toEqual(['wang.xm@qinghe-me.com.cn']);
  expect(values(card.websites)).toEqual(['www.qinghe-me.com.cn']);
});

test('an English card of a Chinese exporter, an address over two lines, a misread @', () => {
  const card = read(
    'Ningbo Hengda Import & Export Co.,Ltd.',
    '*Michael Wang',
    'Sales Manager',
    'Add: Room 1203, No. 88 Zhongshan East Road,',
    'Yinzhou District, Ningbo, Zhejiang, China 315040',
    'Tel: +86-574-8765 4321  Fax: +86-574-8765 4322',
    'Mob/WhatsApp: +86 138 5788 1234',
    'E-mail: michael©hengda-ie,com',
    'www.hengda-ie.com',
  );
  expect(card).toMatchObject({
    name: { value: 'Michael Wang' },
    company: { value: 'Ningbo Hengda Import & Export Co., Ltd.' },
    title: { value: 'Sales Manager' },
  });
  expect(card.addresses).toMatchObject([
    {
      value: 'Room 1203, No. 88 Zhongshan East Road, Yinzhou District, Ningbo, Zhejiang, China',
      postcode: '315040',
    },
  ]);
  expect(values(card.phones)).toEqual(['work +86-574-8765 4321', 'mobile +86 138 5788 1234']);
  expect(values(card.faxes)).toEqual(['+86-574-8765 4322']);
  expect(values(card.emails)).toEqual(['michael@hengda-ie.com']);
  expect(card.emails[0]?.confidence).toBeLessThan(1);
});

test('two languages, labels of one letter, a double surname, the department said with the post', () => {
  const card = read(
    '*欧阳娜娜',
    '市场部经理',
    'T +86 755 2345 6789',
    'M 139 2345 6789',
    'E ouyang@szlight.cn',
    'W szlight.cn',
    '深圳市南山区科技园南区R2-A栋4楼',
    '深圳市光明照明股份有限公司',
    'SHENZHEN GUANGMING LIGHTING CO., LTD.',
    'Ouyang Nana',
  );
  expect(card).toMatchObject({
    name: { value: '欧阳娜娜' },
    nameEn: { value: 'Ouyang Nana' },
    company: { value: '深圳市光明照明股份有限公司' },
    companyEn: { value: 'SHENZHEN GUANGMING LIGHTING CO., LTD.' },
    title: { value: '市场部经理' },
    department: { value: '市场部' },
    rest: [],
  });
  expect(values(card.phones)).toEqual(['work +86 755 2345 6789', 'mobile 139 2345 6789']);
});

test('a company without legal form is told by its domain; a title with "Technology" is no company', () => {
  const card = read(
    'Northwind Traders',
    '*Dr. John A. Smith',
    'Chief Technology Officer',
    '12 High Street, London EC1A 1BB, UK',
    '+44 20 7946 0018',
    'john.smith@northwind.co.uk',
  );
  expect(card).toMatchObject({
    company: { value: 'Northwind Traders' },
    name: { value: 'Dr. John A. Smith' },
    title: { value: 'Chief Technology Officer' },
    phones: [{ value: '+44 20 7946 0018', type: 'work' }],
  });
});

test('blanks that recognition dropped are put back', () => {
  const card = read('NorthwindTradersInc.', '*Dr.JohnA.Smith', 'SalesManager', 'McKinsey GmbH', 'Wwww.northwind.com');
  expect(card).toMatchObject({
    name: { value: 'Dr. John A. Smith' },
    title: { value: 'Sales Manager' },
    websites: [{ value: 'www.northwind.com' }],
  });
  expect(JSON.stringify(card)).toContain('McKinsey GmbH');
  for (const glued of ['Brightway Foods64GmbH', 'BrightwayFoods 64GmbH'])
    expect(read('Kenji Mori', glued)).toMatchObject({ company: { value: 'Brightway Foods 64 GmbH' } });
});

test.each(['义乌市商务局', '宁波商业银行海曙支行', '苏州市第一人民医院', '浙江理工大学材料学院'])(
  'a body is the company: %s',
  (line) => {
    expect(read(line)).toMatchObject({ company: { value: line } });
  },
);

test('a post that begins like a surname is no person', () => {
  expect(read('高级工程师')).toMatchObject({ title: { value: '高级工程师' } });
  expect(read('高级工程师').name).toBeUndefined();
});

test.each([
  ['李伟总经理', '李伟', '总经理'],
  ['王小明销售总监', '王小明', '销售总监'],
  ['欧阳修平高级工程师', '欧阳修平', '高级工程师'],
])('name and post without a blank: %s', (line, name, title) => {
  expect(read(line)).toMatchObject({ name: { value: name }, title: { value: title } });
});

test('name and post in one line, two numbers behind one label, one number for two labels', () => {
  const card = read(
    '李 伟 总经理',
    '杭州云栖贸易有限公司',
    '杭州市西湖区文三路90号东部软件园1号楼',
    '(310012)',
    'Tel0571-88821234/88825678',
    '手机/微信：13957112345',
    'QQ：1234567',
  );
  expect(card).toMatchObject({
    name: { value: '李伟' },
    title: { value: '总经理' },
    addresses: [{ postcode: '310012' }],
    wechat: { value: '13957112345' },
    qq: { value: '1234567' },
  });
  expect(values(card.phones)).toEqual(['work 0571-88821234', 'work 0571-88825678', 'mobile 13957112345']);
});

test('a Japanese card as well as may be', () => {
  const card = read(
    '株式会社山田製作所',
    '*山田 太郎',
    '営業部 部長',
    '〒100-0005 東京都千代田区丸の内1丁目9番1号',
    'TEL 03-1234-5678 FAX 03-1234-5679',
    '携帯 090-1234-5678',
  );
  expect(card).toMatchObject({
    company: { value: '株式会社山田製作所' },
    name: { value: '山田 太郎' },
    addresses: [{ postcode: '100-0005' }],
  });
  expect(values(card.phones)).toEqual(['work 03-1234-5678', 'mobile 090-1234-5678']);
});

test.each([
  ['手机：I38l2345678', ['mobile 13812345678']],
  ['电话：021-5888O677', ['work 021-58880677']],
  ['M/P: 86-13812345678', ['mobile 86-13812345678']],
  ['热线：400-820-8820', ['work 400-820-8820']],
  ['Tel: (86-21) 6275 1234 ext. 802', ['work (86-21) 6275 1234 ext. 802']],
  ['税号：91310115MA1K3XYZ0X', []],
  ['注册资本 5000 万元', []],
])('numbers in "%s"', (line, phones) => {
  expect(values(read(line).phones)).toEqual(phones);
});

test('what stands in front or behind: posts before names, shops, the same number for WeChat, last digits, sites behind addresses', () => {
  const card = read(
    '*经理许文强',
    '老李五金建材批发部',
    '外贸部ExportDept.',
    '门店：杭州市拱墅区石祥路202号五金市场3区18号',
    '订货热线：0571-85126677/78  MP：15959212345QQ:88123456',
    '13771234568（微信同号）',
    'xu@laoli.com.cn|www.laoli.com.cn',
  );
  expect(card).toMatchObject({
    name: { value: '许文强' },
    title: { value: '经理' },
    company: { value: '老李五金建材批发部' },
    department: { value: '外贸部' },
    addresses: [{ value: '杭州市拱墅区石祥路202号五金市场3区18号' }],
    wechat: { value: '13771234568' },
    qq: { value: '88123456' },
    rest: [],
  });
  expect(values(card.phones)).toEqual([
    'work 0571-85126677',
    'work 0571-85126678',
    'mobile 15959212345',
    'mobile 13771234568',
  ]);
  expect(values(card.emails)).toEqual(['xu@laoli.com.cn']);
  expect(values(card.websites)).toEqual(['www.laoli.com.cn']);
});

test('posts that begin like names, legal forms that end like sites, numbers in Chinese figures', () => {
  expect(read('*蔡明宏', '董事长')).toMatchObject({ name: { value: '蔡明宏' }, title: { value: '董事长' } });
  const card = read('GRUPO DEL NORTE S.A.DE C.V.', '*MARIA GONZALEZ LOPEZ', 'SE-411 38 Goteborg, Sweden');
  expect(card).toMatchObject({
    company: { value: expect.stringContaining('GRUPO DEL NORTE') },
    websites: [],
    addresses: [{ value: 'SE-411 38 Goteborg, Sweden' }],
  });
  expect(values(read('电话〇二一六三二二八八九九').phones)).toEqual(['work 02163228899']);
});

test('labels of one letter whose blanks recognition dropped, a site that ends in .ai', () => {
  const card = read(
    '*顾念慈',
    'M18510882371',
    'Enianci.gu@xingqiong.ai',
    'Wxingqiong.ai',
    'A北京市海淀区中关村东路1号院',
  );
  expect(card).toMatchObject({ addresses: [{ value: '北京市海淀区中关村东路1号院' }], rest: [] });
  expect(values(card.phones)).toEqual(['mobile 18510882371']);
  expect(values(card.emails)).toEqual(['nianci.gu@xingqiong.ai']);
  expect(values(card.websites)).toEqual(['xingqiong.ai']);
  expect(values(read('Eric.gu@xingqiong.ai').emails)).toEqual(['eric.gu@xingqiong.ai']);
});

test.each([
  ['T.057189926001F.057189926002M.13605718899', ['work 057189926001', 'mobile 13605718899'], ['057189926002']],
  ['T:+61390124455M:+61412345678', ['work +61390124455', 'mobile +61412345678'], []],
  ['手提Mobile:（852)91234567（86)13510123456', ['mobile (852)91234567', 'mobile (86)13510123456'], []],
  ['Tel: 0086 (21) 6275 1234', ['work 0086 (21) 6275 1234'], []],
  ['电话：0538-85661118566222', ['work 0538-8566111', 'work 0538-8566222'], []],
  ['电话○五一二六七二二八八三三', ['work 051267228833'], []],
  ['全国服务热线：400-618-7799', ['work 400-618-7799'], []],
  ['办公：027-87651200转8023', ['work 027-87651200转8023'], []],
])('numbers without a blank between them, in "%s"', (line, phones, faxes) => {
  const card = read(line);
  expect(values(card.phones)).toEqual(phones);
  expect(values(card.faxes)).toEqual(faxes);
  expect(card.rest).toEqual([]);
});

test('a stroke read as a letter, a name with an apostrophe, numbers in an English address', () => {
  const card = read(
    "*CatherineO'Neill",
    'No.68South ChangjiangRoad,XinwuDistrict,Wuxi214028,Jiangsu',
    'c.oneill@blueharbor.com.auIwww.blueharbor.com.au',
  );
  expect(card).toMatchObject({ name: { value: "Catherine O'Neill" } });
  expect(values(card.emails)).toEqual(['c.oneill@blueharbor.com.au']);
  expect(values(card.websites)).toEqual(['www.blueharbor.com.au']);
  expect(card.addresses[0]?.value).toContain('68 South');
  expect(values(read('200 CollinsStreet,Level9,MelbourneVIC3000,Australia').addresses)).toEqual([
    '200 Collins Street, Level 9, Melbourne VIC 3000, Australia',
  ]);
});

test('two offices are two addresses; a mobile number for WeChat has no calling code', () => {
  const card = read(
    '总部：山东省泰安市高新区南天门大街2877号',
    '济南：济南市历下区经十路9777号2号楼1506',
    '展厅地址：佛山市顺德区乐从镇国际家具城A座3楼218',
    'Mobile/WhatsApp/WeChat:+8613425671122',
    '電郵Email:karen@easternsunrise.com.hk',
  );
  expect(values(card.addresses)).toEqual([
    '山东省泰安市高新区南天门大街2877号',
    '济南市历下区经十路9777号2号楼1506',
    '佛山市顺德区乐从镇国际家具城A座3楼218',
  ]);
  expect(card).toMatchObject({ wechat: { value: '13425671122' }, rest: [] });
});

test.each(['SUNRISE TEXTILES PVT.LTD.', 'SHENZHEN GUANGMING LIGHTING CO.,LTD.'])(
  'a legal form is no site: %s',
  (line) => {
    expect(read(line)).toMatchObject({ websites: [], company: { value: expect.stringMatching(/LTD/) } });
  },
);

test.each(['茶艺师', '康复师', '高级美容师', '副行长'])('a post: %s', (line) => {
  expect(read(line)).toMatchObject({ title: { value: line } });
  expect(read(line).name).toBeUndefined();
});

test('a post said in both languages: the Chinese one is the post, the other is not lost', () => {
  expect(read('*王小明', '销售经理', 'Sales Manager')).toMatchObject({
    title: { value: '销售经理' },
    titleEn: { value: 'Sales Manager' },
    rest: [],
  });
  const { contact, rest } = proposalOf(read('*王小明', '销售经理', 'Sales Manager'));
  expect([contact.position, rest]).toEqual(['销售经理', ['Sales Manager']]);
  expect(read('*Michael Wang', 'Sales Manager').titleEn).toBeUndefined();
});

test.each([
  [['中国工商银行', '杭州武林支行', '*陈立', '客户经理'], '中国工商银行杭州武林支行', []],
  [
    ['*陈立', '平安财产保险股份有限公司', '深圳分公司', '深圳市福田区益田路5033号'],
    '平安财产保险股份有限公司深圳分公司',
    [],
  ],
  [['北京大成律师事务所', '*陈立', '律师', '杭州分所', '杭州市上城区新业路8号'], '北京大成律师事务所杭州分所', []],
  [['*深圳分公司', '平安财产保险股份有限公司'], '平安财产保险股份有限公司深圳分公司', []],
  [['杭州分公司', '*陈立'], '杭州分公司', []],
  [['宁波商业银行海曙支行', '*陈立'], '宁波商业银行海曙支行', []],
  [['瑞丰贸易有限公司', '上海办事处', '广州办事处', '*陈立'], '瑞丰贸易有限公司', ['上海办事处', '广州办事处']],
  [['Harbor Trading Co., Ltd.', '*Chen Li', 'Shanghai Branch'], 'Harbor Trading Co., Ltd., Shanghai Branch', []],
  [
    ['Harbor Trading Co., Ltd.', 'Shanghai Representative Office', '*Chen Li'],
    'Harbor Trading Co., Ltd., Shanghai Representative Office',
    [],
  ],
])('a branch on a line of its own belongs to its company: %j', (lines, company, rest) => {
  expect(read(...lines)).toMatchObject({ company: { value: company }, rest });
});

test('a branch beside an address of its own among several stays where it is', () => {
  const card = read('瑞丰贸易有限公司', '*陈立', '宁波市海曙区中山西路11号', '上海分公司', '上海市浦东新区张江路88号');
  expect(card).toMatchObject({ company: { value: '瑞丰贸易有限公司' }, rest: ['上海分公司'] });
});

test('nothing, noise and very long lines find no field and break nothing', () => {
  expect(parseCard([])).toMatchObject({ phones: [], rest: [] });
  const card = read('~~~', '*', '1'.repeat(5000), '路'.repeat(3000), 'a@'.repeat(2000), '：：：');
  expect(card.name).toBeUndefined();
  expect(card.company).toBeUndefined();
});
