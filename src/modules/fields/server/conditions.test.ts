import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemActor } from '#platform/access/actor.ts';
import type { FieldType } from '#shared/fields.ts';
import { operators } from '#shared/operator-names.ts';
import { operatorsFor } from '#shared/operators.ts';
import type { Json } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { create, fields, list, namesOf, startWithCustomers, t } from '#test/customers.ts';
import { compileCondition } from './conditions.ts';

startWithCustomers();

/** Texts made to end a string, a comment, a pattern or a statement. */
const hostile = fc.constantFrom(
  "'",
  "''; drop table customer; --",
  '\\',
  '%_%',
  '"',
  '$1',
  '?',
  '{}',
  "E'\\x00'",
  '\u0000',
  '\ud800',
  '😀',
  '/*',
  ')',
  'null',
  '9'.repeat(400),
  '-0',
  '1e309',
  '2026-02-30',
  '0000-01-01',
  '99999-01-01',
);
const operand = fc.oneof(
  hostile,
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.array(fc.oneof(hostile, fc.integer()), { maxLength: 4 }),
  fc.record({ amount: hostile, currency: fc.oneof(hostile, fc.constant('CNY')) }),
  fc.record({ count: fc.oneof(fc.integer(), fc.double()), unit: fc.oneof(hostile, fc.constantFrom('day', 'year')) }),
  fc.record({ amount: fc.constant('100'), currency: fc.anything() }),
);

