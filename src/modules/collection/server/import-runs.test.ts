import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { csv, type Grid, importer } from '#test/imports.ts';
import { withRole } from '#test/people.ts';

let t: TestApp;
const { upload, run, importRows, errorsOf, undo, find, people, figures } = importer(() => t);
beforeAll(async () => {
  t = await startTestApp('general');
});
afterAll(() => t.close());

const head = ['客户公司名称', '联系人', '电话', '邮箱', '信用代码', '备注', '国家'];
const card = async (id: string): Promise<Json> => (await t.admin.get(`/customers/${id}`)).body;

describe('owner of new customers', () => {
  const sheet = ['公司名称', '负责人'];

  it('is the importer, one person, whoever a column names, or nobody', async () => {
    const seller = await t.as('sales');
    const { name, email } = (await seller.get('/session')).body.user;
    const ownerOf = async (company: string) => (await card((await find(company))[0].id)).owner?.id ?? null;
    await importRows([['公司名称'], ['归我公司']]);
    expect(await ownerOf('归我公司')).toBe(t.admin.userId);
    await importRows([['公司名称'], ['归人公司']], { owner: { way: 'person', personId: seller.userId } });
    expect(await ownerOf('归人公司')).toBe(seller.userId);
    expect((await card((await find('归人公司'))[0].id)).team?.id ?? null).toBe(
      (await seller.get('/session')).body.user.team?.id ?? null,
    );
    await importRows([['公司名称'], ['无主公司']], { owner: { way: 'none' } });
    expect(await ownerOf('无主公司')).toBe(null);
    const draft = (
      await upload(
        '负责人.csv',
        csv([
          sheet,
          ['按名公司', name],
          ['按邮箱公司', email.toUpperCase()],
          ['空白公司', ''],
          ['没人公司', '查无此人'],
        ]),
      )
    ).body;
    expect(draft.options).toMatchObject({ mapping: { 1: 'customer.owner' }, owner: { way: 'column' } });
    const done = await run(draft);
    expect(figures(done)).toEqual({ created: 3, updated: 0, skipped: 0, failed: 1 });
    expect(await errorsOf(done)).toMatchObject([
      { row: 5, column: '负责人', value: '查无此人', code: 'import.nobody' },
    ]);
    expect(await Promise.all(['按名公司', '按邮箱公司', '空白公司'].map(ownerOf))).toEqual([
      seller.userId,
      seller.userId,
      null,
    ]);
  });

  it('is refused where it cannot be meant', async () => {
    const start = async (options: Json, client = t.admin, rows: Grid = [['公司名称'], ['拒绝公司']]) => {
      const draft = (await upload('o.csv', csv(rows), undefined, client)).body;
      const changed = await client.send('PATCH', `/imports/${draft.id}`, options, match(1));
      if (changed.status !== 200) return changed;
      return client.send('POST', `/imports/${draft.id}/start`, undefined, match(2));
    };
    const codeOf = async (answer: ReturnType<typeof start>) =>
      (await answer).body.errors?.[0]?.code ?? (await answer).body.code;
    expect(await codeOf(start({ owner: { way: 'column' } }))).toBe('import.ownerColumn');
    expect(await codeOf(start({ owner: { way: 'person' } }))).toBe('import.ownerPerson');
    const stranger = '01900000-0000-7000-8000-000000000000';
    expect(await codeOf(start({ owner: { way: 'person', personId: stranger } }))).toBe('link.unknown');
    expect((await start({ owner: { way: 'everybody' } })).status).toBe(422);
    const seller = await t.as('sales');
    expect((await start({ owner: { way: 'person', personId: seller.userId } }, seller)).status).toBe(403);
    // Without the right to assign the column is not even offered.
    const draft = (await upload('o.csv', csv([sheet, ['x公司', '谁']]), undefined, seller)).body;
    expect(draft.options).toMatchObject({ mapping: { 0: 'customer.name' }, owner: { way: 'me' } });
  });
});

