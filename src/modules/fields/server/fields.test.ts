import { describe, expect, it } from 'vitest';
import { type Json, match, type TestApp } from '#test/app.ts';
import { create, fields, list, namesOf, startWithCustomers, t } from '#test/customers.ts';

startWithCustomers();

describe('custom fields', () => {
  const add = (body: Json) =>
    t.admin.send('POST', '/fields', {
      object: 'customer',
      section: 'basics',
      label: { zh: '专', en: 'Special' },
      ...body,
    });

  it('are at once on card, in list, filter, order, search, import, export and API', async () => {
    const field = await add({
      key: 'specialty',
      type: 'text',
      searchable: true,
      label: { zh: '绝活', en: 'Specialty' },
    });
    expect(field.status, JSON.stringify(field.body)).toBe(201);
    const made = await create({ name: '绝活公司', specialty: '景德镇青花' });
    expect(made.body.values.specialty).toBe('景德镇青花');
    const filter = JSON.stringify({ field: 'specialty', op: 'contains', value: '青花' });
    expect((await list({ filter, sort: 'specialty', fields: 'name,specialty' })).body.items[0].values).toEqual({
      name: '绝活公司',
      specialty: '景德镇青花',
    });
    expect((await t.admin.get(encodeURI('/search?q=景德镇'))).body.items).toHaveLength(1);
    const uploaded = await t.admin.upload(
      '/imports',
      'x.csv',
      Buffer.from('客户公司名称,绝活\n导入绝活公司,宜兴紫砂\n'),
    );
    expect(Object.values(uploaded.body.options.mapping)).toContain('customer.specialty');
    const run = await t.admin.send('POST', '/exports', {
      query: {},
      fields: ['name', 'specialty'],
      format: 'csv',
      purpose: '字段测试',
    });
    await t.drain();
    const csv = (await t.admin.get(`/exports/${run.body.id}/file`)).raw.toString();
    expect(csv.split('\n')[0]).toContain('绝活');
    expect(csv).toContain('景德镇青花');

    const hide = await t.admin.send('PATCH', `/fields/${field.body.id}`, { hidden: true }, match(1));
    expect((await t.admin.get(`/customers/${made.body.id}`)).body.values.specialty).toBeUndefined();
    expect((await list({ filter })).body.code).toBe('field.unknown');
    await t.admin.send('PATCH', `/fields/${field.body.id}`, { hidden: false }, match(hide.body.version));
    expect((await t.admin.get(`/customers/${made.body.id}`)).body.values.specialty).toBe('景德镇青花');
  });

  it('made searchable later are found once the index is rebuilt, and never by who may not read them', async () => {
    const rep = await t.as('service');
    const found = async (client: TestApp['admin']) =>
      (await client.get(encodeURI('/search?q=翡翠手镯'))).body.items.length;
    let field = (await add({ key: 'hobbyHorse', type: 'text' })).body;
    const change = async (body: Json) => {
      const answer = await t.admin.send('PATCH', `/fields/${field.id}`, body, match(field.version));
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      field = answer.body;
    };
    await create({ name: '爱好公司', hobbyHorse: '翡翠手镯收藏' });
    expect(await found(t.admin)).toBe(0);
    await change({ searchable: true });
    const jobs = (await t.admin.get('/jobs?limit=5')).body.items;
    expect(jobs[0]).toMatchObject({ kind: 'fields.reindex', state: 'queued' });
    await t.drain();
    expect((await t.admin.get(`/jobs/${jobs[0].id}`)).body).toMatchObject({
      state: 'done',
      done: jobs[0].total ?? expect.any(Number),
    });
    expect([await found(t.admin), await found(rep)]).toEqual([1, 1]);

    await change({ sensitivity: 'secret' });
    expect([await found(t.admin), await found(rep)]).toEqual([1, 0]);
    // Still in the index, no longer searchable: it must not be found by those who may not read it.
    await change({ searchable: false });
    expect(await found(rep)).toBe(0);
    await t.drain();
    expect([await found(t.admin), await found(rep)]).toEqual([0, 0]);

    await change({ searchable: true, sensitivity: 'open' });
    await t.drain();
    await change({ hidden: true });
    expect(await found(rep)).toBe(0);
    await t.drain();
    expect(await found(t.admin)).toBe(0);
    const [left] = await t.asOwner("select settings->'leftInSearch' as keys from org");
    expect(left?.keys).toEqual([]);
    await change({ label: { zh: '木马', en: 'Horse' } });
    expect((await t.admin.get('/jobs?limit=5')).body.items[0].state).toBe('done');
  });

  it('hidden by now are still named to those who could read them, for views that ask for them', async () => {
    const rep = await t.as('service');
    for (const [key, sensitivity] of [
      ['oldRoute', 'open'],
      ['oldSecret', 'secret'],
    ]) {
      const { body } = await add({ key, type: 'text', sensitivity, label: { zh: '旧线路', en: 'Old route' } });
      await t.admin.send('PATCH', `/fields/${body.id}`, { hidden: true }, match(body.version));
    }
    const old = async (client: TestApp['admin']) =>
      (await client.get('/fields')).body.hiddenFields.filter((field: Json) => field.key.startsWith('old'));
    expect(await old(rep)).toEqual([{ object: 'customer', key: 'oldRoute', label: { zh: '旧线路', en: 'Old route' } }]);
    expect(await old(t.admin)).toHaveLength(2);
  });

  it('change their type only when every value fits', async () => {
    const field = (await add({ key: 'seats', type: 'text' })).body;
    const one = await create({ name: '座位一', seats: '12' });
    const two = await create({ name: '座位二', seats: '很多' });
    const preview = await t.admin.send('POST', `/fields/${field.id}/conversion/preview`, { type: 'number' });
    expect(preview.body).toMatchObject({
      total: 2,
      convertible: 1,
      failures: [{ recordId: two.body.id, value: '很多' }],
    });
    const refused = await t.admin.send(
      'POST',
      `/fields/${field.id}/conversion`,
      { type: 'number' },
      match(field.version),
    );
    expect([refused.status, refused.body.code]).toEqual([409, 'field.valuesDoNotConvert']);
    expect((await t.admin.get(`/customers/${one.body.id}`)).body.values.seats).toBe('12');
    await t.admin.send('PATCH', `/customers/${two.body.id}`, { values: { seats: '200' } }, match(1));
    expect(
      (await t.admin.send('POST', `/fields/${field.id}/conversion`, { type: 'number' }, match(field.version))).status,
    ).toBe(200);
    expect((await t.admin.get(`/customers/${one.body.id}`)).body.values.seats).toBe(12);
    const filter = JSON.stringify({ all: [{ field: 'seats', op: 'gt', value: 100 }] });
    expect(namesOf(await list({ filter, fields: 'name' }))).toEqual(['座位二']);
    const builtin = fields.find((item) => item.key === 'remark');
    expect(
      (await t.admin.send('POST', `/fields/${builtin?.id}/conversion/preview`, { type: 'number' })).body.code,
    ).toBe('field.cannotConvert');
    for (const type of ['picture', 'score'])
      expect((await t.admin.send('POST', `/fields/${field.id}/conversion/preview`, { type })).body.code, type).toBe(
        'field.cannotConvert',
      );
  });

  it('have keys that are no words of JavaScript and are taken once', async () => {
    for (const key of ['constructor', 'toString', 'hasOwnProperty', 'valueOf'])
      expect((await add({ key, type: 'text' })).body.errors?.[0], key).toMatchObject({
        field: 'key',
        code: 'field.keyTaken',
      });
    const label = { zh: '构造', en: 'Constructor' };
    expect((await add({ type: 'text', label })).body.key).not.toBe('constructor');
    const both = await Promise.all([add({ key: 'raced', type: 'text' }), add({ key: 'raced', type: 'number' })]);
    expect(both.map((answer) => answer.status).sort()).toEqual([
      201,
      expect.toSatisfy((status) => [409, 422].includes(status)),
    ]);
  });

  it('marked unique hold one value, whatever its type and however many write at once', async () => {
    await add({ key: 'badge', type: 'text', unique: true });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => create({ name: `工牌${index}`, badge: ' A-1 ' })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 422, 422, 422, 422, 422]);
    expect(answers.find((answer) => answer.status === 422)?.body.errors[0]).toMatchObject({
      field: 'values.badge',
      code: 'field.notUnique',
    });
    const holder = answers.find((answer) => answer.status === 201)?.body;
    expect((await create({ name: '工牌小写', badge: 'a-1' })).status).toBe(422);
    await t.admin.send('POST', `/customers/${holder.id}/trashing`, {}, match(1));
    const heir = await create({ name: '继承工牌', badge: 'A-1' });
    expect(heir.status).toBe(201);
    expect(
      (await t.admin.send('DELETE', `/customers/${holder.id}/trashing`, undefined, match(2))).body.errors[0].code,
    ).toBe('field.notUnique');
    // Made unique later: refused while values repeat, and what is stored counts, a phone by its number.
    const hot = (await add({ key: 'hotline', type: 'phone' })).body;
    const first = await create({ name: '热线一', hotline: '138 0013 8123' });
    await create({ name: '热线二', hotline: '+86 13800138123' });
    const repeat = await t.admin.send('PATCH', `/fields/${hot.id}`, { unique: true }, match(hot.version));
    expect([repeat.status, repeat.body.code]).toEqual([409, 'field.valuesRepeat']);
    await t.admin.send('PATCH', `/customers/${first.body.id}`, { values: { hotline: null } }, match(1));
    expect((await t.admin.send('PATCH', `/fields/${hot.id}`, { unique: true }, match(hot.version))).status).toBe(200);
    expect((await create({ name: '热线三', hotline: '13800138123' })).status).toBe(422);
  });
});