describe('conditions', () => {
  it('of any field, operator and operand are answered or refused by name, never broken', {
    timeout: 60_000,
  }, async () => {
    const keys = () =>
      fc.constantFrom(...fields.map((field) => field.key), 'nope', "name'; --", '__proto__', 'constructor');
    const leaf = fc.record({ field: keys(), op: fc.constantFrom(...operators), value: operand });
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.record({ all: fc.array(tie('node'), { maxLength: 3 }) }),
        fc.record({ any: fc.array(tie('node'), { maxLength: 3 }) }),
        fc.record({ not: tie('node') }),
      ),
    }));
    const before = (await t.asOwner('select count(*)::int as n from customer'))[0].n;
    await fc.assert(
      fc.asyncProperty(node, async (filter) => {
        const answer = await list({ filter: JSON.stringify(filter), fields: 'name', limit: '1' });
        expect([200, 400], answer.body.code).toContain(answer.status);
        if (answer.status === 400)
          expect(answer.body.field ?? answer.body.params.maximum ?? answer.body.code).toBeTruthy();
      }),
      { numRuns: 250 },
    );
    expect((await t.asOwner('select count(*)::int as n from customer'))[0].n).toBe(before);
  });

  it('fit each field with each of its own operators', async () => {
    const values: Partial<Record<FieldType, unknown>> = {
      number: 3,
      score: 3,
      money: { amount: '100', currency: 'CNY' },
      boolean: true,
      date: '2026-02-28',
      datetime: '2026-02-28',
      user: t.admin.userId,
      customer: t.orgId,
      contact: t.orgId,
    };
    for (const field of fields) {
      const value = values[field.type] ?? 'x';
      for (const op of operatorsFor(field.type)) {
        const right = ['in', 'notIn'].includes(op)
          ? [value]
          : op === 'between'
            ? [value, value]
            : ['withinLast', 'olderThan', 'withinNext'].includes(op)
              ? { count: 3, unit: 'day' }
              : value;
        const answer = await list({ filter: JSON.stringify({ field: field.key, op, value: right }), fields: 'name' });
        expect([answer.status, answer.body.code], `${field.key} ${op}`).toEqual(
          field.filterable ? [200, undefined] : [400, 'field.unknown'],
        );
      }
    }
  });

  it('are limited in depth, in number, and before anything walks them', async () => {
    const deep = (levels: number): Json =>
      levels === 0 ? { field: 'name', op: 'notEmpty' } : { not: deep(levels - 1) };
    const many = (count: number) => ({ all: Array.from({ length: count }, () => ({ field: 'name', op: 'notEmpty' })) });
    expect((await list({ filter: JSON.stringify(deep(7)) })).status).toBe(200);
    expect((await list({ filter: JSON.stringify(deep(8)) })).body.code).toBe('condition.tooDeep');
    expect((await list({ filter: '{"field":"name","op":{"toString":1}}' })).body.code).toBe('condition.notJson');
    expect((await list({ filter: JSON.stringify(many(100)) })).status).toBe(200);
    expect((await list({ filter: JSON.stringify({ any: [many(60), many(60)] }) })).body.code).toBe('condition.tooMany');
    expect((await list({ filter: '['.repeat(19_000) })).status).toBe(400);
    const body = { query: { filter: deep(30) }, values: { remark: 'x' } };
    expect((await t.admin.send('POST', '/customers/bulk-changes/preview', body)).status).toBe(400);
  });

  it('that are wrong are told with the place, the field and the reason, in the language of the reader', async () => {
    const name = { field: 'name', op: 'notEmpty' };
    for (const [filter, code, place] of [
      [{ all: [name, { field: 'employees', op: 'gt', value: 'many' }] }, 'condition.notNumber', 'all[1].value'],
      [
        { not: { any: [name, { field: 'foundedOn', op: 'eq', value: 'soon' }] } },
        'condition.notDay',
        'not.any[1].value',
      ],
      [{ field: 'employees', op: 'between', value: 3 }, 'condition.notPair', 'value'],
      [{ field: 'country', op: 'in', value: 'CN' }, 'condition.notList', 'value'],
      [{ field: 'foundedOn', op: 'withinLast', value: 3 }, 'condition.notPeriod', 'value'],
      [{ all: [{ field: 'name', op: 'lt', value: 'x' }] }, 'condition.operator', 'all[0].op'],
      [{ all: [{ field: 'name', op: 'like', value: 'x' }] }, 'condition.noOperator', 'all[0].op'],
      [{ all: [name, { any: [{ op: 'eq' }] }] }, 'condition.noField', 'all[1].any[0].field'],
      [{ all: [name, { all: {} }] }, 'condition.notGroup', 'all[1].all'],
      [{ all: [name, 'name'] }, 'condition.notNode', 'all[1]'],
      [{ all: [{ ...name, colour: 1 }] }, 'condition.unknownKey', 'all[0].colour'],
    ] as const) {
      const query = new URLSearchParams({ filter: JSON.stringify(filter) });
      const [zh, en] = await Promise.all(
        ['zh-CN', 'en-US'].map((lang) => t.admin.get(`/customers?${query}`, { 'accept-language': lang })),
      );
      expect([zh?.status, zh?.body.code], JSON.stringify(filter)).toEqual([400, code]);
      for (const body of [zh?.body, en?.body]) {
        expect(body.title).toContain(place);
        expect(body.title).not.toMatch(/\{\w+\}/);
      }
      expect(zh?.body.title).toMatch(/[一-鿿]/);
      expect(en?.body.title).not.toMatch(/[一-鿿]/);
    }
    const unknown = await list({ filter: JSON.stringify({ all: [name, { field: 'nope', op: 'empty' }] }) });
    expect(unknown.body).toMatchObject({ code: 'field.unknown', field: 'nope', errors: [{ field: 'all[1].field' }] });
    const body = { query: { filter: { all: [name, { field: 'name', op: 'like' }] } }, values: { remark: 'x' } };
    const bulk = await t.admin.send('POST', '/customers/bulk-changes/preview', body);
    expect(bulk.body.errors[0]).toMatchObject({ field: 'query.filter.all.1.op', code: 'condition.noOperator' });
    expect(bulk.body.errors[0].message).toContain('all[1].op');
  });

  it('carry every operand as a parameter', () => {
    const scope = {
      fields: new Map(fields.map((field) => [field.key, field])),
      table: 'customer',
      actor: systemActor(t.orgId, []),
      timeZone: "Asia/Shanghai'; --",
      lang: 'zh-CN' as const,
    };
    fc.assert(
      fc.property(
        fc.constantFrom('name', 'remark', 'tags', 'phones', 'country'),
        fc.stringMatching(/^QQ[a-z']{3,9}ZZ$/),
        (field, value) => {
          const type = fields.find((item) => item.key === field)?.type ?? 'text';
          const op = operatorsFor(type).includes('contains') ? 'contains' : 'eq';
          const compiled = JSON.stringify(compileCondition({ field, op, value }, scope).toOperationNode());
          // The literal parts of the statement are apart from its values.
          for (const [, fragment = ''] of compiled.matchAll(/"sqlFragments":\[([^\]]*)\]/g))
            expect(fragment).not.toContain('QQ');
        },
      ),
    );
  });

  it('mean what they say', async () => {
    const today = companyDay();
    await create({
      name: '语义甲',
      employees: 5,
      foundedOn: '2020-02-29',
      registeredCapital: { amount: '1000', currency: 'USD' },
    });
    await create({ name: '语义乙', employees: 50, foundedOn: today, country: 'DE' });
    await create({ name: '语义丙 100%_\\', remark: "O'Neil" });
    const found = async (filter: Json) =>
      namesOf(
        await list({
          filter: JSON.stringify({ all: [{ field: 'name', op: 'startsWith', value: '语义' }, filter] }),
          sort: 'createdAt',
          fields: 'name',
        }),
      );
    const [a, b, c] = ['语义甲', '语义乙', '语义丙 100%_\\'];
    for (const [filter, names] of [
      [{ field: 'employees', op: 'gte', value: 50 }, [b]],
      [{ field: 'employees', op: 'ne', value: 5 }, [b, c]],
      [{ not: { field: 'employees', op: 'gt', value: 10 } }, [a, c]],
      [{ field: 'employees', op: 'empty' }, [c]],
      [{ field: 'employees', op: 'between', value: [5, 49] }, [a]],
      [{ field: 'foundedOn', op: 'eq', value: '2020-02-29' }, [a]],
      [{ field: 'foundedOn', op: 'withinLast', value: { count: 1, unit: 'day' } }, [b]],
      [{ field: 'foundedOn', op: 'olderThan', value: { count: 1, unit: 'year' } }, [a]],
      [{ field: 'registeredCapital', op: 'gte', value: { amount: '1000', currency: 'USD' } }, [a]],
      [{ field: 'registeredCapital', op: 'gte', value: { amount: '1', currency: 'CNY' } }, []],
      [{ field: 'registeredCapital', op: 'ne', value: { amount: '1000', currency: 'USD' } }, [b, c]],
      [{ field: 'registeredCapital', op: 'ne', value: { amount: '1000', currency: 'CNY' } }, [a, b, c]],
      [{ field: 'name', op: 'contains', value: '100%_\\' }, [c]],
      [{ field: 'name', op: 'contains', value: '%' }, [c]],
      [{ field: 'remark', op: 'contains', value: "o'neil" }, [c]],
      [{ field: 'country', op: 'notIn', value: ['DE'] }, [a, c]],
      [{ field: 'ownerId', op: 'isMe' }, [a, b, c]],
      [
        {
          any: [
            { field: 'country', op: 'eq', value: 'DE' },
            { field: 'employees', op: 'lt', value: 10 },
          ],
        },
        [a, b],
      ],
    ] as [Json, string[]][])
      expect(await found(filter), JSON.stringify(filter)).toEqual(names);
  });
});

