import { createCanvas } from '@napi-rs/canvas';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, match, startTestApp, type TestApp } from '#test/app.ts';
import { cardPicture, verticalCard } from '#test/picture.ts';

let t: TestApp;
let sales: Client;
beforeAll(async () => {
  t = await startTestApp();
  sales = await t.as('sales');
});
afterAll(() => t.close());

const photo = cardPicture('陈思远', [
  '采购经理',
  '苏州恒泰精密机械有限公司',
  '地址：苏州市工业园区星湖街218号A3楼',
  '电话：0512-62881234',
  '手机：139 1355 2468',
  '邮箱：chen.sy@hengtai-pm.com',
]);
const upload = (client: Client, bytes: Buffer = photo, name = 'card.png') =>
  client.upload('/business-cards', name, bytes);
/** A card that waits for confirmation without having been read: most rules do not need the reader. */
async function unread(client: Client): Promise<{ id: string; version: number }> {
  const blank = createCanvas(200, 120).toBuffer('image/png');
  const made = await upload(client, blank);
  expect(made.status).toBe(201);
  await t.asOwner(`update job set state = 'cancelled' where id = $1`, [made.body.jobId]);
  await t.asOwner(`update business_card set state = 'failed' where id = $1`, [made.body.id]);
  return made.body;
}
const confirm = (client: Client, card: { id: string; version: number }, body: object) =>
  client.send('POST', `/business-cards/${card.id}/confirmation`, body, match(card.version));
const company = (name: string, more = {}) => ({ kind: 'company', customer: { name, ...more }, contact: null });