describe('running', () => {
  const many = (tail: string, count: number): Grid => [
    head,
    ...Array.from({ length: count }, (_, n) => [`${tail}${n}公司`, '', '', '', '', '', '']),
  ];

  it('is cancelled while it waits', async () => {
    const draft = (await upload('q.csv', csv(many('等待', 3)))).body;
    const started = await t.admin.send('POST', `/imports/${draft.id}/start`, undefined, match(draft.version));
    const cancelled = await t.admin.send('POST', `/jobs/${started.body.jobId}/cancellation`);
    expect(cancelled.status, JSON.stringify(cancelled.body)).toBe(200);
    expect((await t.admin.get(`/imports/${draft.id}`)).body.state).toBe('cancelled');
    await t.drain();
    expect(await find('等待0公司')).toEqual([]);
  });

  it('goes on after the last committed batch when its process died, and writes no row twice', async () => {
    const draft = (await upload('r.csv', csv(many('重启', 1200)))).body;
    await t.admin.send('POST', `/imports/${draft.id}/start`, undefined, match(draft.version));
    const inOrg = <T>(work: Parameters<typeof t.app.db.inOrg<T>>[1]) => t.app.db.inOrg(t.orgId, work);
    // A process that was killed after its first batch: 500 rows in the database, the job claimed, its lease over.
    const running = t.drain();
    for (let done = 0; done === 0; ) done = (await t.admin.get(`/imports/${draft.id}`)).body.rows.done;
    await inOrg((tx) =>
      sql`update job set locked_by = 'somebody else', lease_until = now() - interval '1 minute' where org_id = ${t.orgId} and kind = 'collection.import' and state = 'running'`.execute(
        tx,
      ),
    );
    await running;
    // Who goes on may meet the other's last batch, and then comes again after a pause.
    for (let tries = 0; tries < 4; tries += 1) {
      await inOrg((tx) =>
        sql`update job set run_at = now() where org_id = ${t.orgId} and state = 'queued'`.execute(tx),
      );
      await t.drain();
    }
    const done = (await t.admin.get(`/imports/${draft.id}`)).body;
    expect([done.state, figures(done)]).toEqual(['done', { created: 1200, updated: 0, skipped: 0, failed: 0 }]);
    const count = await inOrg((tx) =>
      sql<{
        all: number;
        names: number;
      }>`select count(*) as all, count(distinct name) as names from customer where org_id = ${t.orgId} and name like '重启%'`.execute(
        tx,
      ),
    );
    expect(count.rows[0]).toEqual({ all: 1200, names: 1200 });
  }, 60_000);

  it('writes batches side by side with numbers in the order of the sheet, and knows a twin in the batch beside', async () => {
    const rows = many('并行', 1300);
    // The last row of the first batch once more as the first of the second, and two thirds down.
    rows.splice(400, 1, rows[399] ?? []);
    rows.splice(900, 1, rows[300] ?? []);
    const done = await importRows(rows);
    expect(figures(done)).toEqual({ created: 1298, updated: 0, skipped: 2, failed: 0 });
    const found = await t.asOwner(
      `select name, number from customer where batch_id = $1 order by substring(name from '[0-9]+')::integer`,
      [done.id],
    );
    const numbers = found.map((row: { number: string }) => row.number);
    expect(numbers).toEqual(numbers.toSorted());
    expect(new Set(numbers).size).toBe(1298);
  }, 60_000);

  it('rows of one company are its several people, also when known ones are skipped; a shared number alone joins nobody', async () => {
    const head = ['公司名称', '联系人', '手机', '电话', '国家'];
    const first = await importRows([head, ['群友公司', '甲', '13700002001', '057188990001', '']]);
    const done = await importRows([
      head,
      ['群英公司', '甲', '13700002011', '057188990011', ''],
      ['群英公司', '乙', '13700002012', '', '中国'],
      ['群英公司', '甲', '13700002011', '057188990011', '中国'],
      ['群雄公司', '丙', '', '057188990011', ''],
      ['群友公司', '丁', '13700002002', '', '中国'],
    ]);
    expect(figures(done)).toEqual({ created: 1, updated: 1, skipped: 3, failed: 0 });
    const [company] = await find('群英公司');
    expect(company.values.country).toBe('CN');
    expect((await people(company.id)).map((person) => person.values.name).sort()).toEqual(['乙', '甲']);
    const skipped = (await t.admin.get(`/imports/${done.id}/skipped-rows`)).body.items;
    expect(skipped.map((item: Json) => [item.row, item.reason, item.because])).toEqual([
      [4, 'same', 'phone'],
      [5, 'known', 'phone'],
      [6, 'known', 'name'],
    ]);
    expect(await people((await find('群友公司'))[0].id)).toHaveLength(1);
    await undo(done);
    expect(await find('群英公司')).toEqual([]);
    await undo(first);
  });

  it('two of the same sheet at once make every customer once', async () => {
    const bytes = csv(many('同时', 700));
    const drafts = await Promise.all([upload('a.csv', bytes), upload('b.csv', bytes)]);
    for (const { body } of drafts)
      await t.admin.send('POST', `/imports/${body.id}/start`, undefined, match(body.version));
    await Promise.all([t.drain(), t.drain()]);
    const done = await Promise.all(drafts.map(async ({ body }) => (await t.admin.get(`/imports/${body.id}`)).body));
    expect(done.map((item) => item.state)).toEqual(['done', 'done']);
    expect(done[0].rows.created + done[1].rows.created).toBe(700);
    expect(done[0].rows.skipped + done[1].rows.skipped).toBe(700);
  }, 60_000);

  it('stops at a clean step when cancelled, and can be undone', async () => {
    const draft = (await upload('c.csv', csv(many('取消', 3000)))).body;
    const started = await t.admin.send('POST', `/imports/${draft.id}/start`, undefined, match(draft.version));
    // Somebody who cancels at the very moment the first rows are in.
    await t.asOwner(`create function cancel_job() returns trigger language plpgsql as $$
      begin update job set cancel_requested = true where id = new.job_id; return null; end $$`);
    await t.asOwner(`create trigger cancel_job after update of rows_done on import_run
      for each row when (new.rows_done > 0) execute function cancel_job()`);
    await t.drain();
    await t.asOwner('drop trigger cancel_job on import_run');
    const done = (await t.admin.get(`/imports/${draft.id}`)).body;
    expect(done.state).toBe('cancelled');
    expect(done.rows.created).toBeGreaterThan(0);
    expect(done.rows.created).toBeLessThan(3000);
    expect((await t.admin.get(`/jobs/${started.body.jobId}`)).body.state).toBe('cancelled');
    expect((await undo(done)).state).toBe('undone');
    expect(await find('取消0公司')).toEqual([]);
  }, 60_000);

  it('cancelled when nothing is left to do is done, and so are its undo and a bulk change', async () => {
    // Somebody who cancels at the very moment the last step is under way.
    await t.asOwner(`create function cancel_running() returns trigger language plpgsql as $$
      begin update job set cancel_requested = true where state = 'running'; return null; end $$`);
    await t.asOwner(`create trigger cancel_running after insert on event
      for each row when (new.kind in ('customer.created', 'customer.updated', 'customer.undone')) execute function cancel_running()`);
    try {
      const done = await importRows([['公司名称'], ['最后一步公司']]);
      expect(done).toMatchObject({ state: 'done', rows: { created: 1 } });
      const ids = [(await find('最后一步公司'))[0].id];
      const bulk = await t.admin.send('POST', '/customers/bulk-changes', { query: { ids }, values: { grade: 'B' } });
      await t.drain();
      const jobOf = async (id: string) => (await t.admin.get(`/jobs/${id}`)).body;
      expect(await jobOf(bulk.body.jobId)).toMatchObject({ state: 'done', done: 1, total: 1, result: { changed: 1 } });
      const back = await t.admin.send('POST', `/customers/bulk-changes/${bulk.body.batchId}/undoing`);
      await t.drain();
      expect(await jobOf(back.body.jobId)).toMatchObject({ state: 'done', result: { undone: 1 } });
      expect((await undo(await importRows([['公司名称'], ['最后撤销公司']]))).state).toBe('undone');
      expect(await find('最后撤销公司')).toEqual([]);
      const cancelled = await t.asOwner(`select count(*)::int as n from job where cancel_requested and state = 'done'`);
      expect(cancelled[0].n).toBeGreaterThanOrEqual(4);
    } finally {
      await t.asOwner('drop trigger cancel_running on event');
    }
  });
});

