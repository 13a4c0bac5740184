import { createCanvas } from '@napi-rs/canvas';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { disposition } from '#platform/http/disposition.ts';
import { parseVcards } from '#platform/vcard/parse.ts';
import { type Client, match, startTestApp, type TestApp } from '#test/app.ts';

let app: TestApp;
let sales: Client;
let id: string;

beforeAll(async () => {
  app = await startTestApp('exporter');
  sales = await app.as('sales');
});
afterAll(() => app.close());

const face = () => {
  const canvas = createCanvas(1200, 900);
  const context = canvas.getContext('2d');
  context.fillStyle = '#b5651d';
  context.fillRect(300, 200, 500, 500);
  return canvas.toBuffer('image/png');
};
async function imported(client: Client, lines: string[]) {
  const draft = await client.upload('/imports', '通讯录.vcf', Buffer.from(lines.join('\r\n')));
  expect(draft.status, JSON.stringify(draft.body)).toBe(201);
  const started = await client.send('POST', `/imports/${draft.body.id}/start`, undefined, match(draft.body.version));
  expect(started.status, JSON.stringify(started.body)).toBeLessThan(300);
  await app.drain();
  const run = await client.get(`/imports/${draft.body.id}`);
  return { draft: draft.body, run: run.body };
}
const personNamed = async (client: Client, name: string) =>
  (await client.get(`/contacts?q=${encodeURIComponent(name)}&fields=name,photo,phones,lunarBirthday`)).body.items[0];

test('a vCard file goes through the import and becomes company and person', async () => {
  const file = Buffer.from(
    [
      ...['BEGIN:VCARD', 'VERSION:3.0', 'FN:王小明', 'ORG:杭州明达贸易有限公司;采购部', 'TITLE:采购经理'],
      ...['TEL;TYPE=cell:13800138000', 'TEL;TYPE=work:0571-81234567', 'EMAIL:wang@example.com'],
      ...['ADR;TYPE=work:;;文三路90号;杭州市;浙江省;310012;中国', 'END:VCARD'],
      ...['BEGIN:VCARD', 'VERSION:4.0', 'FN:Anna Weber', 'TEL;TYPE=cell:+4915112345678', 'END:VCARD', ''],
    ].join('\r\n'),
  );
  const draft = await sales.upload('/imports', '通讯录.vcf', file);
  expect(draft.status, JSON.stringify(draft.body)).toBe(201);
  const started = await sales.send('POST', `/imports/${draft.body.id}/start`, undefined, match(draft.body.version));
  expect(started.status, JSON.stringify(started.body)).toBeLessThan(300);
  await app.drain();
  const list = await sales.get('/customers?fields=name,phones&sort=name');
  expect(list.body.items.map((item: { values: { name: string } }) => item.values.name).sort()).toEqual([
    'Anna Weber',
    '杭州明达贸易有限公司',
  ]);
  id = list.body.items.find((item: { values: { name: string } }) => item.values.name.startsWith('杭州')).id;
});