describe('a photo', () => {
  it('is read though upside down and becomes customer and person with their source', async () => {
    const turned = await sharp(photo).rotate(180).jpeg().toBuffer();
    const made = await upload(sales, turned, '名片.jpg');
    expect(made.body).toMatchObject({ state: 'queued', fileName: '名片.jpg', proposal: null });
    const early = await confirm(sales, made.body, company('早'));
    expect(early.body.code).toBe('businessCard.waiting');
    await t.drain();
    const read = await sales.get(`/business-cards/${made.body.id}`);
    expect(read.body.state).toBe('read');
    const { proposal } = read.body;
    expect(proposal.customer).toMatchObject({
      name: '苏州恒泰精密机械有限公司',
      addresses: [{ text: '苏州市工业园区星湖街218号A3楼' }],
    });
    expect(proposal.contact).toMatchObject({
      name: '陈思远',
      position: '采购经理',
      emails: [{ value: 'chen.sy@hengtai-pm.com' }],
    });
    expect(proposal.contact.phones.map((phone: { type: string }) => phone.type)).toEqual(['work', 'mobile']);
    expect(proposal.confidence['contact.name']).toBeGreaterThan(0.8);
    const done = await confirm(sales, read.body, {
      kind: 'company',
      customer: proposal.customer,
      contact: proposal.contact,
    });
    expect(done.body).toMatchObject({ state: 'confirmed', proposal: null });
    const { customerId, contactId } = done.body;
    const card = await sales.get(`/customers/${customerId}`);
    expect(card.body.provenance.name.source).toBe('businessCard');
    const person = await sales.get(`/contacts/${contactId}`);
    expect(person.body.values.phones).toMatchObject([{ value: '+8651262881234' }, { value: '+8613913552468' }]);
    expect(person.body.provenance.phones.source).toBe('businessCard');
    // The photo stays with the person, upright and without an end.
    const kept = await sales.get(`/contacts/${contactId}/business-cards`);
    expect(kept.body.items).toMatchObject([{ id: made.body.id }]);
    const picture = await sales.get(`/business-cards/${made.body.id}/picture`);
    expect(picture.headers['content-type']).toBe('image/jpeg');
    expect((await sharp(picture.raw).metadata()).width).toBe(1000);
    const files = await t.asOwner(
      'select expires_at from file where id = (select file_id from business_card where id = $1)',
      [made.body.id],
    );
    expect(files).toEqual([{ expires_at: null }]);
    const again = await confirm(sales, done.body, company('again'));
    expect([again.status, again.body.code]).toEqual([409, 'businessCard.settled']);
    const timeline = await sales.get(`/customers/${customerId}/timeline`);
    expect(timeline.body.items.map((item: { kind: string }) => item.kind)).toContain('businessCard.confirmed');
    const stranger = await t.as('sales');
    for (const path of [`/business-cards/${made.body.id}`, `/business-cards/${made.body.id}/picture`])
      expect((await stranger.get(path)).status).toBe(404);
    expect((await stranger.get(`/contacts/${contactId}/business-cards`)).status).toBe(404);
    const supervisor = await t.as('leader');
    expect((await supervisor.get(`/business-cards/${made.body.id}/picture`)).status).toBe(200);
  }, 60_000);

  it('in columns, as cards used to be printed, is read from the right and stays upright', async () => {
    const made = await upload(
      sales,
      verticalCard(['上海和平药业有限公司', '业务经理', '陈志明', '上海市黄浦区南京东路300号']),
    );
    await t.drain();
    const read = await sales.get(`/business-cards/${made.body.id}`);
    expect(read.body.proposal).toMatchObject({
      customer: { name: '上海和平药业有限公司', addresses: [{ text: '上海市黄浦区南京东路300号' }] },
      contact: { name: '陈志明', position: '业务经理' },
    });
    expect(await t.asOwner('select rotation from business_card where id = $1', [made.body.id])).toEqual([
      { rotation: 0 },
    ]);
  }, 60_000);

  it('loses what the camera wrote into it', async () => {
    const marked = await sharp(photo)
      .withExif({ IFD3: { GPSLatitude: '31/1 14/1 0/1' } })
      .jpeg()
      .toBuffer();
    const made = await upload(sales, marked);
    const picture = await sales.get(`/business-cards/${made.body.id}/picture`);
    expect((await sharp(picture.raw).metadata()).exif).toBeUndefined();
  });

  it('that is none is refused with the reason, at the field', async () => {
    // A PNG of 30,000 × 30,000 pixels is a few bytes of head: its size is read, never unpacked.
    const bomb = createCanvas(40, 40).toBuffer('image/png');
    bomb.writeUInt32BE(30_000, 16);
    bomb.writeUInt32BE(30_000, 20);
    const wrong: [Buffer, string, number, string][] = [
      [Buffer.from('just text'), 'card.jpg', 422, 'picture.notPicture'],
      [Buffer.from('%PDF-1.7 nothing more'), 'card.pdf', 422, 'picture.notPicture'],
      [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'card.svg', 422, 'picture.notPicture'],
      [Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 'IMG_0001.HEIC', 422, 'picture.heic'],
      [Buffer.alloc(0), 'card.jpg', 422, 'picture.notPicture'],
      [photo.subarray(0, photo.length / 2), 'half.png', 422, 'picture.damaged'],
      [createCanvas(8, 8).toBuffer('image/png'), 'dot.png', 422, 'picture.tooSmall'],
      [bomb, 'bomb.png', 422, 'picture.tooManyPixels'],
      [Buffer.alloc(20 * 1024 * 1024, 1), 'big.jpg', 413, 'picture.tooLarge'],
    ];
    for (const [bytes, name, status, code] of wrong) {
      const answer = await upload(sales, bytes, name);
      expect([answer.status, answer.body.code, answer.body.field], name).toEqual([status, code, 'file']);
      expect(answer.body.title).not.toContain('picture.');
    }
    expect((await sales.send('POST', '/business-cards', {})).status).toBe(415);
    expect((await upload(await t.as('auditor'))).status).toBe(403);
  });
});