describe('rights', () => {
  it('writes no field above the importer’s clearance and changes nobody out of scope', async () => {
    const seller = await t.as('sales');
    const before = await importRows([head, ['管理员的公司', '', '13611110000', '', '', '旧', '']]);
    expect(before.rows.created).toBe(1);
    const draft = (
      await upload(
        's.csv',
        csv([
          ['公司名称', '电话', '银行账号', '备注'],
          ['销售公司', '', '62220000', ''],
        ]),
        undefined,
        seller,
      )
    ).body;
    expect(Object.values(draft.options.mapping)).not.toContain('customer.bankAccount');
    const forced = await seller.send(
      'PATCH',
      `/imports/${draft.id}`,
      { mapping: { 0: 'customer.name', 2: 'customer.bankAccount' } },
      match(draft.version),
    );
    expect([forced.status, forced.body.code]).toEqual([400, 'field.unknown']);
    const done = await run(draft, seller);
    const [own] = await find('销售公司', seller);
    expect((await card(own.id)).owner.id).toBe(seller.userId);
    expect(done.rows.created).toBe(1);
    const touched = await importRows(
      [head, ['别名公司', '', '13611110000', '', '', '偷改', '']],
      { duplicates: 'update' },
      seller,
    );
    expect(figures(touched)).toEqual({ created: 0, updated: 0, skipped: 1, failed: 0 });
    expect(await errorsOf(touched, seller)).toEqual([]);
    expect((await find('管理员的公司'))[0].values.remark).toBe('旧');
    // Somebody else's import is not there.
    const stranger = await t.as('sales');
    for (const path of ['', '/errors', '/rejected-rows', '/skipped-rows'])
      expect((await stranger.get(`/imports/${done.id}${path}`)).status).toBe(404);
    // The right to make customers must last until each row is written.
    const late = await withRole(t, { 'customer:read': 'own', 'customer:create': 'all', 'import:run': 'all' });
    const waiting = (await upload('w.csv', csv([['公司名称'], ['太迟的公司']]), undefined, late)).body;
    const started = await late.send('POST', `/imports/${waiting.id}/start`, undefined, match(waiting.version));
    expect(started.status, JSON.stringify(started.body)).toBe(202);
    await t.asOwner(`update role set grants = grants - 'customer:create' where id = $1`, [late.roleId]);
    await t.drain();
    expect((await late.get(`/imports/${waiting.id}`)).body).toMatchObject({ state: 'failed', rows: { created: 0 } });
    const auditor = await t.as('auditor');
    expect((await auditor.get('/imports')).status).toBe(403);
    expect((await upload('x.csv', 'a,b', undefined, auditor)).status).toBe(403);
  });
});