describe('lists', () => {
  it('visit each row once in every order, while rows come in', { timeout: 60_000 }, async () => {
    await t.asOwner(`delete from customer`);
    const made: string[] = [];
    const countries = ['CN', 'DE', 'US'];
    for (let index = 0; index < 12; index += 1) {
      const values: Json = {
        name: `${'甲乙丙丁'[index % 4]}页${index % 5}`,
        remark: index % 3 ? `备${index % 3}` : null,
      };
      if (index % 2)
        Object.assign(values, {
          employees: index % 4,
          country: countries[index % 3],
          foundedOn: `202${index % 3}-01-01`,
          tags: null,
        });
      if (index % 3 === 0)
        Object.assign(values, {
          phones: `1380013800${index % 10}`,
          registeredCapital: { amount: String(index), currency: 'CNY' },
        });
      made.push((await create(values)).body.id);
    }
    const all = new Set(made);
    let extra = 0;
    for (const field of fields) {
      for (const sort of [field.key, `-${field.key}`]) {
        const seen: string[] = [];
        let cursor: string | undefined;
        for (let page = 0; page < 40; page += 1) {
          const answer = await list({ sort, fields: 'name', limit: '5', ...(cursor ? { cursor } : {}) });
          expect(answer.status, `${sort}: ${JSON.stringify(answer.body)}`).toBe(200);
          seen.push(...answer.body.items.map((item: Json) => item.id));
          cursor = answer.body.nextCursor ?? undefined;
          if (page === 0 && extra < 8) {
            extra += 1;
            await create({ name: `甲页${extra}`, employees: extra });
          }
          if (!cursor) break;
        }
        expect(cursor).toBeUndefined();
        expect(new Set(seen).size, sort).toBe(seen.length);
        for (const id of all) expect(seen, sort).toContain(id);
      }
    }
  });
});
