import { describe, expect, it } from 'vitest';
import { type Json, match } from '#test/app.ts';
import { create, list, startWithCustomers, t } from '#test/customers.ts';

startWithCustomers();

const colours = [
  { key: 'r', zh: '红', en: 'Red' },
  { key: 'g', zh: '绿', en: 'Green' },
];
const add = (body: Json) =>
  t.admin.send('POST', '/fields', {
    object: 'customer',
    section: 'basics',
    label: { zh: '设', en: 'Set' },
    ...body,
  });
const change = (field: Json, body: Json) => t.admin.send('PATCH', `/fields/${field.id}`, body, match(field.version));
const whole = async (key: string): Promise<Json> =>
  (await t.admin.get('/fields/all')).body.fields.find((field: Json) => field.key === key);

describe('settings of a field', () => {
  it('that contradict each other are refused where they stand', async () => {
    const refused = async (body: Json) => (await add(body)).body.errors?.[0];
    expect(await refused({ type: 'number', rules: { min: 10, max: 1 } })).toMatchObject({
      field: 'rules.max',
      code: 'number.min',
    });
    for (const options of [undefined, []])
      expect(await refused({ type: 'choice', options })).toMatchObject({ field: 'options', code: 'field.noOptions' });
    expect(await refused({ type: 'choice', options: [...colours, { key: 'x', zh: '赤', en: 'red ' }] })).toMatchObject({
      field: 'options',
      code: 'field.optionNameTwice',
    });
  });

  it('keep options that records hold, and the one that is the default', async () => {
    for (const type of ['choice', 'multichoice']) {
      const key = `colour${type}`;
      const value = (option: string) => (type === 'choice' ? option : [option]);
      const field = (await add({ key, type, options: colours, defaultValue: value('r') })).body;
      const { body } = await create({ name: `颜色${type}`, [key]: value('g') });
      const used = await change(field, { options: [colours[0]] });
      expect([used.status, used.body.errors?.[0]]).toMatchObject([422, { field: 'options', code: 'field.optionUsed' }]);
      await t.admin.send('PATCH', `/customers/${body.id}`, { values: { [key]: value('r') } }, match(body.version));
      const fallback = await change(field, { options: [colours[1]] });
      expect(fallback.body.errors?.[0]?.field).toBe('options');
      await t.admin.send('PATCH', `/customers/${body.id}`, { values: { [key]: null } }, match(body.version + 1));
      expect((await change(field, { options: [colours[1]] })).body.errors?.[0]?.field).toBe('defaultValue');
      expect((await change(field, { options: [colours[1]], defaultValue: null })).status).toBe(200);
    }
  });
});

describe('the search box', () => {
  const hits = async (q: string) =>
    (await list({ q, fields: 'name' })).body.items.map((item: Json) => item.values.name);

  it('finds by what values are called, also after an option was renamed, and is not offered where it could not', async () => {
    const searched = async (key: string, body: Json) => (await add({ key, searchable: true, ...body })).body;
    const shade = await searched('shade', { type: 'choice', options: [{ key: 'm', zh: '墨绿', en: 'Forest' }] });
    await searched('madeIn', { type: 'country' });
    await searched('place', { type: 'region' });
    await searched('lotNumber', { type: 'number' });
    await searched('checked', { type: 'date' });
    await create({
      name: '寻色公司',
      shade: 'm',
      madeIn: 'PT',
      place: '310115',
      lotNumber: 77123,
      checked: '2021-07-09',
    });
    for (const q of ['墨绿', 'forest', '葡萄牙', 'Portugal', '浦东新区', '77123', '2021-07-09'])
      expect([q, await hits(q)]).toEqual([q, ['寻色公司']]);
    await change(shade, { options: [{ key: 'm', zh: '翡翠', en: 'Emerald' }] });
    await t.drain();
    expect([await hits('墨绿'), await hits('翡翠')]).toEqual([[], ['寻色公司']]);
    expect((await add({ type: 'user', searchable: true })).body.errors?.[0]).toMatchObject({
      field: 'searchable',
      code: 'field.cannotBeSearched',
    });
  });
});

