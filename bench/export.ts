/**
 * Measures an export through the API: `node bench/export.ts 100000 [xlsx|csv]`. Fills an installation of its own, exports every customer with
 * 15 columns while somebody keeps opening the customer list, downloads the file, cancels another export half-way, and prints JSON.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import type { ExportView } from '#modules/exchange/contract.ts';
import { connectDatabase } from '#platform/db/connect.ts';
import { createDatabase } from '#platform/db/database.ts';
import type { JobView } from '#shared/jobs.ts';
import { fill } from './fill.ts';
import { settled, setUp, start } from './installation.ts';
import { family, memory, processor, role } from './processes.ts';

const count = Number(process.argv[2] ?? 100_000);
const format = process.argv[3] === 'csv' ? 'csv' : 'xlsx';
const fields = [
  ...['number', 'name', 'kind', 'grade', 'country', 'phones', 'emails', 'websites', 'addresses', 'employees'],
  ...['industry', 'source', 'remark', 'createdAt', 'updatedAt'],
];
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const percentile = (values: number[], share: number) =>
  Math.round(values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0);

const dataDir = mkdtempSync(join(tmpdir(), 'kedang-bench-'));
try {
  const { orgId, userId, token } = setUp(dataDir);
  const connected = await connectDatabase({ dataDir });
  const db = createDatabase(connected.appUrl, 4);
  await fill(db, connected.ownerUrl, orgId, [userId], count);
  await db.close();
  await connected.stop();
  const app = await start(dataDir);
  try {
    const call = async (method: string, to: string, body?: object): Promise<Response> => {
      const answer = await fetch(`${app.url}/api/v1${to}`, {
        method,
        ...(body ? { body: JSON.stringify(body) } : {}),
        headers: {
          authorization: `Bearer ${token}`,
          ...(body ? { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() } : {}),
        },
      });
      if (!answer.ok) throw new Error(`${method} ${to}: ${answer.status} ${await answer.text()}`);
      return answer;
    };
    const ask = async <T>(method: string, to: string, body?: object) =>
      (await (await call(method, to, body)).json()) as T;
    const begin = () =>
      ask<ExportView>('POST', '/exports', { query: {}, fields, format, purpose: 'measured by the bench' });
    const root = app.process.pid ?? 0;
    const postmaster = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    await settled(connected.ownerUrl);
    const cpu = () => ({ app: processor(family(root)), database: processor(family(postmaster)) });
    const idle = memory(family(root));
    const before = cpu();
    const lists: number[] = [];
    const listing = setInterval(() => {
      const at = performance.now();
      void call('GET', '/customers?fields=name,grade,phones,emails&sort=-createdAt&limit=50').then(() =>
        lists.push(performance.now() - at),
      );
    }, 100);
    const started = performance.now();
    let item = await begin();
    const peak = { app: 0, database: 0 };
    const processes: Record<string, number> = {};
    while (!['done', 'failed', 'cancelled'].includes(item.state)) {
      await wait(250);
      peak.app = Math.max(peak.app, memory(family(root)));
      peak.database = Math.max(peak.database, memory(family(postmaster)));
      for (const pid of family(root)) processes[role(pid)] = Math.max(processes[role(pid)] ?? 0, memory([pid]));
      item = await ask('GET', `/exports/${item.id}`);
    }
    const ended = performance.now();
    clearInterval(listing);
    const after = cpu();
    const bytes = (await (await call('GET', `/exports/${item.id}/file`)).arrayBuffer()).byteLength;
    const other = await begin();
    const job = () => ask<JobView>('GET', `/jobs/${other.jobId}`);
    while ((await job()).done < count / 5) await wait(100);
    const cancelled = performance.now();
    await call('POST', `/jobs/${other.jobId}/cancellation`);
    let state = (await job()).state;
    for (; state === 'running'; state = (await job()).state) await wait(20);
    const rounded = (value: Record<string, number>) =>
      Object.fromEntries(Object.entries(value).map(([key, number]) => [key, Math.round(number)]));
    console.log(
      JSON.stringify(
        {
          machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
          ...{ format, state: item.state, rows: item.rows, columns: fields.length },
          seconds: Math.round((ended - started) / 100) / 10,
          megabytes: Math.round(bytes / 1e5) / 10,
          cpuSeconds: rounded({ app: after.app - before.app, database: after.database - before.database }),
          idleMb: Math.round(idle),
          peakMb: rounded(peak),
          peakOfEachProcessMb: rounded(processes),
          listMs: { requests: lists.length, p50: percentile(lists, 0.5), p95: percentile(lists, 0.95) },
          cancelled: { state, afterMs: Math.round(performance.now() - cancelled) },
        },
        null,
        2,
      ),
    );
  } finally {
    await app.stop();
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
