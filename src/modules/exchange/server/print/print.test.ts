import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadActor } from '#modules/people/index.ts';
import type { Actor } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import type { JobContext } from '#platform/jobs/kinds.ts';
import { inJobTransaction } from '#platform/jobs/runner.ts';
import { createLog } from '#platform/log.ts';
import { newId } from '#shared/ids.ts';
import { type Client, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { writeCards } from '../customer-sheet.ts';
import { cardPdf } from './card-pdf.ts';

let app: TestApp;
let sales: Client;
let id: string;

beforeAll(async () => {
  app = await startTestApp('exporter');
  sales = await app.as('sales');
  const made = await sales.send('POST', '/customers', {
    kind: 'company',
    values: {
      name: '𠮷田䶮商贸有限公司',
      grade: 'A',
      phones: [{ value: '13800138000', type: 'mobile' }],
      remark: '要求样品先寄，'.repeat(40),
      mainProducts: '茶叶',
      registeredCapital: '120万',
    },
  });
  expect(made.body).toMatchObject({ kind: 'company' });
  id = made.body.id;
  for (const name of ['王小明', '欧阳娜娜']) {
    const contact = await sales.send('POST', '/contacts', {
      customerId: id,
      values: { name, position: '采购经理' },
      sources: {},
    });
    expect(contact.status).toBe(201);
  }
});
afterAll(() => app.close());

async function pages(bytes: Buffer): Promise<string[]> {
  const document = await getDocumentProxy(new Uint8Array(bytes));
  const { text } = await extractText(document, { mergePages: false });
  return text.map((page) => page.normalize('NFKC').replace(/\s/g, ''));
}

test('the card is one A4 page with rare characters, people and the watermark, and is logged as a print', async () => {
  const answer = await sales.get(`/customers/${id}/card.pdf`);
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('application/pdf');
  expect(decodeURIComponent(String(answer.headers['content-disposition']))).toMatch(/''\w+ 𠮷田䶮商贸有限公司\.pdf$/);
  const text = await pages(answer.raw);
  expect(text).toHaveLength(1);
  expect(text[0]).toContain('𠮷田䶮商贸有限公司');
  expect(text[0]).toContain('13800138000');
  expect(text[0]).toContain('欧阳娜娜');
  expect(text[0]).toContain('US$1,200,000.00');
  // Who printed it and when.
  expect(text[0]).toContain('sales用户');
  expect(text[0]).toContain(companyDay(0));
  const log = await app.admin.get('/audit?log=access&what=print');
  expect(log.body).toHaveProperty('items');
  expect(log.body.items.filter((item: { customerId: string }) => item.customerId === id)).toHaveLength(1);
});

test('in English no heading is cut in two, and what is left of the page is room for notes', async () => {
  const { raw } = await sales.get(`/customers/${id}/card.pdf?lang=en-US`);
  const page = await (await getDocumentProxy(new Uint8Array(raw))).getPage(1);
  const { items } = await page.getTextContent();
  const words = items.flatMap((item) => ('str' in item ? [item.str.trim()] : []));
  expect(words).toEqual(expect.arrayContaining(['Ownership', 'Purchases']));
  const text = words.join(' ');
  expect(text.indexOf('not verified yet')).toBeLessThan(text.indexOf('Notes of the visit'));
});

test('a full card still fits one page', async () => {
  const long = '经营状况良好、客户关系稳定。'.repeat(20);
  const fill = async (keys: string[]) => {
    const card = await sales.get(`/customers/${id}`);
    const changed = await sales.send(
      'PATCH',
      `/customers/${id}`,
      { values: Object.fromEntries(keys.map((key) => [key, long])) },
      match(card.body.version),
    );
    expect(changed.body).toMatchObject({ id });
    const answer = await sales.get(`/customers/${id}/card.pdf?lang=en-US`);
    if (process.env.KEEP_PDF) writeFileSync(process.env.KEEP_PDF, answer.raw);
    const text = await pages(answer.raw);
    expect(text).toHaveLength(1);
    expect(text[0]).toContain('Notesofthevisit');
    return text[0];
  };
  expect(await fill(['businessPhilosophy', 'problems', 'needs', 'painPoints', 'purchaseProcess'])).toContain(long);

  // Where the smallest letters are too large, long values end earlier; that is seen.
  const { body } = await sales.get('/fields');
  const texts = (body.fields as { object: string; type: string; kinds: string[] | null; key: string }[])
    .filter(
      ({ object, type, kinds }) => object === 'customer' && type === 'longtext' && (kinds?.includes('company') ?? true),
    )
    .map((field) => field.key);
  expect(texts.length).toBeGreaterThan(14);
  for (let index = 0; index < 8; index += 1) {
    const made = await sales.send('POST', '/contacts', {
      customerId: id,
      values: { name: `联系人${index}`, position: '采购经理', remark: long },
      sources: {},
    });
    expect(made.body).toMatchObject({ values: { name: `联系人${index}` } });
  }
  const full = await fill(texts);
  expect(full).not.toContain(long);
  expect(full).toMatch(/经营状况良好.*(…|\.\.\.)/);
  expect(full).toContain('联系人7');
});

test('a field above the reader’s clearance is on no sheet', async () => {
  const field = await app.admin.send('POST', '/fields', {
    object: 'customer',
    ...{ key: 'secretNote', type: 'text', label: { zh: '机密备注', en: 'Secret note' } },
    ...{ section: 'basics', sensitivity: 'secret' },
  });
  expect(field.status).toBe(201);
  const card = await app.admin.get(`/customers/${id}`);
  const saved = await app.admin.send(
    'PATCH',
    `/customers/${id}`,
    { values: { secretNote: '只给老板看' } },
    match(card.body.version),
  );
  expect(saved.status).toBe(200);
  const seen = await app.admin.get(`/customers/${id}/sheet`);
  expect(JSON.stringify(seen.body)).toContain('只给老板看');
  const hidden = await sales.get(`/customers/${id}/sheet`);
  expect(hidden.status).toBe(200);
  expect(JSON.stringify(hidden.body)).not.toContain('只给老板看');
});

test('what the customer bought in all is written as money of the company, in the reader’s language', async () => {
  const bought = await sales.send('POST', `/customers/${id}/purchases`, {
    day: companyDay(0),
    amountMinor: 123_456_789,
  });
  expect(bought.status).toBe(201);
  const values = async (lang: string) => {
    const sheet = await sales.get(`/customers/${id}/sheet`, { 'accept-language': lang });
    return sheet.body.sections.flatMap((section: { items: { value: string }[] }) => section.items.map((i) => i.value));
  };
  expect(await values('zh-CN')).toContain('US$1,234,567.89');
  expect(await values('en-US')).toContain('$1,234,567.89');
});

test('another rep’s customer is not found', async () => {
  const other = await app.as('sales');
  expect((await other.get(`/customers/${id}/card.pdf`)).status).toBe(404);
  expect((await other.get(`/customers/${id}/sheet`)).status).toBe(404);
});

test('several cards come as one export with purpose, a page each, in the order of the list', async () => {
  const second = await sales.send('POST', '/customers', { kind: 'individual', values: { name: '李静', grade: 'A' } });
  const third = await sales.send('POST', '/customers', { kind: 'individual', values: { name: '安然', grade: 'C' } });
  const started = await sales.send('POST', '/exports', {
    query: { ids: [id, second.body.id, third.body.id] },
    fields: ['name'],
    sort: '-name',
    format: 'pdf',
    purpose: '展会走访打印',
  });
  expect(started.status).toBe(202);
  await app.drain();
  const file = await sales.get(`/exports/${started.body.id}/file`);
  expect(file.status).toBe(200);
  const text = await pages(file.raw);
  const names = ['𠮷田䶮商贸有限公司', '李静', '安然'];
  const listed = await sales.get(`/customers?sort=-name&fields=name`);
  const order = listed.body.items.map((item: { values: { name: string } }) => item.values.name);
  expect(text.map((page) => names.find((name) => page.includes(name)))).toEqual(order);
});

test('who goes to the trash or to another owner while cards are printed is left out, and the others are printed', async () => {
  const rep = await app.as('sales');
  const made: { id: string; version: number }[] = [];
  for (const name of ['先印公司', '后删公司', '转走公司', '末印公司'])
    made.push((await rep.send('POST', '/customers', { kind: 'company', values: { name } })).body);
  const [, trashed, given] = made;
  const actor = await app.app.db.inOrg(app.orgId, (tx) => loadActor(tx, app.orgId, rep.userId, 'user', null));
  const path = join(app.dataDir, 'cards.pdf');
  const job = {
    actor,
    signal: new AbortController().signal,
    inTransaction: (work: (context: Context) => Promise<unknown>) =>
      inJobTransaction(app.app.db, actor as Actor, newId(), createLog('silent'), work),
    async progress(done: number) {
      if (done !== 1) return;
      await app.admin.send('POST', `/customers/${trashed?.id}/trashing`, {}, match(1));
      await app.admin.send('PUT', `/customers/${given?.id}/owner`, { ownerId: app.admin.userId }, match(1));
    },
  } as unknown as JobContext;
  const query = { query: { ids: made.map((item) => item.id) }, fields: ['name'], sort: 'createdAt' };
  const translate = Object.assign((_: string, key: string) => key, { has: () => true });
  expect(await writeCards(job, query, translate, path)).toBe(2);
  expect((await pages(readFileSync(path))).map((page) => page.slice(0, 4))).toEqual(['先印公司', '末印公司']);
});

test('of more people than there is room for the main one is first, and how many are left out is told', async () => {
  const rep = await app.as('sales');
  const made = await rep.send('POST', '/customers', { kind: 'company', values: { name: '人多公司' } });
  for (let index = 10; index < 32; index += 1) {
    const contact = await rep.send('POST', '/contacts', {
      customerId: made.body.id,
      values: { name: `乙${index}`, isPrimary: index === 31 },
      sources: {},
    });
    expect(contact.status).toBe(201);
  }
  const sheet = await rep.get(`/customers/${made.body.id}/sheet`);
  expect(sheet.body).toMatchObject({ morePeople: 2 });
  expect(sheet.body.people[0][0]).toBe('乙31');
  const [text, ...further] = await pages((await rep.get(`/customers/${made.body.id}/card.pdf`)).raw);
  expect(further).toEqual([]);
  expect(text).toContain('另有2位联系人写不下');
});

test('a card so full that only fewer people fit stays one page, and says how many are left out', async () => {
  const { body } = await sales.get(`/customers/${id}/sheet`);
  // Short enough to be left out by nothing but people.
  const long = '经营状况良好、客户关系稳定。'.repeat(2).slice(0, 25);
  const items = (n: number) =>
    Array.from({ length: n }, (_, i) => ({ label: `项${i}`, value: long, unverified: false }));
  const translate = Object.assign((_: string, key: string, params?: object) => `${key} ${JSON.stringify(params)}`, {
    has: () => true,
  });
  const full = {
    ...body,
    sections: Array.from({ length: 7 }, (_, i) => ({ label: `栏${i}`, items: items(7) })),
    headings: ['姓名', '职务', '电话', '邮箱', '备注'],
    people: Array.from({ length: 20 }, (_, i) => [`人${i}`, long, long, long, long]),
    morePeople: 4,
  };
  const [tight, ...spilled] = await pages(await cardPdf([full], 'zh-CN', translate));
  expect(spilled).toEqual([]);
  expect(tight).toMatch(/人4.*morePeople\{"n":(14|19)\}/);
});
