/**
 * Speed of the duplicate check over a large base: `node bench/duplicates-base.ts [customers]`. Fills a database of its own with
 * made-up customers (two in a hundred written twice), sweeps it, then times suggestions as at typing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '#app/app.ts';
import { setUp } from '#modules/operations/index.ts';
import { loadActor } from '#modules/people/index.ts';
import { findSimilar, startSweep } from '#modules/quality/index.ts';
import { startEmbeddedPostgres } from '#platform/db/embedded/index.ts';
import { migrate } from '#platform/db/migrate.ts';
import { inJobTransaction } from '#platform/jobs/runner.ts';
import { createLog } from '#platform/log.ts';
import { newId } from '#shared/ids.ts';

const wanted = Number(process.argv[2] ?? 100_000);
const dataDir = mkdtempSync(join(tmpdir(), 'kedang-duplicates-'));
const server = await startEmbeddedPostgres({ dataDir });
await migrate(server.ownerUrl, 'kedang_app');
const log = createLog('silent');
const app = await createApp({
  config: {
    host: '127.0.0.1',
    port: 0,
    dataDir,
    databaseUrl: undefined,
    publicUrl: 'http://127.0.0.1',
    secure: false,
    smtpUrl: undefined,
    mailFrom: 'bench@localhost',
    logLevel: 'silent',
    requestsPerMinute: 1_000_000,
    trustedProxies: [],
    webhookHosts: [],
    oidc: null,
  },
  appUrl: server.appUrl,
  log,
  jobs: 'all-on-demand',
});
const { orgId, userId } = await setUp(app.db, dataDir, {
  orgName: '测量公司',
  preset: 'general',
  lang: 'zh-CN',
  adminName: '测量员',
  adminEmail: 'bench@example.com',
  password: 'orchard lantern seventeen',
  sample: false,
});
const actor = await app.db.inOrg(orgId, (tx) => loadActor(tx, orgId, userId, 'user', null));
if (!actor) throw new Error('no administrator');

let state = 7;
const pick = <T>(list: readonly T[]): T => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return list[Math.floor((state / 4294967296) * list.length)] as T;
};
const places = ['杭州', '宁波', '上海', '北京', '深圳', '广州', '青岛', '成都', '武汉', '南京', '厦门', '苏州'];
const signs = [...'明达华鑫瑞丰恒泰宏盛安康天海东方金龙永兴德信嘉禾远航博雅新源国泰民生云帆星河青山绿水万通百利'];
const trades = ['贸易', '科技', '物流', '机械', '食品', '纺织', '化工', '电子', '建材', '服饰', '实业', '进出口'];
const digits = (length: number) => Array.from({ length }, () => pick([...'0123456789'])).join('');
const phone = () => `+861${pick([...'35789'])}${digits(9)}`;
let previous = { name: '', phone: '' };
for (let done = 0; done < wanted; ) {
  const rows = Array.from({ length: Math.min(5000, wanted - done) }, (_, index) => {
    const twin = (done + index) % 50 === 49;
    const name = twin
      ? previous.name.replace('有限公司', '有限责任公司')
      : `${pick(places)}${pick(signs)}${pick(signs)}${pick(signs)}${pick(trades)}有限公司`;
    previous = { name, phone: twin ? previous.phone : phone() };
    return { id: newId(), name, number: `B${done + index}`, phone: previous.phone };
  });
  await app.db.inOrg(orgId, async (tx) => {
    await tx
      .insertInto('customer')
      .values(
        rows.map((row) => ({
          org_id: orgId,
          id: row.id,
          number: row.number,
          kind: 'company',
          name: row.name,
          name_sort: row.name,
          phones: JSON.stringify([{ value: row.phone, valid: true }]),
        })),
      )
      .execute();
  });
  done += rows.length;
}
const seconds = (from: number) => Math.round((performance.now() - from) / 100) / 10;
await inJobTransaction(app.db, actor, newId(), log, (context) => startSweep(context));
let started = performance.now();
await app.runner.drain();
const first = seconds(started);
const sweep = await app.db.inOrg(orgId, (tx) => tx.selectFrom('duplicate_sweep').selectAll().executeTakeFirstOrThrow());
await inJobTransaction(app.db, actor, newId(), log, (context) => startSweep(context));
started = performance.now();
await app.runner.drain();
const again = seconds(started);
const times: number[] = [];
for (let turn = 0; turn < 200; turn += 1) {
  const name = `${pick(places)}市${pick(signs)}${pick(signs)}${pick(signs)}${pick(trades)}公司`;
  const at = performance.now();
  await inJobTransaction(app.db, actor, newId(), log, (context) =>
    findSimilar(
      context,
      { object: 'customer', kind: 'company', values: { name, phones: [{ value: phone(), valid: true }] } },
      [],
    ),
  );
  times.push(performance.now() - at);
}
times.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    customers: wanted,
    pairs: sweep.found,
    firstSweepSeconds: first,
    sweepSeconds: again,
    millionMinutes: Math.round((again / wanted) * 1_000_000) / 60,
    typingMs: {
      p50: Math.round(times[100] ?? 0),
      p95: Math.round(times[190] ?? 0),
      worst: Math.round(times[199] ?? 0),
    },
    memoryMb: Math.round(process.memoryUsage.rss() / 1e6),
  }),
);
await app.close();
await server.stop();
rmSync(dataDir, { recursive: true, force: true });