describe('dossier numbers', () => {
  const numbering = async () => (await t.admin.get('/numbering')).body;
  const setRule = async (pattern: string, reset: string) =>
    t.admin.send('PUT', '/numbering', { pattern, reset }, match((await numbering()).version));

  it('have no gap under concurrency, not even when creates fail', async () => {
    const before = (await create({ name: '起号' })).body.number;
    const start = Number(before.slice(-6));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        create(index % 4 === 3 ? { name: `号${index}`, badge: 'A-1' } : { name: `号${index}` }),
      ),
    );
    const good = answers
      .filter((answer) => answer.status === 201)
      .map((answer) => Number(answer.body.number.slice(-6)));
    expect(good.sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, index) => start + 1 + index));
  });

  it('follow one of two rules set at once', async () => {
    const { version } = await numbering();
    const put = (pattern: string) => t.admin.send('PUT', '/numbering', { pattern, reset: 'never' }, match(version));
    const both = await Promise.all([put('A{SEQ:6}'), put('B{SEQ:6}')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('are never given twice, whatever the rule becomes', async () => {
    const given = new Set((await t.asOwner('select number from customer')).map((row) => row.number));
    const year = new Date().getFullYear();
    for (const [pattern, reset] of [
      [`KD${year}{SEQ:6}`, 'never'],
      ['KD{YYYY}{SEQ:6}', 'year'],
      ['KD{YYYY}{SEQ:6}', 'never'],
      ['KD{YYYY}{MM}{SEQ:4}', 'month'],
      ['KD{YYYY}{SEQ:6}', 'year'],
      ['{SEQ:4}/{YYYY}', 'year'],
      [`{SEQ:5}/${year}`, 'never'],
      ['{YYYY}.{SEQ:2}', 'never'],
      [`${year}.{SEQ:3}`, 'never'],
    ] as const) {
      expect((await setRule(pattern, reset)).status, pattern).toBe(200);
      for (let turn = 0; turn < 2; turn += 1) {
        const made = await create({ name: `新规${pattern}` });
        expect(made.status, `${pattern} ${JSON.stringify(made.body)}`).toBe(201);
        expect(given.has(made.body.number), made.body.number).toBe(false);
        given.add(made.body.number);
      }
    }
    // The number of a customer that is gone stays taken.
    const last = await create({ name: '将删' });
    await t.asOwner('delete from customer where id = $1', [last.body.id]);
    await t.asOwner(`insert into retired_number (org_id, key, number) values ($1, 'customer', $2)`, [
      t.orgId,
      last.body.number,
    ]);
    await setRule(`KD${year}{SEQ:6}`, 'never');
    expect((await create({ name: '接着' })).body.number).not.toBe(last.body.number);
  });

  it.each([
    ['KD', 'never'],
    ['{SEQ:4}{SEQ:4}', 'never'],
    ['KD{SEQ:6}', 'year'],
    ['KD{YYYY}{SEQ:6}', 'month'],
    ["KD'{SEQ:6}", 'never', 'numbering.pattern'],
    ['{NOPE}{SEQ:6}', 'never', 'numbering.pattern'],
  ])('refuse the rule %s per %s', async (pattern, reset, code: string = expect.any(String)) => {
    const answer = await setRule(pattern, reset);
    expect([answer.status, answer.body.errors[0].field, answer.body.errors[0].code]).toEqual([422, 'pattern', code]);
  });
});
