// `npm run bench [customers …] [--fill]` (`--fill` only makes the data): list, filter, search, open, create and update over HTTP at 1 and 16 connections, beside the same
// SQL sent raw and an empty endpoint. Data folders stay in bench/data, so that a second run measures at once.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { connectDatabase } from '#platform/db/connect.ts';
import { createDatabase } from '#platform/db/database.ts';
import { fill, filled, trades } from './fill.ts';
import { memory, settled, setUp, start } from './installation.ts';
import { type Call, load, loop, type Sample, together } from './load.ts';
import { replay, statementsOf } from './statements.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const sizes = process.argv.slice(2).map(Number).filter(Number.isInteger);
/** App and raw SQL take turns, so that what else slows the machine meanwhile slows both. */
const turns = 3;
const seconds = 2;

interface Prepared {
  dataDir: string;
  token: string;
  orgId: string;
  ids: string[];
  ownerUrl: string;
}

async function prepare(size: number): Promise<Prepared> {
  const dataDir = join(root, 'bench/data', String(size));
  const made = join(dataDir, 'bench.json');
  mkdirSync(dataDir, { recursive: true });
  if (!existsSync(made)) writeFileSync(made, JSON.stringify(setUp(dataDir)));
  // Data made by an earlier version is migrated by the first start.
  else await (await start(dataDir)).stop();
  const { orgId, userId, token } = JSON.parse(readFileSync(made, 'utf8')) as ReturnType<typeof setUp>;
  const connected = await connectDatabase({ dataDir });
  const db = createDatabase(connected.appUrl, 4);
  try {
    if ((await filled(db, orgId)) < size) await fill(db, connected.ownerUrl, orgId, [userId], size);
    const owner = new pg.Client({ connectionString: connected.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query<{ id: string }>('select id from customer tablesample system (1) limit 5000');
    const few =
      rows.length > 100 ? rows : (await owner.query<{ id: string }>('select id from customer limit 5000')).rows;
    await owner.end();
    return { dataDir, token, orgId, ids: few.map((row) => row.id), ownerUrl: connected.ownerUrl };
  } finally {
    await db.close();
    await connected.stop();
  }
}

const fields = 'name,number,grade,country,phones,ownerId,updatedAt';
const filter = encodeURIComponent(
  JSON.stringify({
    all: [
      { field: 'grade', op: 'eq', value: 'A' },
      { field: 'country', op: 'in', value: ['DE', 'US'] },
      { not: { field: 'employees', op: 'lt', value: 100 } },
    ],
  }),
);
const searches = ['杭州', '明达', 'mingda', 'hzmd', '8000123', '贸易', 'company77', '13100'];

/** A name like no other, so that the look for duplicates finds nothing that stops the save, of a trade like the others'. */
const strangeName = () =>
  `${Array.from({ length: 6 }, () => String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 8_000))).join('')}${trades[Math.floor(Math.random() * trades.length)]}`;

/** One call of each operation the issue names. */
function operations({ ids }: Prepared): Record<string, (n: number) => Call> {
  const id = (n: number) => ids[(n * 7919) % ids.length] ?? '';
  return {
    list: () => ({ method: 'GET', path: `/api/v1/customers?sort=-updatedAt&limit=50&fields=${fields}` }),
    filter: () => ({ method: 'GET', path: `/api/v1/customers?sort=name&limit=50&fields=${fields}&filter=${filter}` }),
    search: (n) => ({
      method: 'GET',
      path: `/api/v1/search?limit=12&q=${encodeURIComponent(searches[n % searches.length] ?? '')}`,
    }),
    open: (n) => ({ method: 'GET', path: `/api/v1/customers/${id(n)}` }),
    create: (n) => ({
      method: 'POST',
      path: '/api/v1/customers',
      headers: { 'idempotency-key': `${process.pid}-${Date.now()}-${n}` },
      body: { kind: 'company', values: { name: `${strangeName()}有限公司`, grade: 'B' } },
    }),
  };
}

const round = (value: number) => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
const row = (name: string, connections: number, sample: Sample, ratio: string) =>
  `| ${name} | ${connections} | ${round(sample.p50)} | ${round(sample.p95)} | ${round(sample.p99)} | ${Math.round(sample.perSecond)} | ${ratio} | ${sample.errors} |`;

async function measure(size: number): Promise<string[]> {
  const prepared = await prepare(size);
  const lines = [
    `## ${size.toLocaleString('en')} customers, ${(size * 2).toLocaleString('en')} contacts`,
    '',
    '| operation | connections | p50 ms | p95 ms | p99 ms | req/s | of raw SQL | errors |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  const all = operations(prepared);
  const raw = await statementsOf(prepared.dataDir, prepared.token, { ...all, update: updateOf(prepared) });
  const app = await start(prepared.dataDir);
  const pool = new pg.Pool({ connectionString: raw.appUrl, max: 16 });
  // The database stops with the app: a connection it closes is no fault of the measure.
  pool.on('error', () => {});
  const byApp = (connections: number, next: (n: number) => Call) =>
    load(app.url, prepared.token, connections, seconds, next);
  try {
    await settled(prepared.ownerUrl);
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    const idle = memory(app.process.pid ?? 0, prepared.dataDir);
    for (const connections of [1, 16]) {
      const empty = await byApp(connections, () => ({ method: 'GET', path: '/healthz' }));
      lines.push(row('empty endpoint', connections, empty, ''));
      for (const name of [...Object.keys(all), 'update']) {
        const direct = replay(pool, raw.recorded[name] ?? []);
        const next = async () => all[name] ?? (await updates(app.url, prepared));
        await byApp(connections, await next());
        await loop(connections, seconds, direct);
        const samples: Sample[] = [];
        const directs: Sample[] = [];
        for (let turn = 0; turn < turns; turn += 1) {
          samples.push(await byApp(connections, await next()));
          directs.push(await loop(connections, seconds, direct));
        }
        const sample = together(samples);
        const share = Math.round((sample.perSecond / together(directs).perSecond) * 100);
        lines.push(row(name, connections, sample, `${share} %`));
      }
    }
    lines.push(
      '',
      `Idle memory after 15 s: app ${Math.round(idle.app)} MB + database ${Math.round(idle.database)} MB (PSS).`,
      '',
    );
  } finally {
    await pool.end();
    await app.stop();
  }
  return lines;
}

/** An update as SQL sees it: the version does not matter for the replay, any value is compared the same way. */
const updateOf =
  ({ ids }: Prepared) =>
  (n: number): Call => ({
    method: 'PATCH',
    path: `/api/v1/customers/${ids[n % ids.length] ?? ''}`,
    headers: { 'if-match': '*' },
    body: { values: { remark: `备注 ${n} ${Date.now()}` } },
  });

/** Cards are changed one after the other, each with the version its last answer gave: an update needs the version it is based on. */
async function updates(url: string, { ids, token }: Prepared): Promise<(n: number) => Call> {
  const mine = ids.slice(0, 500);
  const versions = new Map<string, string>();
  for (const id of mine) {
    const answer = await fetch(`${url}/api/v1/customers/${id}`, { headers: { authorization: `Bearer ${token}` } });
    versions.set(id, answer.headers.get('etag') ?? '');
  }
  const free = [...mine];
  return (n) => {
    const id = free.shift() ?? '';
    return {
      method: 'PATCH',
      path: `/api/v1/customers/${id}`,
      headers: { 'if-match': versions.get(id) ?? '' },
      body: { values: { remark: `备注 ${n} ${performance.now()}` } },
      answered: (_status, headers) => {
        versions.set(id, headers.etag ?? headers.ETag ?? '');
        free.push(id);
      },
    };
  };
}

const report = [
  '# Measured',
  '',
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, embedded PostgreSQL with default settings; load generator on the same machine.`,
  '"of raw SQL": requests per second against the same statements of that request sent without the app by a pool of the same size, in turns with the app.',
  '',
];
for (const size of sizes.length > 0 ? sizes : [10_000, 1_000_000]) {
  if (process.argv.includes('--fill')) {
    await prepare(size);
    continue;
  }
  report.push(...(await measure(size)));
  process.stderr.write(`${size} done\n`);
}
if (process.argv.includes('--fill')) process.exit(0);
const out = join(root, 'bench/results/http.md');
mkdirSync(join(root, 'bench/results'), { recursive: true });
writeFileSync(out, `${report.join('\n')}\n`);
console.log(report.join('\n'));
process.exit(0);
