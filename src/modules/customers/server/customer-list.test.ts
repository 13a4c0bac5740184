import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const company = (values: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  kind: 'company',
  values,
  ...more,
});

describe('customer list', () => {
  it('sorts by pinyin, pages by keyset without gaps, and filters', async () => {
    for (const name of ['张三公司', '李四公司', '阿里公司', '重庆公司', '单县公司']) {
      await t.admin.send(
        'POST',
        '/customers',
        company({ name, remark: 'list', grade: name.startsWith('张') ? 'A' : undefined }, { allowDuplicate: true }),
      );
    }
    const filter = encodeURIComponent(JSON.stringify({ field: 'remark', op: 'eq', value: 'list' }));
    const names: string[] = [];
    let cursor = '';
    do {
      const page = await t.admin.get(
        `/customers?sort=name&limit=2&fields=name&filter=${filter}${cursor ? `&cursor=${cursor}` : ''}`,
      );
      names.push(...page.body.items.map((item: { values: { name: string } }) => item.values.name));
      cursor = page.body.nextCursor;
    } while (cursor);
    expect(names).toEqual(['阿里公司', '重庆公司', '李四公司', '单县公司', '张三公司']);
    for (const sort of [
      'grade',
      '-grade',
      '-updatedAt',
      'createdAt',
      'phones',
      'remark',
      'number',
      '-employees',
      'annualRevenue',
      'ownerId',
    ]) {
      const seen = new Set<string>();
      let next: string | null = '';
      for (let rounds = 0; next !== null && rounds < 60; rounds += 1) {
        const page: Awaited<ReturnType<typeof t.admin.get>> = await t.admin.get(
          `/customers?sort=${sort}&limit=3&fields=name${next ? `&cursor=${next}` : ''}`,
        );
        expect(page.status, sort + JSON.stringify(page.body)).toBe(200);
        for (const item of page.body.items) {
          expect(seen.has(item.id), sort).toBe(false);
          seen.add(item.id);
        }
        next = page.body.nextCursor;
      }
      const count = await t.admin.get('/customers/count');
      expect(seen.size, sort).toBe(count.body.value);
    }
  });

  it('refuses unknown fields, operators and parameters by name', async () => {
    const ask = (filter: unknown) => t.admin.get(`/customers?filter=${encodeURIComponent(JSON.stringify(filter))}`);
    expect((await ask({ field: 'nope', op: 'eq', value: 1 })).body).toMatchObject({ status: 400, field: 'nope' });
    expect((await ask({ field: 'name', op: 'lt', value: 'x' })).body).toMatchObject({
      status: 400,
      code: 'condition.operator',
    });
    expect((await t.admin.get('/customers?sort=nope')).body).toMatchObject({ status: 400, field: 'nope' });
    expect((await t.admin.get('/customers?page=2')).body).toMatchObject({ status: 400, field: 'page' });
    const id = '00000000-0000-7000-8000-000000000000';
    const forged = (v: unknown) => Buffer.from(JSON.stringify({ v, id })).toString('base64url');
    for (const [sort, cursor] of [
      ['name', 'abc'],
      ['name', forged('a\0')],
      ['name', forged(['a\0'])],
      ['employees', forged('many')],
      ['employees', forged(['1'])],
      ['createdAt', forged('2026-02-31 00:00:00+00')],
      ['createdAt', forged('2026-01-01 00:00:00+99')],
    ])
      expect((await t.admin.get(`/customers?sort=${sort}&cursor=${cursor}`)).body, `${sort} ${cursor}`).toMatchObject({
        status: 400,
        code: 'cursor.invalid',
        field: 'cursor',
      });
    expect((await t.admin.get(`/customers?filter=${encodeURIComponent('{"not":'.repeat(50))}`)).status).toBe(400);
  });

  it('every operator of every filterable field compiles', async () => {
    const { body } = await t.admin.get('/fields');
    const { operatorsFor } = await import('#shared/operators.ts');
    const sample: Record<string, unknown> = {
      number: 1,
      score: 1,
      boolean: true,
      date: '2024-01-01',
      datetime: '2024-01-01',
      money: { amount: '1', currency: 'CNY' },
      user: t.admin.userId,
      customer: t.admin.userId,
      contact: t.admin.userId,
    };
    for (const field of body.fields.filter(
      (item: { object: string; filterable: boolean }) => item.object === 'customer' && item.filterable,
    )) {
      for (const op of operatorsFor(field.type)) {
        const one = sample[field.type] ?? 'x';
        const value =
          op === 'between'
            ? [one, one]
            : op === 'in' || op === 'notIn'
              ? [one]
              : ['withinLast', 'olderThan', 'withinNext'].includes(op)
                ? { count: 3, unit: 'month' }
                : one;
        const answer = await t.admin.get(
          `/customers/count?filter=${encodeURIComponent(JSON.stringify({ not: { any: [{ field: field.key, op, value }] } }))}`,
        );
        expect(answer.status, `${field.key} ${op} ${JSON.stringify(answer.body)}`).toBe(200);
      }
    }
  });
});

