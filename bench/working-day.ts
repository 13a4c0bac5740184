// `node bench/working-day.ts [customers]`: the parts of Today for a rep with 2,000 customers, and the night's sweep of the public pools
// beside the list, on the data folder `bench/run.ts` makes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createApp } from '#app/app.ts';
import { systemContext } from '#modules/operations/index.ts';
import { createToken, createUser, hashPassword, loadActor } from '#modules/people/index.ts';
import { loadConfig } from '#platform/config.ts';
import { connectDatabase } from '#platform/db/connect.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { inJobTransaction } from '#platform/jobs/runner.ts';
import { createLog } from '#platform/log.ts';
import { newId } from '#shared/ids.ts';
import { start } from './installation.ts';
import { type Call, load } from './load.ts';

const size = Number(process.argv[2] ?? 1_000_000);
const dataDir = join(fileURLToPath(new URL('data', import.meta.url)), String(size));
const { orgId, token } = JSON.parse(readFileSync(join(dataDir, 'bench.json'), 'utf8')) as {
  orgId: string;
  token: string;
};
const log = createLog('silent');
const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

/** A rep with customers, tasks and notes of calls; returns a token of theirs. */
async function makeRep(): Promise<string> {
  const connected = await connectDatabase({ dataDir });
  const app = await createApp({
    config: { ...loadConfig(), dataDir, requestsPerMinute: 1_000_000_000 },
    appUrl: connected.appUrl,
    log,
    jobs: 'all-on-demand',
  });
  try {
    const { id } = await app.db.inOrg(orgId, async (tx) => {
      const role = await tx.selectFrom('role').selectAll().where('key', '=', 'sales').executeTakeFirstOrThrow();
      const grants = JSON.stringify({ ...(role.grants as object), 'token:use': 'all' });
      await tx.updateTable('role').set({ grants }).where('id', '=', role.id).execute();
      const input = { email: `${newId()}@example.com`, name: '测量业务员', lang: 'zh-CN', teamId: null, regionIds: [] };
      const password = await hashPassword('orchard lantern seventeen');
      return createUser(systemContext(tx, orgId), { ...input, roleIds: [role.id] }, password);
    });
    const owner = new pg.Client({ connectionString: connected.ownerUrl });
    await owner.connect();
    await owner.query(
      `update customer set owner_id = $2, claimed_at = now() where org_id = $1 and id in
         (select id from customer where org_id = $1 and state = 'active' offset 3000 limit 2000)`,
      [orgId, id],
    );
    const { rows } = await owner.query<{ id: string }>('select id from customer where owner_id = $1 limit 300', [id]);
    await owner.query('analyze customer');
    await owner.end();
    const actor = await app.db.inOrg(orgId, (tx) => loadActor(tx, orgId, id, 'user', null));
    if (!actor) throw new Error('no rep');
    const made = await inJobTransaction(app.db, actor, newId(), log, (context) =>
      createToken(context, { name: 'bench', scopes: ['*'] }),
    );
    const send = async (path: string, payload: object) => {
      const headers = { authorization: `Bearer ${made.token}` };
      const answer = await app.server.inject({ method: 'POST', url: `/api/v1${path}`, headers, payload });
      if (answer.statusCode >= 400) throw new Error(`${path}: ${answer.body}`);
    };
    for (const [index, row] of rows.entries()) {
      await send('/tasks', { title: `回访 ${index}`, customerId: row.id, dueOn: day((index % 30) - 5) });
      if (index % 3 === 0)
        await send('/activities', {
          customerId: row.id,
          type: 'call',
          subject: '电话',
          happenedAt: new Date(Date.now() - index * 3_600_000).toISOString(),
        });
    }
    return made.token;
  } finally {
    await app.close();
    await connected.stop();
  }
}

const round = (value: number) => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
const get = (path: string) => (): Call => ({ method: 'GET', path: `/api/v1${path}` });
const panels: Record<string, () => Call> = {
  'tasks due': get(`/tasks?assignee=me&to=${day(0)}&limit=30`),
  'tasks to come': get(`/tasks?assignee=me&from=${day(1)}&to=${day(7)}&limit=10`),
  'customers who wait': get('/today/customers'),
  notifications: get('/notifications?unread=true&limit=8'),
  approvals: get('/approvals?box=decide&limit=5'),
  intake: get('/intakes?box=mine&limit=5'),
  birthdays: get('/upcoming-dates?days=7&limit=10'),
  remarks: get('/inspection-remarks?box=mine&state=open&limit=5'),
  'carried cards': get('/carries/mine'),
};

// Data made by an earlier version is migrated by the first start.
await (await start(dataDir)).stop();
const rep = await makeRep();
console.log('| part of Today | connections | p50 ms | p95 ms | errors |\n| --- | ---: | ---: | ---: | ---: |');
const app = await start(dataDir);
try {
  for (const connections of [1, 16]) {
    for (const [name, next] of Object.entries(panels)) {
      await load(app.url, rep, connections, 1, next);
      const sample = await load(app.url, rep, connections, 4, next);
      console.log(`| ${name} | ${connections} | ${round(sample.p50)} | ${round(sample.p95)} | ${sample.errors} |`);
    }
  }
  const list = get('/customers?sort=-updatedAt&limit=50&fields=name,number,grade,country,phones,ownerId,updatedAt');
  const before = await load(app.url, token, 1, 10, list);
  const pool = await fetch(`${app.url}/api/v1/pools`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: `测量公海 ${newId().slice(-6)}`,
      rules: {
        newContactDays: 3650,
        followUp: { other: 3650, grades: { A: 3000 } },
        dealDays: null,
        exemptBuyers: true,
      },
    }),
  });
  if (!pool.ok) throw new Error(await pool.text());
  const connected = await connectDatabase({ dataDir });
  const direct = await createApp({
    config: { ...loadConfig(), dataDir },
    appUrl: connected.appUrl,
    log,
    jobs: 'all-on-demand',
  });
  await direct.db.inOrg(orgId, (tx) => enqueue(systemContext(tx, orgId), { kind: 'customers.poolSweep' }));
  await direct.close();
  const owner = new pg.Client({ connectionString: connected.ownerUrl });
  await owner.connect();
  const running = async () =>
    (await owner.query("select 1 from job where kind = 'customers.poolSweep' and state in ('queued', 'running')")).rows
      .length > 0;
  const started = performance.now();
  const swept = (async () => {
    while (await running()) await new Promise((resolve) => setTimeout(resolve, 200));
    return performance.now() - started;
  })();
  const during = await load(app.url, token, 1, 10, list);
  console.log(`\nsweep of the pools: ${round((await swept) / 1000)} s`);
  console.log(
    `list at 1 connection: p95 ${round(before.p95)} ms before, ${round(during.p95)} ms meanwhile; ${round(before.perSecond)} and ${round(during.perSecond)} a second`,
  );
  await owner.end();
} finally {
  await app.stop();
}
process.exit(0);
