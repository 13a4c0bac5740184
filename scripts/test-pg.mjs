// `npm run test:pg`: the unit and HTTP tests on the PostgreSQL named by DATABASE_URL (15 or newer).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installPackages, nodeProgram, root } from './install.mjs';

if (!process.env.DATABASE_URL) {
  console.error('Set DATABASE_URL to a PostgreSQL whose user may create databases and roles.');
  process.exit(1);
}
installPackages();
const { DATABASE_URL, ...env } = process.env;
const vitest = spawnSync(nodeProgram(), [join(root, 'node_modules/vitest/vitest.mjs'), 'run'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...env, TEST_DATABASE_URL: DATABASE_URL },
});
process.exit(vitest.status ?? 1);