describe('scope', () => {
  it('shows a rep only own customers, in every way in', async () => {
    const anna = await t.as('sales');
    const ben = await t.as('sales');
    const made = await anna.send('POST', '/customers', company({ name: '安娜的客户公司', phones: '13700001234' }));
    expect(made.status).toBe(201);
    const path = `/customers/${made.body.id}`;
    expect((await ben.get(path)).status).toBe(404);
    expect((await ben.send('PATCH', path, { values: { remark: 'x' } }, match(1))).status).toBe(404);
    expect((await ben.get('/search?q=安娜')).body.items).toEqual([]);
    expect((await ben.get('/customers')).body.items).toEqual([]);
    expect((await ben.get(`${path}/timeline`)).status).toBe(404);
    const duplicate = await ben.send('POST', '/customers', company({ name: '新客户', phones: '13700001234' }));
    expect(duplicate.status).toBe(409);
    expect(duplicate.body.data).toEqual({ items: [], hidden: 1 });
    const viewers = await anna.get(`${path}/viewers`);
    expect(viewers.body.items.map((item: { because: string }) => item.because)).toContain('owner');
    expect(viewers.body.items.some((item: { userId: string }) => item.userId === ben.userId)).toBe(false);
  });

  it('leaves out fields above the clearance everywhere', async () => {
    const rep = await t.as('sales');
    const made = await rep.send('POST', '/customers', company({ name: '密级公司' }));
    await t.admin.send(
      'PATCH',
      `/customers/${made.body.id}`,
      { values: { bankAccount: '6222020200112233' } },
      match(1),
    );
    const seen = await rep.get(`/customers/${made.body.id}`);
    expect(seen.body.values.bankAccount).toBeUndefined();
    expect((await rep.get('/customers?fields=name,bankAccount')).status).toBe(400);
    expect(
      (
        await rep.get(
          `/customers?filter=${encodeURIComponent(JSON.stringify({ field: 'bankAccount', op: 'notEmpty' }))}`,
        )
      ).status,
    ).toBe(400);
    expect((await rep.get('/customers?sort=bankAccount')).status).toBe(400);
    const timeline = await rep.get(`/customers/${made.body.id}/timeline`);
    expect(JSON.stringify(timeline.body)).not.toContain('6222020200112233');
    expect((await rep.get(`/customers/${made.body.id}/fields/bankAccount/history`)).status).toBe(400);
  });
});

