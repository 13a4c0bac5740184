import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Builds the web client when its sources changed since the last build. Runs on Kedang's own Node.
const root = fileURLToPath(new URL('..', import.meta.url));
const mark = join(root, 'dist', 'web.sha256');
const hash = createHash('sha256');
const files = globSync(
  ['src/**/*.{ts,tsx,css,json}', 'public/*', 'index.html', 'vite.config.ts', 'scripts/*', 'package-lock.json'],
  {
    cwd: root,
  },
);
for (const file of files.sort()) hash.update(file).update(readFileSync(join(root, file)));
const wanted = hash.digest('hex');
if (!existsSync(join(root, 'dist/web/index.html')) || !existsSync(mark) || readFileSync(mark, 'utf8') !== wanted) {
  console.log('Building the web client …');
  const vite = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    {
      cwd: root,
      stdio: 'inherit',
      // Whatever the caller's is: a build for tests would carry React's checks.
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  if (vite.status !== 0) process.exit(vite.status ?? 1);
  writeFileSync(mark, wanted);
}
