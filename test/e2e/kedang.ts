import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import type { RunOptions } from 'axe-core';

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

/** An installation that has been set up, with the administrator's token. */
export type SetUp = Installation & { token: string };

interface WorkerFixtures {
  /** An installation that has been set up, with sample customers. */
  kedang: SetUp;
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
        .poll(async () => (await apiGet<{ value: number }>(installation.url, token, '/customers/count')).value, {
          timeout: 60_000,
          intervals: [200],
        })
        .toBe(300);
      await use({ ...installation, token });
      await installation.stop();
      rmSync(installation.dataDir, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

/** Asks the API as the administrator, or as whoever the headers stand for, to arrange what a journey needs and to see in the data what the page claims. */
export async function api<T>(
  kedang: SetUp,
  method: string,
  path: string,
  body?: object,
  version?: number,
  headers: Record<string, string> = { authorization: `Bearer ${kedang.token}` },
): Promise<T> {
  const response = await fetch(`${kedang.url}/api/v1${path}`, {
    method,
    headers: {
      ...headers,
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
    },
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Reads the API as the administrator. */
export const apiGet = <T>(url: string, token: string, path: string): Promise<T> =>
  api<T>({ url, token } as SetUp, 'GET', path);

/** Signs in without the form (people.spec.ts walks the form) and opens a page. */
export async function signIn(
  page: Page,
  url: string,
  who = email,
  secret = password,
  path = '/customers',
): Promise<void> {
  const answer = await page.request.post(`${url}/api/v1/sessions`, { data: { email: who, password: secret } });
  expect(answer.status(), 'sign-in').toBe(201);
  await page.goto(url + path);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible({ timeout: 15_000 });
}

/** Chooses an option of a select by the keyboard: opens it, types when it can be searched, takes the option so named. */
export async function choose(page: Page, select: Locator, name: string): Promise<void> {
  await select.click();
  const option = page.locator('.ant-select-dropdown:visible').getByTitle(name, { exact: true }).first();
  if (await select.evaluate((element) => element instanceof HTMLInputElement && !element.readOnly))
    await page.keyboard.type(name);
  await option.click();
  // A multiple select stays open. One that is closing by itself must not be sent Escape: the dialog around it would take it.
  const open = page.locator('.ant-select-dropdown:visible');
  const multiple = await select.evaluate((element) => element.closest('.ant-select-multiple') !== null);
  if (multiple && (await open.isVisible())) await select.press('Escape');
}

/** Switches the language as a user does; on a phone it stands in the account menu. */
export async function switchLanguage(page: Page, name: 'English' | '中文'): Promise<void> {
  const button = page.getByRole('button', { name, exact: true });
  if (await button.isVisible()) return button.click();
  await page.getByRole('banner').getByRole('button').last().click();
  await page.getByRole('menuitem', { name, exact: true }).click();
}

/** Saves a picture for a person to look at, when `KEDANG_SHOTS` names a folder. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.KEDANG_SHOTS;
  if (!folder) return;
  const width = page.viewportSize()?.width ?? 0;
  await page.screenshot({ path: join(folder, `${name}-${width}.png`) });
}

// Evaluated, not added as an element: the pages' content security policy would refuse that.
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const axeOptions: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
  resultTypes: ['violations'],
  preload: false,
  selectors: false,
};

/**
 * No accessibility fault that a tool can find (WCAG 2 A and AA). The tool is put into a document once and stays there:
 * reading it anew for every look costs as much as the look. No frame of another origin stands in our pages.
 */
export async function expectAccessible(page: Page): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const found = await page.evaluate(async (options) => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    // A watermark is decoration, which needs no contrast (WCAG 1.4.3).
    const { violations } = await axe.run({ include: ['html'], exclude: ['.sheet-watermark'] }, options);
    return violations.map((item) => ({
      rule: item.id,
      nodes: item.nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`),
    }));
  }, axeOptions);
  expect.soft(found).toEqual([]);
}

const modules = readdirSync('src/modules').join('|');
const translationKey = new RegExp(`\\b(ui|errors|events|eventKinds|${modules})\\.[a-z][A-Za-z]*(\\.[a-zA-Z_]+)*`, 'g');

/** Fails when the page shows a translation key, or scrolls sideways. */
export async function expectTidy(page: Page): Promise<void> {
  const text = await page.locator('body').textContent();
  expect((text ?? '').match(translationKey) ?? []).toEqual([]);
  // A phone widens its window to what the page needs, so the window's own width says nothing.
  const width = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, window.innerWidth));
  expect(width, 'width of the page').toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
}

export { expect };
