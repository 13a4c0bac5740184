// `npm test`: every check there is. Its last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { installPackages, nodeProgram, root } from './install.mjs';

installPackages();
const node = nodeProgram();
const out = mkdtempSync(join(tmpdir(), 'kedang-results-'));
// Tools started by name must find Kedang's Node first.
const env = { ...process.env, PATH: dirname(node) + delimiter + process.env.PATH, NODE_NO_WARNINGS: '1' };
let passed = 0;
let failed = 0;

function run(file, args, more = {}) {
  return (
    spawnSync(node, [join(root, file), ...args], { cwd: root, stdio: 'inherit', env: { ...env, ...more } }).status === 0
  );
}

function check(name, file, args) {
  const started = Date.now();
  const ok = run(file, args);
  if (ok) passed += 1;
  else failed += 1;
  console.log(`${ok ? '✓' : '✗'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

/** Counts of a runner that writes JSON; a runner that dies without a report is one failure. */
function counted(name, file, args, report, counts, more) {
  const ok = run(file, args, more);
  try {
    const [good, bad] = counts(JSON.parse(readFileSync(report, 'utf8')));
    passed += good;
    failed += bad;
    if (!ok && bad === 0) failed += 1;
    if (good + bad === 0) throw new Error('nothing ran');
  } catch (error) {
    failed += 1;
    console.error(`${name}: ${error.message}`);
  }
}

check('format and lint', 'node_modules/@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', '.']);
check('import rules', 'scripts/check-imports.mjs', []);
check('types', 'node_modules/typescript7/bin/tsc', ['--noEmit']);
check('dead code', 'node_modules/knip/bin/knip.js', ['--no-progress']);
check('database types are fresh', 'scripts/generate-db-types.ts', ['--check']);
check('web client builds', 'scripts/build-web.mjs', []);

const unit = join(out, 'vitest.json');
counted(
  'unit and HTTP tests',
  'node_modules/vitest/vitest.mjs',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unit}`],
  unit,
  (result) => [result.numPassedTests, result.numFailedTests + (result.numPendingTests ?? 0)],
);

const browser = findBrowser();
const journeys = join(out, 'playwright.json');
if (browser) {
  counted(
    'browser journeys',
    'node_modules/@playwright/test/cli.js',
    ['test'],
    journeys,
    // A journey that only passes when tried again, or did not run, is not a pass.
    (result) => [result.stats.expected, result.stats.unexpected + result.stats.flaky + result.stats.skipped],
    { KEDANG_BROWSER: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: journeys },
  );
} else failed += 1;

rmSync(out, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
