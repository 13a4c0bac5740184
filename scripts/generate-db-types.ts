import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#platform/db/embedded/index.ts';
import { migrate } from '#platform/db/migrate.ts';

/** Writes `db/types.ts` from a freshly migrated database; with `--check` it only compares. */
const check = process.argv.includes('--check');
const dataDir = mkdtempSync(join(tmpdir(), 'kedang-types-'));
const file = check ? join(dataDir, 'types.ts') : 'db/types.ts';
const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
try {
  await migrate(server.ownerUrl, 'kedang_app');
  execFileSync(
    process.execPath,
    [
      'node_modules/kysely-codegen/dist/cli/bin.js',
      ...['--url', server.ownerUrl, '--dialect', 'postgres', '--out-file', file],
      ...[
        '--date-parser',
        'string',
        '--numeric-parser',
        'number',
        '--type-mapping',
        '{"int8":"number","jsonb":"unknown"}',
      ],
      ...['--exclude-pattern', 'kysely_*'],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (check && readFileSync(file, 'utf8') !== readFileSync('db/types.ts', 'utf8')) {
    console.error('db/types.ts differs from the migrated database: run npm run db:types');
    process.exitCode = 1;
  }
} finally {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
