import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';

const limit = 250_000;

describe('the built web client', () => {
  beforeAll(() => {
    // Nothing to do when it is built already.
    expect(spawnSync(process.execPath, ['scripts/build-web.mjs'], { stdio: 'inherit' }).status).toBe(0);
  });

  it('asks for at most 250 kB of compressed script before the first page', () => {
    const page = readFileSync('dist/web/index.html', 'utf8');
    const scripts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map((found) => found[1] ?? '');
    expect(scripts.length).toBeGreaterThan(0);
    const sizes = scripts.map((name) => gzipSync(readFileSync(`dist/web${name}`), { level: 9 }).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(limit);
  });

  it('carries no shapes of the contracts: the server checks', () => {
    const built = globSync('dist/web/assets/*.js');
    expect(built.filter((file) => readFileSync(file, 'utf8').includes('ZodError'))).toEqual([]);
  });

  it('lies there compressed, texts included', () => {
    for (const lang of ['zh-CN', 'en-US']) expect(globSync(`dist/web/assets/${lang}-*.json.br`)).toHaveLength(1);
    expect(globSync('dist/web/assets/client-*.js.gz')).toHaveLength(1);
  });
});
