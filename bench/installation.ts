import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';

/** As `npm start` starts it. */
export const serverArguments = ['--max-semi-space-size=16', 'src/app/main.ts'];
export const serverEnv = { MALLOC_ARENA_MAX: '2', ...process.env };

export interface Running {
  url: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts the app on a data folder as `npm start` does. */
export async function start(dataDir: string): Promise<Running> {
  const app = spawn(process.execPath, [...serverArguments], {
    env: {
      ...serverEnv,
      PORT: '0',
      KEDANG_DATA: dataDir,
      LOG_LEVEL: 'error',
      NODE_NO_WARNINGS: '1',
      KEDANG_REQUESTS_PER_MINUTE: '100000000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    app.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = text.match(/http:\/\/[\d.]+:\d+\s/)?.[0].trim();
      if (found) resolve(found);
    });
    app.on('exit', (code) => reject(new Error(`the app ended with ${code}: ${text}`)));
  });
  return {
    url,
    process: app,
    stop: () =>
      new Promise((resolve) => {
        app.removeAllListeners('exit');
        app.once('exit', () => resolve());
        app.kill('SIGINT');
      }),
  };
}

/** Makes the company on a fresh data folder; returns a token with all rights. */
export function setUp(dataDir: string): { orgId: string; userId: string; token: string } {
  const made = execFileSync(
    process.execPath,
    [
      ...['src/app/cli.ts', 'setup', '--org', '测量公司', '--preset', 'exporter', '--admin-name', '测量员'],
      ...['--admin-email', 'bench@example.com', '--password-stdin'],
    ],
    { input: 'orchard lantern seventeen\n', env: { ...process.env, KEDANG_DATA: dataDir, NODE_NO_WARNINGS: '1' } },
  );
  return JSON.parse(made.toString()) as { orgId: string; userId: string; token: string };
}

/** Memory of the app and its database in MB, shared pages counted once (PSS); Linux only. */
export function memory(pid: number, dataDir: string): { app: number; database: number } {
  const pss = (id: number) => {
    const file = `/proc/${id}/smaps_rollup`;
    if (!existsSync(file)) return 0;
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) / 1024;
    } catch {
      return 0;
    }
  };
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [
          {
            id: Number(name),
            parent: Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]),
            command: readFileSync(`/proc/${name}/cmdline`, 'utf8'),
          },
        ];
      } catch {
        return [];
      }
    });
  const main = commands.find((item) => item.command.includes('postgres') && item.command.includes(dataDir));
  const database = commands.filter((item) => item.id === main?.id || item.parent === main?.id);
  return { app: pss(pid), database: database.reduce((sum, item) => sum + pss(item.id), 0) };
}

/** Waits for what the app does by itself after a start (the day's recalculations, the database's own upkeep): it would be measured too. */
export async function settled(ownerUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const until = Date.now() + 30 * 60_000;
  for (let quiet = 0; quiet < 5 && Date.now() < until; ) {
    const { rows } = await owner.query<{ busy: boolean }>(`select exists (select from job where state = 'running')
      or exists (select from pg_stat_activity where pid <> pg_backend_pid() and state = 'active' and backend_type = 'client backend')
      or exists (select from pg_stat_progress_vacuum) as busy`);
    quiet = rows[0]?.busy ? 0 : quiet + 1;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
  await owner.end();
}
