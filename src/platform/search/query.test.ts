import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, startTestApp, type TestApp } from '#test/app.ts';
import { queryTokens, searchHaystack, searchTokens } from './tokens.ts';

let app: TestApp;
let sales: Client;

beforeAll(async () => {
  app = await startTestApp('exporter');
  sales = await app.as('sales');
  const create = async (who: Client, values: Record<string, unknown>, kind = 'company') => {
    const made = await who.send('POST', '/customers', { kind, values, allowDuplicate: true });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body.id as string;
  };
  const mine = await create(sales, { name: '杭州西湖明达贸易有限公司', phones: [{ value: '0571-81234567' }] });
  const contact = { customerId: mine, values: { name: '欧阳重庆', emails: [{ value: 'ou.yang@mingda8877.com' }] } };
  expect((await sales.send('POST', '/contacts', { ...contact, sources: {} })).status).toBe(201);
  await create(sales, { name: '𠮷田䶮商贸行' });
  await create(sales, { name: '3M中国有限公司' });
  await create(sales, { name: '北京360安全科技' });
  // Others have the same words in hundreds of newer records: a rep's own must not be pushed out by them.
  for (let n = 0; n < 60; n += 1) await create(app.admin, { name: `上海明达${n}号贸易有限公司` });
});
afterAll(() => app.close());

const titles = async (who: Client, q: string) =>
  ((await who.get(`/search?q=${encodeURIComponent(q)}&limit=12`)).body.items as { title: string }[]).map(
    (item) => item.title,
  );

test.each([
  ['西湖', '杭州西湖明达贸易有限公司'],
  ['xihu', '杭州西湖明达贸易有限公司'],
  ['hzxh', '杭州西湖明达贸易有限公司'],
  ['8123456', '杭州西湖明达贸易有限公司'],
  ['0571-8123', '杭州西湖明达贸易有限公司'],
  ['西湖 明达', '杭州西湖明达贸易有限公司'],
  ['ouyangchong', '欧阳重庆'],
  ['mingda8877', '欧阳重庆'],
  ['ou.yang@mingda8877.com', '欧阳重庆'],
  ['𠮷田', '𠮷田䶮商贸行'],
  ['䶮', '𠮷田䶮商贸行'],
  ['3m', '3M中国有限公司'],
  ['3M中国', '3M中国有限公司'],
  ['360', '北京360安全科技'],
])('%s finds %s', async (q, title) => {
  expect(await titles(sales, q)).toContain(title);
});

test('nothing of another rep is found, and one’s own is found behind many newer ones of others', async () => {
  expect(await titles(sales, '明达')).toEqual(['杭州西湖明达贸易有限公司']);
  expect(await titles(app.admin, '明达')).toHaveLength(12);
});

test('the list finds by the same text, whole and counted', async () => {
  const list = await sales.get(`/customers?q=${encodeURIComponent('贸易')}&fields=name`);
  expect(list.body.items).toHaveLength(1);
  const all = await app.admin.get(`/customers/count?q=${encodeURIComponent('明达')}`);
  expect(all.body).toEqual({ value: 61, exact: true });
});

test('of thousands with the same pieces the few with the whole word are found wherever they stand', async () => {
  const t = await startTestApp();
  try {
    const made = await t.admin.send('POST', '/customers', { kind: 'company', values: { name: '甲乙' } });
    await t.asOwner(
      `insert into search_document (org_id, kind, record_id, customer_id, title, haystack, tokens)
       select org_id, 'contact', gen_random_uuid(), id, 'n' || n, case when n > 2997 then '丙丁戊' else '丁戊丙丁' end, '{c丙丁,c丁戊}'
       from customer, generate_series(1, 3000) n where id = $1`,
      [made.body.id],
    );
    await t.asOwner('analyze search_document', []);
    expect((await titles(t.admin, '丙丁戊')).sort()).toEqual(['n2998', 'n2999', 'n3000']);
    expect(await titles(t.admin, '丙丁')).toHaveLength(12);
  } finally {
    await t.close();
  }
});

test('a query that asks for nothing, or for half a character, finds nothing and breaks nothing', async () => {
  expect(await titles(sales, '···')).toEqual([]);
  const half = await sales.get('/search?limit=12&q=%ED%A1%82');
  expect(half.status).toBeLessThan(500);
});

test('tokens that are called a proof prove the words: the text contains them whenever the tokens are there', () => {
  const names = [
    '杭州西湖明达贸易有限公司',
    '重庆长乐（北碚）分公司',
    'Müller & Söhne GmbH 12',
    'a1b2 company77x 3M',
    '𠮷田䶮商贸行',
    '單 于 國際',
    '北京360安全K11科技',
  ];
  const records = names.map((name, index) => ({
    names: [name],
    text: [names[(index + 3) % names.length] ?? '', 'www.company77.com.cn/a1'],
    phones: ['+8657181234567'],
    codes: ['EX-2026/0417'],
    emails: [`ou.yang${index}@mingda8877.com`],
  }));
  let proven = 0;
  for (const name of [...names, '57181234567', 'ex20260417', 'mingda8877'])
    for (let start = 0; start < name.length; start += 1)
      for (const length of [1, 2, 3, 4, 6, 9, 12]) {
        const { alternatives, recheck } = queryTokens(name.slice(start, start + length));
        for (const parts of records) {
          const tokens = new Set(searchTokens(parts));
          for (const reading of alternatives) {
            if (!reading.proof || !reading.tokens.every((token) => tokens.has(token))) continue;
            proven += 1;
            expect(recheck.filter((needle) => !searchHaystack(parts).includes(needle))).toEqual([]);
          }
        }
      }
  expect(proven).toBeGreaterThan(100);
});
