import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';

export const email = 'admin@example.com';
export const password = 'orchard lantern seventeen';

export interface Installation {
  url: string;
  dataDir: string;
  /** The one-time set-up link printed at the first start. */
  setupLink(): Promise<string>;
  process: ChildProcess;
  stop(): Promise<void>;
}

const setupLink = /http:\S+\/setup\?token=\S+/;

/** Starts the real app with its embedded database, as `npm start` does, and waits for its address. */
export async function startKedang(dataDir = mkdtempSync(join(tmpdir(), 'kedang-e2e-'))): Promise<Installation> {
  const app = spawn(process.execPath, ['src/app/main.ts'], {
    env: { ...process.env, PORT: '0', KEDANG_DATA: dataDir, LOG_LEVEL: 'error', NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the app did not start: ${text}`)), 60_000);
    app.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = text.match(/http:\/\/[\d.]+:\d+\s/)?.[0].trim();
      if (found) {
        clearTimeout(timer);
        resolve(found);
      }
    });
    app.on('exit', (code) => reject(new Error(`the app ended with ${code}: ${text}`)));
  });
  return {
    url,
    dataDir,
    // Printed after the address, perhaps in a later piece of the output.
    async setupLink() {
      for (let wait = 0; wait < 100 && !setupLink.test(text); wait += 1)
        await new Promise((done) => setTimeout(done, 50));
      return text.match(setupLink)?.[0] ?? '';
    },
    process: app,
    stop: () =>
      new Promise((resolve) => {
        app.removeAllListeners('exit');
        if (app.exitCode !== null) return resolve();
        app.once('exit', () => resolve());
        app.kill('SIGINT');
      }),
  };
}

interface WorkerFixtures {
  /** An installation that has been set up, with sample customers. */
  kedang: Installation & { token: string };
}

export const test = base.extend<object, WorkerFixtures>({
  kedang: [
    async ({ browserName }, use) => {
      if (browserName !== 'chromium') throw new Error('the journeys are written for Chromium');
      const installation = await startKedang();
      const made = spawnSync(
        process.execPath,
        [
          'src/app/cli.ts',
          'setup',
          ...['--org', '远航进出口有限公司', '--preset', 'exporter', '--admin-name', '林静', '--admin-email', email],
          ...['--password-stdin', '--sample'],
        ],
        { input: `${password}\n`, env: { ...process.env, KEDANG_DATA: installation.dataDir, NODE_NO_WARNINGS: '1' } },
      );
      if (made.status !== 0) throw new Error(made.stderr.toString());
      const { token } = JSON.parse(made.stdout.toString()) as { token: string };
      await expect
        .poll(
          async () =>
            (await apiGet<{ loaded: boolean; value: number }>(installation.url, token, '/customers/count')).value,
          {
            timeout: 60_000,
          },
        )
        .toBe(300);
      await use({ ...installation, token });
      await installation.stop();
      rmSync(installation.dataDir, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

/** Reads the API, to see in the data what the page claims. */
export async function apiGet<T>(url: string, token: string, path: string): Promise<T> {
  const response = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  return (await response.json()) as T;
}

export async function signIn(page: Page, url: string, who = email, secret = password): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('邮箱').fill(who);
  await page.getByLabel(/^密码/).fill(secret);
  await page.getByRole('button', { name: /登\s*录/ }).click();
  await page.waitForURL(/\/customers/);
}

/** No accessibility fault that a tool can find (WCAG 2 A and AA). */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  const found = violations.map((item) => ({
    rule: item.id,
    nodes: item.nodes.slice(0, 3).map((node) => node.failureSummary),
  }));
  expect.soft(found).toEqual([]);
}

/** Fails when the page shows a translation key, or scrolls sideways. */
export async function expectTidy(page: Page): Promise<void> {
  const text = await page.locator('body').textContent();
  const keys =
    /\b(ui|customers|people|fields|contacts|collection|exchange|approvals|operations|errors)\.[a-z][A-Za-z.]+/g;
  expect(
    ((text ?? '').match(keys) ?? []).filter((key) => !key.startsWith('customers.bulk') || key.includes(' ')),
  ).toEqual([]);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wider).toBeLessThanOrEqual(0);
}

export { expect };
