/**
 * Measures an import through the API: `node bench/import.ts 100000 [xlsx|csv]`. Starts an installation of its own, generates
 * rows of 15 columns, imports them while somebody keeps opening the customer list, takes the import back, and prints JSON.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import type { ImportView } from '#modules/collection/contract.ts';
import type { Cell } from '#platform/sheets/cells.ts';
import { writeCsv, writeXlsx } from '#platform/sheets/write.ts';
import { serverArguments, serverEnv } from './installation.ts';
import { family, memory, processor, role } from './processes.ts';

const count = Number(process.argv[2] ?? 100_000);
const format = process.argv[3] === 'csv' ? 'csv' : 'xlsx';
const headings = [
  ...['客户公司名称', '联系人', '职位', '手机', '电话', '邮箱', '邮箱2', '网站', '国家', '洲'],
  ...['地址', '客户等级', '来源', '人员规模', '备注'],
];
const columns = headings.map((header) => ({ header, type: 'text' as const }));

async function* rows(): AsyncIterable<Cell[]> {
  const words = [
    '明达',
    '鼎盛',
    '华泰',
    '金源',
    '宏远',
    '瑞丰',
    '天成',
    '恒信',
    '博雅',
    '嘉禾',
    '新蓝',
    '安捷',
    '永兴',
  ];
  const trades = ['贸易', '实业', '电子科技', '进出口', '服装', '建材', '食品', '机械设备', '家居用品'];
  const remarks = [
    '要样品，下单前确认包装',
    '对新款灯具感兴趣，月底回复',
    '询问最小起订量和账期',
    '老客户介绍，先报价再寄目录',
  ];
  for (let n = 0; n < count; n += 1) {
    const word = words[n % words.length] ?? '';
    const second = words[Math.floor(n / words.length) % words.length] ?? '';
    yield [
      `杭州${word}${second}${trades[n % trades.length]}第${n}有限公司`,
      `张${second}${n % 100}`,
      ['采购经理', '总经理', '业务助理'][n % 3] ?? '',
      `138${String(n).padStart(8, '0')}`,
      `0571-8${String(n).padStart(7, '0')}`,
      `info@bench${n}.com.cn`,
      `sales${n}@bench.example.com`,
      `https://www.bench${n}.com.cn`,
      '中国',
      '亚洲',
      `杭州市滨江区江南大道${n}号`,
      'ABCD'[n % 4] ?? '',
      ['展会', '网络', '转介绍'][n % 3] ?? '',
      String(5 + (n % 800)),
      `${remarks[n % remarks.length]}（${(n % 97) + 1} 号展位）`,
    ];
  }
}

const percentile = (values: number[], share: number) =>
  values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const dataDir = mkdtempSync(join(tmpdir(), 'kedang-bench-'));
const env = { ...serverEnv, KEDANG_DATA: dataDir, PORT: '0', LOG_LEVEL: 'error', NODE_NO_WARNINGS: '1' };
let app: ChildProcess | undefined;
try {
  const path = join(dataDir, `bench.${format}`);
  await (format === 'csv' ? writeCsv : writeXlsx)({ path, sheetName: 'bench', columns, rows: rows() });
  app = spawn(process.execPath, [...serverArguments], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const running = join(dataDir, 'server.json');
  for (let tries = 0; tries < 600 && !readdirSync(dataDir).includes('server.json'); tries += 1) await wait(100);
  const { url } = JSON.parse(readFileSync(running, 'utf8')) as { url: string };
  const made = spawnSync(
    process.execPath,
    [
      ...['src/app/cli.ts', 'setup', '--org', 'Bench', '--preset', 'exporter', '--admin-name', 'Bench'],
      ...['--admin-email', 'bench@example.com', '--password-stdin', '--sample'],
    ],
    { env, input: 'orchard lantern seventeen\n' },
  );
  const { token } = JSON.parse(made.stdout.toString()) as { token: string };
  const authorization = { authorization: `Bearer ${token}` };
  const call = async <T>(method: string, to: string, body?: FormData, headers = {}): Promise<T> => {
    const answer = await fetch(`${url}/api/v1${to}`, { method, body, headers: { ...authorization, ...headers } });
    if (!answer.ok) throw new Error(`${method} ${to}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  for (let tries = 0; tries < 300; tries += 1) {
    if ((await call<{ value: number }>('GET', '/customers/count')).value >= 300) break;
    await wait(100);
  }
  const root = app.pid ?? 0;
  const postmaster = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const idle = { app: memory(family(root)), database: memory(family(postmaster)) };

  const before = { app: processor(family(root)), database: processor(family(postmaster)) };
  const started = performance.now();
  const form = new FormData();
  form.append('file', new File([readFileSync(path)], `bench.${format}`));
  let item = await call<ImportView>('POST', '/imports', form);
  const uploaded = performance.now();
  item = await call('POST', `/imports/${item.id}/start`, undefined, { 'if-match': `"${item.version}"` });
  const peak = { app: 0, database: 0, together: 0 };
  const processes: Record<string, number> = {};
  const cpuOfEach: Record<string, number> = {};
  const lists: number[] = [];
  const errors: string[] = [];
  const listing = setInterval(() => {
    const at = performance.now();
    call('GET', '/customers?fields=name,grade,phones,emails&sort=-createdAt&limit=50')
      .then(() => lists.push(performance.now() - at))
      .catch((error: Error) => errors.push(error.message));
  }, 100);
  while (!['done', 'failed', 'cancelled'].includes(item.state)) {
    await wait(250);
    const now = { app: memory(family(root)), database: memory(family(postmaster)) };
    peak.app = Math.max(peak.app, now.app);
    for (const pid of family(root)) {
      const name = role(pid);
      processes[name] = Math.max(processes[name] ?? 0, memory([pid]));
      cpuOfEach[name] = Math.max(cpuOfEach[name] ?? 0, processor([pid], [11, 12]));
    }
    peak.database = Math.max(peak.database, now.database);
    peak.together = Math.max(peak.together, now.app + now.database);
    item = await call('GET', `/imports/${item.id}`);
  }
  clearInterval(listing);
  const ended = performance.now();
  const cpu = {
    app: processor(family(root)) - before.app,
    database: processor(family(postmaster)) - before.database,
  };
  const wrong = await call<{ items: unknown[] }>('GET', `/imports/${item.id}/errors?limit=5`);
  const undoing = performance.now();
  const beforeUndo = { app: processor(family(root)), database: processor(family(postmaster)) };
  await call('POST', `/imports/${item.id}/undoing`);
  for (let state = 'undoing'; state === 'undoing'; ) {
    await wait(250);
    state = (await call<ImportView>('GET', `/imports/${item.id}`)).state;
  }
  const undo = {
    seconds: (performance.now() - undoing) / 1000,
    appCpu: processor(family(root)) - beforeUndo.app,
    databaseCpu: processor(family(postmaster)) - beforeUndo.database,
  };
  const rounded = (value: Record<string, number>) =>
    Object.fromEntries(Object.entries(value).map(([key, number]) => [key, Math.round(number)]));
  console.log(
    JSON.stringify(
      {
        machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
        format,
        rows: item.rows,
        mapping: item.columns.map((column) => `${column.heading} → ${item.options.mapping[column.index] ?? ''}`),
        wrong: wrong.items,
        state: item.state,
        seconds: { upload: (uploaded - started) / 1000, whole: (ended - started) / 1000 },
        cpuSeconds: rounded(cpu),
        cpuSecondsOfEachProcess: rounded(cpuOfEach),
        undo: rounded(undo),
        rowsPerSecond: Math.round(count / ((ended - started) / 1000)),
        idleMb: rounded(idle),
        peakMb: rounded(peak),
        peakOfEachProcessMb: rounded(processes),
        listMs: {
          requests: lists.length,
          p50: Math.round(percentile(lists, 0.5)),
          p95: Math.round(percentile(lists, 0.95)),
          max: Math.round(percentile(lists, 1)),
          failed: errors.length,
        },
      },
      null,
      2,
    ),
  );
  process.exitCode = item.state === 'done' && errors.length === 0 ? 0 : 1;
} finally {
  if (app) {
    const gone = new Promise((resolve) => app?.once('exit', resolve));
    app.kill('SIGINT');
    await gone;
  }
  rmSync(dataDir, { recursive: true, force: true });
}
