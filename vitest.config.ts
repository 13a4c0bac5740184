import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'node_modules/**'],
    globalSetup: ['test/postgres.ts'],
    env: { KEDANG_CHECK_RESPONSES: '1', TZ: 'UTC' },
    pool: 'forks',
    // A worker reads the code once for all its files: modules keep no state between two installations (a sixth of the time).
    isolate: false,
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
