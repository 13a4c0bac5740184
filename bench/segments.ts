// `node bench/segments.ts [customers]`: the count of a segment of twenty conditions while it is written, and the recalculation of
// all classes, on the data folder `bench/run.ts` makes (filled here when it is not there yet).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createApp } from '#app/app.ts';
import { upgradeOrgs } from '#modules/operations/index.ts';
import { loadConfig } from '#platform/config.ts';
import { connectDatabase } from '#platform/db/connect.ts';
import { migrate } from '#platform/db/migrate.ts';
import { createLog } from '#platform/log.ts';
import type { Condition } from '#shared/conditions.ts';
import { fill, filled } from './fill.ts';
import { setUp } from './installation.ts';

const size = Number(process.argv[2] ?? 1_000_000);
const dataDir = join(fileURLToPath(new URL('data', import.meta.url)), String(size));
const made = join(dataDir, 'bench.json');

/** Purchases of two thirds of the customers: few with many, many with few. */
async function buy(ownerUrl: string, orgId: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const { rows } = await owner.query('select 1 from purchase limit 1');
  if (rows.length === 0) {
    await owner.query('set synchronous_commit = off');
    await owner.query(
      `insert into purchase (org_id, id, customer_id, day, amount_minor, currency)
       select c.org_id, gen_random_uuid(), c.id, current_date - (('x' || substr(md5(c.id::text || n), 1, 6))::bit(24)::int % 900),
         100 + ('x' || substr(md5(n || c.id::text), 1, 5))::bit(20)::int, 'CNY'
       from customer c cross join lateral generate_series(1, (hashtext(c.id::text) & 7) - 2) n where c.org_id = $1`,
      [orgId],
    );
    await owner.query('analyze purchase');
  }
  await owner.end();
}

const money = (from: number, count: number): Condition[] =>
  Array.from({ length: count }, (_, index) => ({ field: 'purchaseTotal12m', op: 'gte', value: from + index }));

/** Twenty leaves over texts, lists, choices, numbers and days; the first matches many, the second few. */
const conditions: Record<string, Condition> = {
  many: {
    all: [
      ...money(0, 6),
      { field: 'name', op: 'notContains', value: '不存在' },
      { field: 'emails', op: 'notEmpty' },
      { field: 'country', op: 'in', value: ['CN', 'DE', 'US', 'GB'] },
      { field: 'employees', op: 'gte', value: 10 },
      { field: 'createdAt', op: 'withinLast', value: { count: 10, unit: 'year' } },
      {
        any: [
          { field: 'grade', op: 'eq', value: 'A' },
          { field: 'grade', op: 'eq', value: 'B' },
          { field: 'tags', op: 'notEmpty' },
        ],
      },
      { not: { field: 'employees', op: 'gt', value: 1_900 } },
      { field: 'wechat', op: 'empty' },
      { field: 'mainProducts', op: 'notEmpty' },
      { field: 'kind', op: 'eq', value: 'company' },
      { field: 'source', op: 'notEmpty' },
      { field: 'updatedAt', op: 'withinLast', value: { count: 10, unit: 'year' } },
    ],
  },
  few: {
    all: [
      { field: 'name', op: 'contains', value: '明达' },
      { field: 'grade', op: 'in', value: ['A', 'B'] },
      { field: 'country', op: 'eq', value: 'DE' },
      { field: 'purchaseCount12m', op: 'gte', value: 2 },
      { field: 'lastPurchaseOn', op: 'withinLast', value: { count: 6, unit: 'month' } },
      ...money(100, 15),
    ],
  },
};

mkdirSync(dataDir, { recursive: true });
if (!existsSync(made)) writeFileSync(made, JSON.stringify(setUp(dataDir)));
const { orgId, userId, token } = JSON.parse(readFileSync(made, 'utf8')) as ReturnType<typeof setUp>;
const connected = await connectDatabase({ dataDir });
await migrate(connected.ownerUrl, connected.appRole);
const app = await createApp({
  config: { ...loadConfig(), dataDir, requestsPerMinute: 1_000_000_000 },
  appUrl: connected.appUrl,
  log: createLog('silent'),
  jobs: 'all-on-demand',
});
try {
  if ((await filled(app.db, orgId)) < size) await fill(app.db, connected.ownerUrl, orgId, [userId], size);
  await upgradeOrgs(app.db);
  await buy(connected.ownerUrl, orgId);
  const send = async (path: string, payload?: object) => {
    const started = performance.now();
    const answer = await app.server.inject({
      method: 'POST',
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${token}` },
      ...(payload ? { payload } : {}),
    });
    if (answer.statusCode >= 400) throw new Error(`${path}: ${answer.body}`);
    return { ms: Math.round(performance.now() - started), body: answer.json<Record<string, unknown>>() };
  };
  for (const [name, condition] of Object.entries(conditions)) {
    const rounds = [];
    for (let round = 0; round < 5; round += 1) rounds.push(await send('/segments/count', { condition }));
    console.log(`count, ${name}: ${rounds.map((item) => item.ms).join(' ')} ms`, JSON.stringify(rounds.at(-1)?.body));
  }
  await app.db.inOrg(orgId, (tx) =>
    tx
      .insertInto('job')
      .values({ org_id: orgId, id: crypto.randomUUID(), kind: 'trade.refreshFacts' })
      .onConflict((oc) => oc.doNothing())
      .execute(),
  );
  for (const [name, path] of [
    ['purchase facts', undefined],
    ['all classes, first time', '/class-runs'],
    ['all classes, nothing changed', '/class-runs'],
  ] as const) {
    if (path) await send(path);
    const started = performance.now();
    await app.runner.drain();
    console.log(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
} finally {
  await app.close();
  await connected.stop();
}