test('people come back as vCards of each version, and the export is logged', async () => {
  for (const version of ['4.0', '3.0', '2.1']) {
    const answer = await sales.get(`/customers/${id}/people.vcf?version=${version}`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('text/vcard');
    // A phone shows files by name only: ten downloads are not ten times the same.
    expect(answer.headers['content-disposition']).toBe(disposition('杭州明达贸易有限公司.vcf'));
    expect(parseVcards(answer.raw).cards).toMatchObject([
      {
        name: '王小明',
        organisation: '杭州明达贸易有限公司',
        department: '采购部',
        title: '采购经理',
        addresses: [{ text: '浙江省杭州市文三路90号', postcode: '310012', country: '中国' }],
      },
    ]);
    // The sheet it came by has no room for the type: the number itself tells.
    expect(parseVcards(answer.raw).cards[0]?.phones).toEqual([{ value: '+8613800138000', type: 'mobile' }]);
  }
  const log = await app.admin.get(`/audit?log=access&what=export&customerId=${id}`);
  expect(log.body.items.length).toBeGreaterThanOrEqual(3);
});

test('a list comes as one file through the export, another rep gets nothing', async () => {
  const started = await sales.send('POST', '/exports', {
    query: {},
    fields: ['name'],
    format: 'vcf',
    purpose: '导入手机通讯录',
  });
  expect(started.status).toBe(202);
  await app.drain();
  const file = await sales.get(`/exports/${started.body.id}/file`);
  expect(decodeURIComponent(String(file.headers['content-disposition']))).toMatch(/''联系人 \d{4}-\d\d-\d\d\.vcf$/);
  expect(
    parseVcards(file.raw)
      .cards.map((card) => card.name)
      .sort(),
  ).toEqual(['Anna Weber', '王小明']);
  const other = await app.as('sales');
  expect((await other.get(`/customers/${id}/people.vcf`)).status).toBe(404);
});

test('a lunar birthday comes in with a telephone’s card and goes out with every version', async () => {
  const { run } = await imported(sales, [
    ...['BEGIN:VCARD', 'VERSION:3.0', 'FN:周芷若', 'ORG:蝴蝶谷药材有限公司'],
    ...['X-ALTBDAY;CALSCALE=chinese:0078000705L03', 'END:VCARD', ''],
  ]);
  expect(run.rows).toMatchObject({ created: 1, failed: 0 });
  const { customerId, values } = await personNamed(sales, '周芷若');
  expect(values.lunarBirthday).toEqual({ year: 1990, month: 5, day: 3, leap: true });
  for (const version of ['4.0', '3.0', '2.1'])
    expect((await sales.get(`/customers/${customerId}/people.vcf?version=${version}`)).raw.toString()).toContain(
      'X-ALTBDAY;CALSCALE=chinese:0078000705L03',
    );
});

describe('a photo', () => {
  it('goes with the person, is seen by who sees them, and comes back from each version', async () => {
    const base64 = face().toString('base64');
    const { draft, run } = await imported(sales, [
      ...['BEGIN:VCARD', 'VERSION:2.1', 'FN:赵敏', 'ORG:绿柳山庄有限公司', 'TEL;CELL:13911112222'],
      ...['PHOTO;ENCODING=BASE64;PNG:', ...(base64.match(/.{1,70}/g) ?? []).map((part) => ` ${part}`), ''],
      ...['END:VCARD', 'BEGIN:VCARD', 'VERSION:4.0', 'FN:谢逊', 'ORG:冰火岛有限公司'],
      ...[`PHOTO:data:image/png;base64,${base64}`, 'END:VCARD', ''],
    ]);
    expect(JSON.stringify(draft)).not.toContain(base64.slice(0, 60));
    expect(run.rows).toMatchObject({ created: 2, failed: 0 });
    expect((await personNamed(sales, '谢逊')).values.photo).toMatch(/^[0-9a-f-]{36}$/);
    const { customerId, id: contactId, values } = await personNamed(sales, '赵敏');
    const picture = await sales.get(`/pictures/${values.photo}`);
    expect(picture.headers['content-type']).toBe('image/jpeg');
    expect(await sharp(picture.raw).metadata()).toMatchObject({ format: 'jpeg', width: 800, height: 600 });
    for (const version of ['4.0', '3.0', '2.1']) {
      const file = await sales.get(`/customers/${customerId}/people.vcf?version=${version}`);
      const [card] = parseVcards(file.raw).cards;
      expect(Buffer.from(card?.photo?.base64 ?? '', 'base64').equals(picture.raw), version).toBe(true);
    }
    const stranger = await app.as('sales');
    expect((await stranger.get(`/pictures/${values.photo}`)).status).toBe(404);
    // Knowing the value opens nothing: it cannot be put on a record of one's own.
    const own = await stranger.send('POST', '/customers', { kind: 'company', values: { name: '光明顶有限公司' } });
    const person = { customerId: own.body.id, values: { name: '成昆', photo: values.photo } };
    const stolen = await stranger.send('POST', '/contacts', person);
    expect([stolen.status, stolen.body.errors?.[0]]).toMatchObject([422, { code: 'picture.unknown' }]);
    const dictionary = await app.admin.get('/fields/all');
    const field = dictionary.body.fields.find(
      (item: { object: string; key: string }) => item.object === 'contact' && item.key === 'photo',
    );
    const closed = await app.admin.send(
      'PATCH',
      `/fields/${field.id}`,
      { sensitivity: 'secret' },
      match(field.version),
    );
    expect(closed.status, JSON.stringify(closed.body)).toBe(200);
    expect((await sales.get(`/pictures/${values.photo}`)).status).toBe(404);
    expect((await sales.get(`/contacts/${contactId}`)).body.values.photo).toBeUndefined();
    const hidden = await sales.get(`/customers/${customerId}/people.vcf`);
    expect(hidden.raw.toString()).not.toContain('PHOTO');
    await app.admin.send('PATCH', `/fields/${field.id}`, { sensitivity: 'internal' }, match(closed.body.version));
  });

  it('that is wrong is told beside its card and costs nothing else', async () => {
    const wrong = (name: string, bytes: Buffer) => [
      ...['BEGIN:VCARD', 'VERSION:3.0', `FN:${name}`, `ORG:${name}坏图有限公司`],
      ...[`PHOTO;ENCODING=b:${bytes.toString('base64')}`, 'END:VCARD'],
    ];
    const bomb = createCanvas(40, 40).toBuffer('image/png');
    bomb.writeUInt32BE(30_000, 16);
    bomb.writeUInt32BE(30_000, 20);
    const { draft, run } = await imported(sales, [
      ...wrong('甲大', Buffer.alloc(20 * 1024 * 1024, 1)),
      ...wrong('乙图', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')),
      ...wrong('丙弹', bomb),
      ...[
        'BEGIN:VCARD',
        'VERSION:4.0',
        'FN:丁远',
        'ORG:丁远坏图有限公司',
        'PHOTO:https://example.com/a.jpg',
        'END:VCARD',
      ],
    ]);
    expect(run.rows).toMatchObject({ created: 4, failed: 0 });
    const last = draft.columns.find((column: { heading: string }) => column.heading === '没有读入的 vCard 行');
    expect(last.samples.map((text: string) => text.replace(/ \(\d+ B\)/, ''))).toEqual([
      '5: PHOTO: 照片过大',
      '11: PHOTO: 不是图片',
      '17: PHOTO: 照片尺寸过大',
      '23: PHOTO:https://example.com/a.jpg',
    ]);
    expect((await personNamed(sales, '乙图')).values.photo ?? null).toBeNull();
  });

  it('is put on by hand, replaced and taken off', async () => {
    const made = await sales.send('POST', '/customers', { kind: 'company', values: { name: '武当山有限公司' } });
    const sent = await sales.upload('/pictures', 'me.png', face());
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
    const wrong = await sales.upload('/pictures', 'me.jpg', Buffer.from('no picture'));
    expect([wrong.status, wrong.body.code]).toEqual([422, 'picture.notPicture']);
    const other = await app.as('sales');
    const own = { kind: 'company', values: { name: '峨眉山有限公司' } };
    const theirs = (await other.send('POST', '/customers', own)).body.id;
    const taken = { customerId: theirs, values: { name: '郭襄', photo: sent.body.id } };
    expect((await other.send('POST', '/contacts', taken)).body.errors?.[0]?.code).toBe('picture.unknown');
    expect((await other.get(`/pictures/${sent.body.id}`)).status).toBe(404);
    const values = { name: '张三丰', photo: sent.body.id };
    const person = await sales.send('POST', '/contacts', { customerId: made.body.id, values });
    expect(person.body.values.photo).toBe(sent.body.id);
    const kept = await app.asOwner('select expires_at from file where id = $1', [sent.body.id]);
    expect(kept).toEqual([{ expires_at: null }]);
    const path = `/contacts/${person.body.id}`;
    const nonsense = { values: { photo: 'no-id' } };
    const refused = await sales.send('PATCH', path, nonsense, match(person.body.version));
    expect(refused.body.errors).toMatchObject([{ field: 'values.photo', code: 'picture.unknown' }]);
    const off = await sales.send('PATCH', path, { values: { photo: null } }, match(person.body.version));
    expect(off.body.values.photo ?? null).toBeNull();
  });
});

test('a photo stands in an exported sheet as its address, which is understood when it comes back', async () => {
  const { id: photo } = (await sales.upload('/pictures', 'me.png', face())).body;
  const made = await sales.send('POST', '/customers', { kind: 'individual', values: { name: '周芷若', photo } });
  const started = await sales.send('POST', '/exports', {
    query: { ids: [made.body.id] },
    fields: ['name', 'photo'],
    format: 'csv',
    purpose: '核对照片',
  });
  await app.drain();
  const [, row = ''] = (await sales.get(`/exports/${started.body.id}/file`)).raw.toString().trim().split(/\r?\n/);
  const [, address] = row.split(',');
  expect((await sales.get(address?.replace('/api/v1', '') ?? '')).headers['content-type']).toBe('image/jpeg');
  const person = { kind: 'individual', allowDuplicate: true, values: { name: '周芷若', photo: address } };
  expect((await sales.send('POST', '/customers', person)).body.values.photo).toBe(photo);
});

test('a person without a company: what the person has is not lost, whatever the customer is made as', async () => {
  const card = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    'FN:Otto Alone',
    'TITLE:Consultant',
    'TEL;TYPE=cell:+4915199887766',
    'END:VCARD',
  ];
  await imported(sales, card);
  expect((await personNamed(sales, 'Otto Alone')).values.phones).toMatchObject([{ value: '+4915199887766' }]);
  const other = ['BEGIN:VCARD', 'VERSION:3.0', 'FN:Ida Alone', 'TEL;TYPE=cell:+4915199887755', 'END:VCARD'];
  const draft = await sales.upload('/imports', 'a.vcf', Buffer.from(other.join('\r\n')));
  const path = `/imports/${draft.body.id}`;
  const changed = await sales.send('PATCH', path, { kind: 'individual' }, match(draft.body.version));
  expect(changed.status, JSON.stringify(changed.body)).toBe(200);
  await sales.send('POST', `${path}/start`, undefined, match(changed.body.version));
  await app.drain();
  const found = await sales.get('/customers?q=Ida&fields=name,phones');
  expect(found.body.items[0].values.phones).toMatchObject([{ value: '+4915199887755' }]);
});

test('a line above the first card makes no sheet of a vCard file: it is told beside that card', async () => {
  const card = ['BEGIN:VCARD', 'VERSION:3.0', 'FN:沈若兰', 'ORG:绍兴若水纺织有限公司', 'END:VCARD', ''];
  const { draft, run } = await imported(sales, ['# exported by a phone', ...card]);
  expect(draft.columns.flatMap((column: { samples: string[] }) => column.samples)).toContain(
    '1: # exported by a phone',
  );
  expect(run.rows).toMatchObject({ created: 1 });
});