describe('a confirmation', () => {
  it('finds the known customer and person, adds to them and overwrites nothing', async () => {
    const made = await sales.send('POST', '/customers', {
      kind: 'company',
      values: { name: '宁波海图仪器有限公司', nameEn: 'Haitu' },
    });
    const known = await sales.send('POST', '/contacts', {
      customerId: made.body.id,
      values: { name: '周敏', position: '主任', phones: [{ value: '13900001111' }] },
    });
    const card = await unread(sales);
    const customer = { name: '宁波海图仪器有限公司', nameEn: 'Other', websites: [{ value: 'haitu.cn' }] };
    const contact = {
      name: '周敏',
      position: '经理',
      wechat: 'zhoumin',
      phones: [{ value: '13900001111' }, { value: '13900002222' }],
    };
    const found = await sales.send('POST', `/business-cards/${card.id}/matches`, {
      kind: 'company',
      customer,
      contact,
    });
    expect(found.body.customers).toMatchObject([{ id: made.body.id, certain: true, mayUpdate: true }]);
    expect(found.body.people).toMatchObject([{ id: known.body.id, customerId: made.body.id }]);
    const refused = await confirm(sales, card, { kind: 'company', customer, contact });
    expect([refused.status, refused.body.code]).toEqual([409, 'customer.duplicate']);
    const done = await confirm(sales, card, {
      kind: 'company',
      customerId: made.body.id,
      contactId: known.body.id,
      customer,
      contact,
    });
    expect(done.body).toMatchObject({ customerId: made.body.id, contactId: known.body.id });
    const after = await sales.get(`/customers/${made.body.id}`);
    expect(after.body.values).toMatchObject({ nameEn: 'Haitu', websites: [{ value: 'https://haitu.cn' }] });
    const person = await sales.get(`/contacts/${known.body.id}`);
    expect(person.body.values).toMatchObject({ position: '主任', wechat: 'zhoumin' });
    expect(person.body.values.phones.map((phone: { value: string }) => phone.value)).toEqual([
      '+8613900001111',
      '+8613900002222',
    ]);
  });

  it('tells wrong values at their part of the form and writes nothing', async () => {
    const card = await unread(sales);
    const nobody = await confirm(sales, card, {
      kind: 'company',
      customer: { name: '甲乙丙公司' },
      contact: { position: 'x' },
    });
    expect(nobody.status).toBe(422);
    expect(nobody.body.errors).toMatchObject([{ field: 'contact.name', code: 'input.required' }]);
    const unnamed = await confirm(sales, card, { kind: 'company', customer: {}, contact: null });
    expect(unnamed.body.errors[0].field).toBe('customer.name');
    const strange = await confirm(sales, card, company('甲乙丙公司', { nonsense: 1 }));
    expect([strange.status, strange.body.field]).toEqual([400, 'customer.nonsense']);
    const found = await sales.get(`/customers?q=${encodeURIComponent('甲乙丙公司')}`);
    expect(found.body.items).toEqual([]);
    const foreign = await t.admin.send('POST', '/customers', { kind: 'company', values: { name: '别人的客户' } });
    const outside = await confirm(sales, card, { ...company('x'), customerId: foreign.body.id });
    expect(outside.status).toBe(404);
    const lonely = await confirm(sales, card, { ...company('x'), contactId: foreign.body.id });
    expect([lonely.status, lonely.body.field]).toEqual([422, 'customerId']);
    const stale = await sales.send('POST', `/business-cards/${card.id}/confirmation`, company('x'), match(99));
    expect(stale.status).toBe(412);
  });

  it('pressed twice at once makes one customer', async () => {
    const card = await unread(sales);
    const twice = await Promise.all([1, 2].map(() => confirm(sales, card, company('同时按下有限公司'))));
    expect(twice.map((answer) => answer.status).sort()).toEqual([200, 412]);
  });

  it('needs the right to create customers', async () => {
    const service = await t.as('marketing');
    await t.asOwner(`update role set grants = grants - 'customer:create' - 'intake:collect' where key = 'marketing'`);
    const card = await unread(service);
    expect((await confirm(service, card, company('无权新建公司'))).status).toBe(403);
  });
});

it('a card thrown away is gone from the list, and its photo with the next purge', async () => {
  const card = await unread(sales);
  const listed = async () =>
    (await sales.get('/business-cards?limit=200')).body.items.map((item: { id: string }) => item.id);
  expect(await listed()).toContain(card.id);
  const gone = await sales.send('POST', `/business-cards/${card.id}/discarding`, undefined, match(card.version));
  expect(gone.body.state).toBe('discarded');
  expect(await listed()).not.toContain(card.id);
  expect((await sales.get(`/business-cards/${card.id}/picture`)).status).toBe(410);
});

it('an old card that nobody confirmed is forgotten with what was read on it', async () => {
  const card = await unread(sales);
  const fresh = await unread(sales);
  await t.asOwner(
    `update business_card set created_at = now() - interval '91 days', fields = '{"rest":[]}' where id = $1`,
    [card.id],
  );
  await t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), 'collection.forgetCards')`, [
    t.orgId,
  ]);
  await t.drain();
  const rows = await t.asOwner('select state, fields from business_card where id = any($1) order by created_at', [
    [card.id, fresh.id],
  ]);
  expect(rows).toEqual([
    { state: 'discarded', fields: null },
    { state: 'failed', fields: null },
  ]);
});