describe('another type', () => {
  const convert = (field: Json, body: Json, path = '') =>
    t.admin.send('POST', `/fields/${field.id}/conversion${path}`, body, path ? {} : match(field.version));

  it('takes the default along, or says that it falls away', async () => {
    const field = (await add({ key: 'stars', type: 'text', defaultValue: '很好' })).body;
    expect((await convert(field, { type: 'number' }, '/preview')).body).toMatchObject({ total: 0, defaultLost: true });
    expect((await convert(field, { type: 'number' })).body.defaultValue).toBeNull();
    expect((await create({ name: '星级一' })).body.values.stars).toBeUndefined();
    const floor = (await add({ key: 'floor', type: 'text', defaultValue: '3' })).body;
    expect((await convert(floor, { type: 'number' }, '/preview')).body.defaultLost).toBe(false);
    expect((await convert(floor, { type: 'number' })).body.defaultValue).toBe(3);
    expect((await list({ sort: 'floor', fields: 'name,floor' })).status).toBe(200);
  });

  it('names the records whose values do not convert, and why', async () => {
    const field = (await add({ key: 'depth', type: 'text' })).body;
    const { body } = await create({ name: '深度公司', depth: '很深' });
    expect((await convert(field, { type: 'number' }, '/preview')).body.failures).toEqual([
      { recordId: body.id, name: '深度公司', customerId: body.id, value: '很深', code: 'number.format' },
    ]);
  });

  it('reads what people read: names of options, countries, places and people, not what stands for them', async () => {
    const me = (await t.admin.get('/users?limit=1')).body.items[0];
    const cases: [Json, unknown, Json, unknown][] = [
      [{ type: 'choice', options: colours }, 'g', { type: 'text' }, '绿'],
      [{ type: 'multichoice', options: colours }, ['r', 'g'], { type: 'texts' }, ['红', '绿']],
      [
        { type: 'choice', options: colours },
        'g',
        { type: 'multichoice', options: [{ ...colours[1], zh: '青' }] },
        ['g'],
      ],
      [{ type: 'country' }, 'DE', { type: 'text' }, '德国'],
      [{ type: 'region' }, '310115', { type: 'text' }, '上海市 浦东新区'],
      [{ type: 'text' }, '上海市浦东新区', { type: 'region' }, '310115'],
      [{ type: 'boolean' }, true, { type: 'text' }, '是'],
      [{ type: 'user' }, me.id, { type: 'text' }, me.name],
      [{ type: 'text' }, me.name, { type: 'user' }, me.id],
      [{ type: 'lunarDate' }, '闰四月初八', { type: 'text' }, '闰四月初八'],
      [{ type: 'money' }, '12.34', { type: 'number' }, 12.34],
      [{ type: 'datetime' }, '2024-02-29T09:30', { type: 'date' }, '2024-02-29'],
    ];
    for (const [index, [from, value, to, read]] of cases.entries()) {
      const key = `read${index}`;
      const field = (await add({ key, ...from })).body;
      const made = (await create({ name: `读法${index}公司`, [key]: value })).body;
      const preview = await convert(field, to, '/preview');
      expect([index, preview.body]).toMatchObject([index, { total: 1, convertible: 1 }]);
      expect((await convert(field, to)).status).toBe(200);
      expect([index, (await t.admin.get(`/customers/${made.id}`)).body.values[key]]).toEqual([index, read]);
    }
  });

  it('drops no second phone', async () => {
    const field = (await add({ key: 'lines', type: 'phones' })).body;
    await create({ name: '两线公司', lines: ['13800138000', '13900139000'] });
    expect((await convert(field, { type: 'phone' }, '/preview')).body.failures[0]).toMatchObject({
      code: 'phone.several',
    });
  });

  it('keeps values unique, or is refused', async () => {
    const field = (await add({ key: 'lot', type: 'text', unique: true })).body;
    await create({ name: '批次一', lot: '1.0' });
    await create({ name: '批次二', lot: '1' });
    expect((await convert(field, { type: 'number' })).body).toMatchObject({ code: 'field.valuesRepeat' });
    const many = await convert(field, { type: 'multichoice', options: colours }, '/preview');
    expect(many.body.errors?.[0]).toMatchObject({ field: 'unique', code: 'field.cannotBeUnique' });
    expect((await convert(field, { type: 'choice', options: [] }, '/preview')).body.errors?.[0]?.field).toBe('options');
    expect((await whole('lot')).type).toBe('text');
  });
});

describe('a section', () => {
  it('says for its fields too whom they are for and whether they are there', async () => {
    const make = await t.admin.send('POST', '/sections', {
      object: 'customer',
      label: { zh: '家中', en: 'At home' },
      kinds: ['household'],
    });
    await add({ key: 'pets', type: 'text', section: make.body.key, required: true, searchable: true });
    expect((await whole('pets')).kinds).toBeNull();
    // Elsewhere nobody is asked for what the card does not show.
    expect((await create({ name: '没有宠物的公司' })).status).toBe(201);
    const home = (values: Json) => t.admin.send('POST', '/customers', { kind: 'household', values });
    expect((await home({ name: '养猫家' })).body.errors?.[0]).toMatchObject({ field: 'values.pets' });
    const made = await home({ name: '养猫家', pets: '三花玳瑁猫' });
    expect(made.body.values.pets).toBe('三花玳瑁猫');
    await t.drain();
    const found = async () => (await t.admin.get(encodeURI('/search?q=玳瑁猫'))).body.items.length;
    expect(await found()).toBe(1);

    const hide = (hidden: boolean, version: number) =>
      t.admin.send('PATCH', `/sections/${make.body.id}`, { hidden }, match(version));
    const hidden = await hide(true, make.body.version);
    expect((await list({ fields: 'name,pets' })).body.code).toBe('field.unknown');
    expect((await home({ name: '养狗家' })).status).toBe(201);
    await t.drain();
    expect(await found()).toBe(0);
    await hide(false, hidden.body.version);
    await t.drain();
    expect(await found()).toBe(1);
    expect((await t.admin.get(`/customers/${made.body.id}`)).body.values.pets).toBe('三花玳瑁猫');
  });

  it('with what no customer can be without is there for all', async () => {
    const { sections } = (await t.admin.get('/fields/all')).body;
    const basics = sections.find((item: Json) => item.object === 'customer' && item.key === 'basics');
    for (const body of [{ hidden: true }, { kinds: ['company'] }])
      expect((await t.admin.send('PATCH', `/sections/${basics.id}`, body, match(basics.version))).body.code).toBe(
        'section.indispensable',
      );
    const kept = sections.find((item: Json) => item.object === 'customer' && item.kinds);
    if (kept) expect((await change(await whole('name'), { section: kept.key })).body.code).toBe('field.indispensable');
  });
});
