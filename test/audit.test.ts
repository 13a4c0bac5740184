import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { checkpointFolder } from '#modules/operations/index.ts';
import { exportCheckpoint, sealLogs, verifyLogs } from '#platform/audit/seal.ts';
import { openVault, type Vault } from '#platform/crypto/index.ts';
import { appendOnlyTables } from '#platform/db/migrate.ts';
import { type Json, match, startTestApp, type TestApp } from './app.ts';
import { companyDay } from './company-day.ts';

let t: TestApp;
let vault: Vault;
beforeAll(async () => {
  t = await startTestApp();
  vault = openVault(t.dataDir);
});
afterAll(() => t.close());

const verify = () => verifyLogs(t.app.db, t.orgId, vault, checkpointFolder(t.dataDir));
const seal = () => sealLogs(t.app.db, t.orgId);
/** Runs a scheduled job now. */
async function runJob(kind: string): Promise<void> {
  await t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), $2)`, [t.orgId, kind]);
  await t.drain();
}
const make = async (name: string) =>
  (await t.admin.send('POST', '/customers', { kind: 'company', values: { name } })).body.id as string;

/** Does something as the owner of the database, looks what verification says, and puts everything back. */
async function tamper(statement: string, ...values: unknown[]): Promise<Json> {
  const tables = ['event', 'access_log', 'audit_block', 'audit_pending'];
  for (const table of tables) await t.asOwner(`create table kept_${table} as table ${table}`);
  await t.asOwner('alter table event disable trigger user; alter table access_log disable trigger user');
  try {
    await t.asOwner(statement, values);
    return (await verify()).problem;
  } finally {
    for (const table of tables)
      await t.asOwner(`delete from ${table}; insert into ${table} table kept_${table}; drop table kept_${table}`);
    await t.asOwner('alter table event enable trigger user; alter table access_log enable trigger user');
  }
}

describe('the sealed log', () => {
  let ids: string[];
  beforeAll(async () => {
    for (const name of ['甲', '乙', '丙']) {
      await make(`封存${name}公司`);
      await seal();
    }
    ids = (await t.asOwner(`select id from event where kind = 'customer.created' order by id`)).map((row) => row.id);
  });

  it('is intact as the app wrote it', async () => {
    const report = await verify();
    expect(report).toMatchObject({ ok: true, pending: 0, problem: null });
    expect(report.records).toBe(
      (await t.asOwner('select (select count(*) from event) + (select count(*) from access_log) as n'))[0].n,
    );
    expect(report.blocks).toBeGreaterThanOrEqual(3);
  });

  it.each([
    [
      'a changed value',
      `update event set changes = jsonb_set(changes, '{name,to}', '"别的"') where id = $1`,
      'changed',
    ],
    ['another author', `update event set actor_name = '别人' where id = $1`, 'changed'],
    ['another time', `update event set at = at - interval '1 second' where id = $1`, 'changed'],
    ['a removed record', 'delete from event where id = $1', 'missing'],
  ])('names the first bad record after %s', async (_, statement, what) => {
    expect(await tamper(statement, ids[1])).toMatchObject({ what, log: 'event', id: ids[1] });
    expect((await verify()).ok).toBe(true);
  });

  it('notices a changed access record, a block rewritten, left out or put in', async () => {
    await t.admin.get('/customers');
    await seal();
    expect(
      await tamper(`update access_log set detail = '{}' where id = (select max(id::text)::uuid from access_log)`),
    ).toMatchObject({
      what: 'changed',
      log: 'access_log',
    });
    expect(
      await tamper('update audit_block set digests[1] = sha256($1::bytea) where seq = 2', Buffer.from('x')),
    ).toMatchObject({
      what: 'chain',
      block: 2,
    });
    expect(await tamper('delete from audit_block where seq = 2')).toMatchObject({ what: 'chain', block: 2 });
    const swap = 'update audit_block set seq = case seq when 1 then -2 else -1 end where seq in (1, 2)';
    expect(await tamper(`${swap}; update audit_block set seq = -seq where seq < 0`)).toMatchObject({
      what: 'chain',
      block: 1,
    });
    expect(
      await tamper(`insert into event (org_id, id, kind, subject_kind, subject_id, actor_kind, actor_name)
        values ('${t.orgId}', '01900000-0000-7000-8000-000000000000', 'x.y', 'x', '${t.orgId}', 'user', 'x')`),
    ).toMatchObject({ what: 'unsealed', id: '01900000-0000-7000-8000-000000000000' });
  });

  it('notices a tail cut off, by the signed head', async () => {
    await make('尾巴公司');
    await runJob('operations.seal');
    const cut = `with last as (delete from audit_block where seq = (select max(seq) from audit_block) returning log, record_ids)
      , gone as (delete from event where id in (select unnest(record_ids) from last)) delete from access_log where id in (select unnest(record_ids) from last)`;
    expect(await tamper(cut)).toMatchObject({ what: 'checkpoint' });
    const file = join(checkpointFolder(t.dataDir), readdirSync(checkpointFolder(t.dataDir))[0] ?? '');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/\\"seq\\":\d+/, '\\"seq\\":1'));
    expect((await verify()).problem).toMatchObject({ what: 'checkpoint', id: `${t.orgId}-head.json` });
    writeFileSync(file, 'rubbish');
    expect((await verify()).problem).toMatchObject({ what: 'checkpoint' });
    rmSync(file);
    expect(await exportCheckpoint(t.app.db, t.orgId, vault, checkpointFolder(t.dataDir))).toMatch(/\d{12}\.json$/);
    expect((await verify()).ok).toBe(true);
  });

  it('keeps the proof when a cut tail is changed and sealed anew', async () => {
    await make('重封公司');
    await runJob('operations.seal');
    await t.asOwner('alter table event disable trigger user');
    await t.asOwner(`with cut as (delete from audit_block where seq >= (select max(seq) from audit_block where log = 'event') returning org_id, log, record_ids)
      insert into audit_pending (org_id, log, record_id) select org_id, log, unnest(record_ids) from cut`);
    await t.asOwner(`update event set actor_name = '别人' where id in (select record_id from audit_pending)`);
    await t.asOwner('alter table event enable trigger user');
    await runJob('operations.seal');
    await make('随后公司');
    await runJob('operations.seal');
    expect((await verify()).problem).toMatchObject({ what: 'checkpoint', id: `${t.orgId}-head.json` });
    // The chain by itself is sound: only the head kept beside it knew.
    rmSync(checkpointFolder(t.dataDir), { recursive: true });
    expect((await verify()).ok).toBe(true);
  });

  it('shows a record removed before it was sealed', async () => {
    const id = await make('未封公司');
    const [event] = await t.asOwner(`select id from event where customer_id = $1`, [id]);
    const kept = await t.asOwner('select * from event where id = $1', [event.id]);
    await t.asOwner('delete from event where id = $1', [event.id]);
    await seal();
    expect((await verify()).problem).toMatchObject({ what: 'missing', id: event.id });
    expect(kept).toHaveLength(1);
    // Nothing puts this back: the block stays as evidence. The other tests begin a chain of their own.
    await t.asOwner('truncate event, access_log, audit_block, audit_pending');
    rmSync(checkpointFolder(t.dataDir), { recursive: true, force: true });
  });

  it('is sealed once by any number of processes, also while it is being verified', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => make(`并发${index}公司`)));
    const reports = await Promise.all([
      seal(),
      verify(),
      seal(),
      make('同时公司').then(seal),
      verify(),
      seal(),
      verify(),
    ]);
    for (const report of reports) if (typeof report === 'object') expect(report.problem).toBeNull();
    await seal();
    expect(await verify()).toMatchObject({ ok: true, pending: 0 });
  });
});

describe('the role of the app', () => {
  it('may add to the log and nothing else', async () => {
    const client = new pg.Client({
      connectionString: inject('postgres').appUrl.replace(/\/[^/]*$/, new URL(t.ownerUrl).pathname),
    });
    await client.connect();
    try {
      await client.query(`set app.org_id = '${t.orgId}'`);
      for (const table of appendOnlyTables) {
        for (const statement of [`update ${table} set org_id = org_id`, `delete from ${table}`, `truncate ${table}`])
          await expect(client.query(statement), statement).rejects.toThrow(/permission denied/);
        await expect(client.query(`drop table ${table}`)).rejects.toThrow(/must be owner/);
        await expect(client.query(`alter table ${table} disable row level security`)).rejects.toThrow(/must be owner/);
      }
      const { rows } = await client.query('select count(*)::int as n from event');
      expect(rows[0].n).toBeGreaterThan(0);
      await client.query('reset app.org_id');
      for (const table of ['event', 'customer', 'app_user', 'session'])
        expect((await client.query(`select count(*)::int as n from ${table}`)).rows[0].n, table).toBe(0);
      await client.query(`set app.org_id = '${t.orgId}'`);
      await expect(
        client.query(
          `insert into team (org_id, id, name, path) values (gen_random_uuid(), gen_random_uuid(), 'x', '{}')`,
        ),
      ).rejects.toThrow(/row-level security/);
    } finally {
      await client.end();
    }
  });

  it('is kept from every table of another company', async () => {
    const open =
      await t.asOwner(`select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
      where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not c.relrowsecurity`);
    expect(open).toEqual([]);
  });
});

describe('the access log', () => {
  it('has every view, search, list, count, export and refusal', async () => {
    const id = await make('被看公司');
    const contact = (await t.admin.send('POST', '/contacts', { customerId: id, values: { name: '被看人' } })).body;
    await t.asOwner('truncate access_log');
    const sales = await t.as('sales');
    const today = companyDay();
    const looks: [string, string][] = [
      [`/customers/${id}`, 'view'],
      [`/customers/${id}/timeline`, 'view'],
      [`/customers/${id}/as-of?date=${today}`, 'view'],
      [`/customers/${id}/fields/name/history`, 'view'],
      [`/customers/${id}/viewers`, 'view'],
      [`/contacts/${contact.id}`, 'view'],
      [`/contacts?customerId=${id}`, 'list'],
      ['/customers', 'list'],
      ['/customers/count', 'list'],
      ['/search?q=被看', 'search'],
      ['/audit', 'view'],
    ];
    const logged = async () => {
      const rows = await t.asOwner('select action, customer_id, actor_name, detail from access_log order by id');
      await t.asOwner('truncate access_log');
      return rows;
    };
    for (const [path, action] of looks) {
      expect((await t.admin.get(encodeURI(path))).status, path).toBe(200);
      const rows = await logged();
      expect(
        rows.map((row: Json) => row.action),
        path,
      ).toEqual([action]);
      if (path.includes(id)) expect(rows[0].customer_id, path).toBe(id);
    }
    await t.admin.send('POST', '/customers/duplicates', { kind: 'company', values: { name: '被看公司' } });
    expect((await logged()).map((row: Json) => row.action)).toEqual(['search']);
    const values = { remark: '批量' };
    await t.admin.send('POST', '/customers/bulk-changes/preview', { query: { ids: [id] }, values });
    expect((await logged()).map((row: Json) => row.action)).toEqual(['list']);

    expect((await sales.get('/audit')).status).toBe(403);
    // Refused by the handler, not by the door: the same trace.
    const foreign = { kind: 'company', values: { name: '替人公司' }, ownerId: t.admin.userId };
    expect((await sales.send('POST', '/customers', foreign)).status).toBe(403);
    const denied = (await logged()).map((row: Json) => [
      row.action,
      row.actor_name,
      row.detail.permission,
      row.detail.path,
    ]);
    expect(denied).toEqual([
      ['denied', 'sales用户', 'audit:read', '/api/v1/audit'],
      ['denied', 'sales用户', 'customer:assign', '/api/v1/customers'],
    ]);
    const run = await t.admin.send('POST', '/exports', {
      query: { ids: [id] },
      fields: ['name'],
      format: 'csv',
      purpose: '审计测试',
    });
    await t.drain();
    expect((await t.admin.get(`/exports/${run.body.id}/file`)).status).toBe(200);
    const exported = (await logged()).filter((row: Json) => ['export', 'download'].includes(row.action));
    expect(exported.map((row: Json) => row.action)).toEqual(['export', 'download']);
    expect(exported[0].detail).toMatchObject({ purpose: '审计测试', rows: 1, fields: ['name'] });
  });

  it('is read by the auditor without the values', async () => {
    const id = await make('机密往来公司');
    await t.admin.send('PATCH', `/customers/${id}`, { values: { remark: '绝密内容' } }, match(1));
    const auditor = await t.as('auditor');
    const page = await auditor.get(`/audit?log=event&customerId=${id}&limit=1`);
    expect(page.body.items[0]).toMatchObject({
      what: 'customer.updated',
      fields: ['remark'],
      customerName: '机密往来公司',
    });
    expect(JSON.stringify(page.body)).not.toContain('绝密内容');
    const next = await auditor.get(`/audit?log=event&customerId=${id}&limit=1&cursor=${page.body.nextCursor}`);
    expect(next.body.items[0].what).toBe('customer.created');
    expect((await auditor.send('POST', '/audit/verification')).body.problem?.what).toBe('missing');
  });
});

describe('a running installation', () => {
  const env = () => ({
    ...process.env,
    DATABASE_URL: t.ownerUrl,
    KEDANG_DATA: t.dataDir,
    PORT: '0',
    LOG_LEVEL: 'error',
    NODE_NO_WARNINGS: '1',
  });
  const audit = () =>
    spawnSync(process.execPath, ['src/app/cli.ts', 'audit-verify'], { env: env(), encoding: 'utf8', timeout: 20_000 });

  it('tells its health, verifies its log from outside and stops cleanly', async () => {
    await t.asOwner('truncate event, access_log, audit_block, audit_pending');
    await make('运行公司');
    await seal();
    const app = spawn(process.execPath, ['src/app/main.ts'], { env: env(), stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => app.once('exit', resolve));
    const url = await new Promise<string>((resolve, reject) => {
      app.once('exit', () => reject(new Error('the app did not start')));
      app.stdout.on('data', (chunk: Buffer) => {
        const found = /http:\/\/[\d.]+:\d+/.exec(chunk.toString());
        if (found) resolve(found[0]);
      });
    });
    try {
      const health = await fetch(`${url}/healthz`);
      expect([health.status, await health.json()]).toEqual([200, { up: true, version: expect.any(String) }]);
      const ready = await fetch(`${url}/readyz`);
      expect([ready.status, await ready.json()]).toEqual([200, { ready: true }]);

      const good = audit();
      expect([good.status, JSON.parse(good.stdout)], good.stderr).toMatchObject([
        0,
        { orgId: t.orgId, ok: true, problem: null },
      ]);
      const [event] = await t.asOwner(`select id from event where kind = 'customer.created'`);
      await t.asOwner(`update event set actor_name = '别人' where id = $1`, [event.id]);
      const bad = audit();
      expect(bad.status).toBe(1);
      expect(JSON.parse(bad.stdout).problem).toMatchObject({ what: 'changed', log: 'event', id: event.id });

      // A request under way is answered before the app ends.
      const last = fetch(`${url}/api/v1/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'admin@example.com', password: 'wrong on purpose' }),
      });
      await new Promise((resolve) => setTimeout(resolve, 60));
      app.kill('SIGTERM');
      expect((await last).status).toBe(401);
      expect(await ended).toBe(0);
    } finally {
      app.kill('SIGKILL');
    }
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});