describe('bulk edit', () => {
  it('previews, runs and is undone except where somebody changed the value since', async () => {
    const ids: string[] = [];
    for (const name of ['批量甲公司', '批量乙公司', '批量丙公司'])
      ids.push((await t.admin.send('POST', '/customers', company({ name, grade: 'C' }))).body.id);
    const change = { query: { ids }, values: { grade: 'B' }, add: { tags: ['vip'] }, reason: '年度调整' };
    const preview = await t.admin.send('POST', '/customers/bulk-changes/preview', change);
    expect(preview.body.count).toEqual({ value: 3, exact: true });
    expect(preview.body.examples[0].changes.grade).toEqual({ from: 'C', to: 'B' });
    const given = { query: { ids }, ownerId: null };
    const giving = await t.admin.send('POST', '/customers/bulk-changes/preview', given);
    const { from } = giving.body.examples[0].changes.ownerId;
    expect(giving.body.examples[0].changes.ownerId.to).toBeNull();
    expect(giving.body.labels[from]).toBe('管理员甲');
    const started = await t.admin.send('POST', '/customers/bulk-changes', change);
    await t.drain();
    const job = await t.admin.get(`/jobs/${started.body.jobId}`);
    expect(job.body).toMatchObject({ state: 'done', result: { changed: 3 } });
    await t.admin.send('PATCH', `/customers/${ids[1]}`, { values: { grade: 'A' } }, match(2));
    const undo = await t.admin.send('POST', `/customers/bulk-changes/${started.body.batchId}/undoing`, undefined);
    await t.drain();
    const undone = await t.admin.get(`/jobs/${undo.body.jobId}`);
    expect(undone.body.result.kept).toEqual([{ customerId: ids[1], name: '批量乙公司', fields: ['grade'] }]);
    const grades = await Promise.all(ids.map(async (id) => (await t.admin.get(`/customers/${id}`)).body.values.grade));
    expect(grades).toEqual(['C', 'A', 'C']);
  });

  it('undone gives back with a former value who had verified it', async () => {
    const { id } = (await t.admin.send('POST', '/customers', company({ name: '已核实还原公司', employees: 20 }))).body;
    await t.admin.send('POST', `/customers/${id}/fields/employees/verification`, { note: '电话核实' }, match(1));
    const employees = async () => {
      const { values, provenance } = (await t.admin.get(`/customers/${id}`)).body;
      return { value: values.employees, ...provenance.employees };
    };
    const before = await employees();
    expect(before).toMatchObject({ value: 20, verifiedBy: '管理员甲', note: '电话核实' });
    const change = { query: { ids: [id] }, values: { employees: 30 }, source: 'observation' };
    const { batchId } = (await t.admin.send('POST', '/customers/bulk-changes', change)).body;
    await t.drain();
    expect(await employees()).toMatchObject({ value: 30, verifiedAt: null });
    await t.admin.send('POST', `/customers/bulk-changes/${batchId}/undoing`, undefined);
    await t.drain();
    expect(await employees()).toEqual(before);
  });

  it('taken up again after a crash goes on behind what it changed and tells all of it', async () => {
    const ids: string[] = [];
    for (const name of ['断电甲公司', '断电乙公司'])
      ids.push((await t.admin.send('POST', '/customers', company({ name, grade: 'C' }))).body.id);
    const { body } = await t.admin.send('POST', '/customers/bulk-changes', { query: { ids }, values: { grade: 'B' } });
    const kept = { after: ids.toSorted()[0], done: 1, total: 2, changed: 1, failed: [] };
    await t.asOwner('update job set result = $1 where id = $2', [JSON.stringify(kept), body.jobId]);
    await t.drain();
    const job = (await t.admin.get(`/jobs/${body.jobId}`)).body;
    expect(job).toMatchObject({ state: 'done', done: 2, total: 2, result: { changed: 2, failed: [] } });
    const grades = await Promise.all(ids.map(async (id) => (await t.admin.get(`/customers/${id}`)).body.values.grade));
    expect(grades.sort()).toEqual(['B', 'C']);
  });

  it('leaves alone what a customer does not have and names those it could not change, with the reason', async () => {
    const make = async (name: string, more = {}) =>
      (await t.admin.send('POST', '/customers', { ...company({ name }), ...more })).body.id as string;
    const parent = await make('经销总部公司');
    const checked = await make('已核实公司');
    const person = await make('陈个人', { kind: 'individual' });
    const ids = [parent, checked, person];
    await t.admin.send('PATCH', `/customers/${checked}`, { values: { employees: 20 } }, match(1));
    await t.admin.send('POST', `/customers/${checked}/fields/employees/verification`, {}, match(2));
    const edit = async (more: object) => {
      const { body } = await t.admin.send('POST', '/customers/bulk-changes', { query: { ids }, ...more });
      await t.drain();
      return body.batchId as string;
    };
    const failures = async (batch: string, client = t.admin) =>
      (await client.get(`/customers/bulk-changes/${batch}/failures`)).body;
    const valuesOf = async (id: string) => (await t.admin.get(`/customers/${id}`)).body.values;

    const asked = { query: { ids }, values: { employees: 30 } };
    const preview = await t.admin.send('POST', '/customers/bulk-changes/preview', asked);
    expect(preview.body.count).toEqual({ value: 2, exact: true });
    expect(preview.body.examples.map((example: { id: string }) => example.id).sort()).toEqual([parent, checked].sort());
    const sizes = await edit({ values: { employees: 30 } });
    const [refused, ...others] = (await failures(sizes)).items;
    expect(refused).toMatchObject({
      customer: { id: checked, name: '已核实公司' },
      field: 'employees',
      code: 'provenance.sourceRequired',
    });
    expect(others).toEqual([]);
    expect((await failures(sizes)).changed).toBe(1);
    expect((await valuesOf(person)).employees).toBeUndefined();
    expect((await failures(await edit({ values: { employees: 30 }, source: 'visit' }))).failed).toBe(0);
    expect((await valuesOf(checked)).employees).toBe(30);

    const hung = await failures(await edit({ values: { parentCustomerId: parent } }));
    expect(hung).toMatchObject({ changed: 2, failed: 1, nextCursor: null });
    expect(hung.items[0]).toMatchObject({ customer: { id: parent }, field: 'parentCustomerId', code: 'tree.circle' });
    const unknown = { query: { ids }, values: { parentCustomerId: '00000000-0000-7000-8000-000000000000' } };
    for (const path of ['/customers/bulk-changes/preview', '/customers/bulk-changes'])
      expect((await t.admin.send('POST', path, unknown)).body.errors?.[0]).toMatchObject({
        field: 'values.parentCustomerId',
        code: 'link.unknown',
      });
    const rep = await t.as('sales');
    expect((await rep.get(`/customers/bulk-changes/${sizes}/failures`)).status).toBe(404);
  });

  it('tells all it could not change though only the first thousand are named, also once it was cancelled', async () => {
    const { body } = await t.admin.send('POST', '/customers/bulk-changes', { query: {}, values: { remark: '多' } });
    const gone = (n: number) => ({
      id: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
      code: 'record.notFound',
    });
    const failed = Array.from({ length: 1000 }, (_, n) => gone(n));
    await t.asOwner('update job set result = $1, state = $2 where id = $3', [
      JSON.stringify({ after: null, done: 2000, total: 2000, changed: 3, failed, failedCount: 1997 }),
      'cancelled',
      body.jobId,
    ]);
    const path = `/customers/bulk-changes/${body.batchId}/failures`;
    const first = (await t.admin.get(`${path}?limit=200`)).body;
    expect(first).toMatchObject({ changed: 3, failed: 1997 });
    expect(first.items[0]).toEqual({ customer: null, field: null, code: 'record.notFound', params: {} });
    let { nextCursor } = first;
    let named = first.items.length;
    while (nextCursor) {
      const page = (await t.admin.get(`${path}?limit=200&cursor=${nextCursor}`)).body;
      named += page.items.length;
      nextCursor = page.nextCursor;
    }
    expect(named).toBe(1000);
    expect((await t.admin.get(`${path}?cursor=x`)).body).toMatchObject({ status: 400, field: 'cursor' });
  });
});
