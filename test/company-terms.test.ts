import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDay, parseInstant } from '../src/shared/dates/day.ts';
import { type Json, match, startTestApp, type TestApp } from './app.ts';
import { importer } from './imports.ts';

let t: TestApp;
const { importRows, find, errorsOf } = importer(() => t);
let plain: Json;
beforeAll(async () => {
  t = await startTestApp('general');
  plain = (await field({ type: 'text', label: { zh: '原文', en: 'Raw' } })).body;
});
afterAll(() => t.close());

const seat = (zone: string, country: string, currency: string) =>
  t.asOwner('update org set time_zone = $1, country = $2, currency = $3', [zone, country, currency]);
const field = (body: Json) => t.admin.send('POST', '/fields', { object: 'customer', section: 'basics', ...body });
const create = async (values: Json, expected = 201): Promise<Json> => {
  const made = await t.admin.send('POST', '/customers', { kind: 'company', values });
  expect(made.status, JSON.stringify(made.body)).toBe(expected);
  return made.body;
};

/** Before midnight in one company, after it in the other. */
const cases = [
  {
    zone: 'America/New_York',
    country: 'US',
    currency: 'USD',
    at: '2026-03-01T02:00:00Z',
    day: '2026-02-28',
    hour: '2026-03-01T15:30:00.000Z',
  },
  {
    zone: 'Pacific/Auckland',
    country: 'NZ',
    currency: 'NZD',
    at: '2026-02-28T12:30:00+00:00',
    day: '2026-03-01',
    hour: '2026-02-28T21:30:00.000Z',
  },
];

describe.each(cases)('a company in $zone', ({ zone, country, currency, at, day, hour }) => {
  const phone =
    country === 'US'
      ? { typed: '(212) 555-2368', value: '+12125552368' }
      : { typed: '09 555 2368', value: '+6495552368' };
  beforeAll(() => seat(zone, country, currency));

  it('counts an instant to the day it falls on there, and a time without offset to its own clocks', () => {
    expect(parseDay(at, zone)).toEqual({ ok: true, value: day });
    expect(parseDay('2026-03-01 02:00', zone)).toEqual({ ok: true, value: '2026-03-01' });
    expect(parseInstant('2026-03-01 10:30', zone)).toEqual({ ok: true, value: hour });
    expect(parseInstant(at.replace('T', ' '), zone)).toEqual({ ok: true, value: new Date(at).toISOString() });
    for (const wrong of [
      '',
      '2026-02-30',
      '2026-13-01 10:00',
      '2026-03-01 25:00',
      '2026-03-01 10:61',
      'tomorrow',
      '2026-03-01T25:00Z',
      'Z',
    ])
      expect(parseInstant(wrong, zone), wrong).toMatchObject({ ok: false, code: 'date.format' });
  });

  it('reads sheets, cards, bulk changes, defaults and conversions in its own zone, country and currency', async () => {
    const name = `Terms ${country}`;
    const imported = await importRows([
      ['客户公司名称', '成立日期', '电话', '注册资本'],
      [name, at, phone.typed, '1,000'],
    ]);
    expect(await errorsOf(imported)).toEqual([]);
    const [row] = await find(name);
    expect(row.values).toMatchObject({ foundedOn: day, phones: [{ value: phone.value, valid: true }] });
    const card = (await t.admin.get(`/customers/${row.id}`)).body;
    expect(card.values.registeredCapital).toEqual({ amount: '100000', currency });
    const other = await create({ name: `Typed in ${country}`, foundedOn: at, registeredCapital: '12.5' });
    expect(other.values).toMatchObject({ foundedOn: day, registeredCapital: { amount: '1250', currency } });
    const query = { filter: { field: 'name', op: 'eq', value: other.values.name } };
    const bulk = await t.admin.send('POST', '/customers/bulk-changes/preview', {
      query,
      values: { registeredCapital: '7', foundedOn: '2026-01-01T00:30:00Z' },
    });
    expect(bulk.body.examples[0].changes).toMatchObject({
      registeredCapital: { to: { amount: '700', currency } },
      foundedOn: { to: country === 'US' ? '2025-12-31' : '2026-01-01' },
    });
    const twins = await t.admin.send('POST', '/customers/duplicates', {
      kind: 'company',
      values: { phones: [{ value: phone.typed }] },
    });
    expect(twins.body.items.map((item: Json) => item.id)).toContain(row.id);
    const fresh = await field({
      type: 'date',
      label: { zh: `起始日${country}`, en: `Start ${country}` },
      defaultValue: at,
    });
    expect(fresh.status, JSON.stringify(fresh.body)).toBe(201);
    expect(fresh.body.defaultValue).toBe(day);
    await t.admin.send('PATCH', `/fields/${fresh.body.id}`, { active: false }, match(fresh.body.version));
  });

  it('reads a claim on a customer of somebody else by the numbers of its country', async () => {
    const sales = await t.as('sales');
    const claim = await sales.send('POST', '/conflicts', {
      ...{
        kind: 'company',
        statement: 'I have called them since May',
        values: { name: 'Quite another', phones: [{ value: phone.typed }] },
      },
    });
    expect(claim.status, JSON.stringify(claim.body)).toBe(201);
    expect((await t.admin.get(`/conflicts/${claim.body.id}`)).body.name).toBe(`Terms ${country}`);
  });
});

describe('a custom field that becomes another type', () => {
  it('is read by the company, and money keeps the digits of its currency', async () => {
    await seat('America/New_York', 'US', 'USD');
    const made = await create({ name: 'Converted', [plain.key]: '2026-03-01T02:00:00Z' });
    const turned = await t.admin.send('POST', `/fields/${plain.id}/conversion`, { type: 'date' }, match(plain.version));
    expect(turned.status, JSON.stringify(turned.body)).toBe(200);
    expect((await t.admin.get(`/customers/${made.id}`)).body.values[plain.key]).toBe('2026-02-28');
    const money = (await field({ type: 'money', label: { zh: '日元额', en: 'Yen' } })).body;
    const yen = await create({ name: 'Yen', [money.key]: { amount: '1500', currency: 'JPY' } });
    await t.admin.send('POST', `/fields/${money.id}/conversion`, { type: 'text' }, match(money.version));
    expect((await t.admin.get(`/customers/${yen.id}`)).body.values[money.key]).toBe('JPY 1500');
  });
});
