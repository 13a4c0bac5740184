// Installs what is missing. Runs on the system's Node (20 or newer) before anything else is there, so it imports
// nothing but Node itself.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const mark = join(root, 'node_modules', '.kedang-installed');

/** Installs the locked packages when they are missing or the lockfile changed since. */
export function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.platform + process.arch)
    .digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return;
  // A linked folder belongs to another checkout, which keeps it up to date: installing would empty it under its feet.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  console.error('Installing packages …');
  const npm = (...args) =>
    spawnSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    }).status ?? 1;
  // Some registry mirrors lack packages of other platforms, which `ci` refuses though this machine does not need them.
  const failed = npm('ci') && npm('install', '--no-save');
  if (failed) {
    console.error('Installing failed; see above. Kedang needs npm 10 or newer and access to an npm registry.');
    process.exit(failed);
  }
  writeFileSync(mark, wanted);
}

/** The Node that runs Kedang: this one when it reads TypeScript by itself (24 or newer), else the one among the packages. */
export function nodeProgram() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 24) return process.execPath;
  const require = createRequire(join(root, 'package.json'));
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  try {
    const folder = join(require.resolve(`${name}/package.json`), '..');
    const program = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    execFileSync(program, ['--version']);
    return program;
  } catch {
    // Not published for this machine: the advice below says what to do.
  }
  console.error(`Kedang needs Node 24 on this machine (found ${process.version}); please install it from nodejs.org.`);
  process.exit(1);
}
