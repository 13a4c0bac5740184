// `npm run guide:pictures`: the pictures of README and user guide, taken from a fresh installation with sample data.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import sharp from 'sharp';
import { truths } from '../bench/scan-card/cards.ts';
import { drawCard } from '../bench/scan-card/draw.ts';

const [printed] = truths;
if (!printed) throw new Error('no card to draw');
const root = fileURLToPath(new URL('..', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'kedang-guide-'));
const env = { ...process.env, PORT: '0', KEDANG_DATA: dataDir, LOG_LEVEL: 'error', NODE_NO_WARNINGS: '1' };
const password = 'orchard lantern seventeen';

const app = spawn(process.execPath, ['src/app/main.ts'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
const url = await new Promise<string>((resolve, reject) => {
  let text = '';
  app.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const found = text.match(/http:\/\/[\d.]+:\d+\s/)?.[0].trim();
    if (found) resolve(found);
  });
  app.on('exit', () => reject(new Error(text)));
});
const made = spawnSync(
  process.execPath,
  [
    ...['src/app/cli.ts', 'setup', '--org', '远航进出口有限公司', '--preset', 'exporter', '--admin-name', '林静'],
    ...['--admin-email', 'lin@example.com', '--password-stdin', '--sample'],
  ],
  { cwd: root, env, input: `${password}\n` },
);
const { token } = JSON.parse(made.stdout.toString()) as { token: string };
const api = async <T>(path: string, body?: object): Promise<T> => {
  const answer = await fetch(`${url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
};
while ((await api<{ value: number }>('/customers/count')).value < 300)
  await new Promise((done) => setTimeout(done, 500));

const browser = await chromium.launch({
  executablePath: process.env.KEDANG_BROWSER ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
const context = await browser.newContext({
  viewport: { width: 1440, height: 900 },
  locale: 'zh-CN',
  timezoneId: 'Asia/Shanghai',
});
const page = await context.newPage();
const shot = async (name: string, of: Page = page) => {
  await of.waitForLoadState('networkidle');
  await of.waitForTimeout(400);
  // Screens have few colours: a palette makes the pictures a third as large.
  const small = sharp(await of.screenshot()).png({ palette: true, quality: 95, effort: 10 });
  await small.toFile(join(root, `docs/images/${name}.png`));
};

await page.goto(`${url}/sign-in`);
await page.getByLabel('邮箱').fill('lin@example.com');
await page.getByLabel(/^密码/).fill(password);
await page.getByRole('button', { name: /登\s*录/ }).click();
await page.waitForURL((address) => !address.pathname.startsWith('/sign-in'));
await page.goto(`${url}/customers`);
await shot('customers');
const { items } = await api<{ items: { id: string; kind: string }[] }>('/customers?fields=name&limit=50&sort=name');
const company = items.find((item) => item.kind === 'company') ?? items[0];
await page.goto(`${url}/customers/${company?.id}`);
await shot('card');

const sheet = join(dataDir, '展会名单.csv');
writeFileSync(
  sheet,
  '\ufeff邮箱,邮箱2,联系人,客户公司名称,网站,电话,国家,洲,备注,客户等级\ninfo@nordwind.de,,Anna Weber,Nordwind Import GmbH,nordwind.de,+49 30 1234567,德国,欧洲,要样品,A\nbad-mail,,李娜,宁波海达贸易有限公司,,0574-87654321,中国,亚洲,,B\n',
);
await page.goto(`${url}/imports`);
await page.locator('input[type=file]').setInputFiles(sheet);
await page.waitForURL(/\/imports\/.+/);
await shot('import');

const text = (zh: string) => ({ zh, en: '' });
const asked = { title: text(''), help: text(''), required: false, showIf: null };
const form = await api<{ id: string }>('/forms', {
  kind: 'company',
  content: {
    ...{ title: text('客户资料更新表'), intro: text('请核对贵公司的资料，有变动的请改正。'), thanks: text('谢谢！') },
    ...{ purpose: text('更新客户档案，便于供货和联系'), consent: text('我同意贵公司为上述用途处理我填写的信息。') },
    questions: [
      { ...asked, id: 'name', type: 'field', object: 'customer', field: 'name', required: true },
      { ...asked, id: 'phones', type: 'field', object: 'customer', field: 'phones' },
      {
        ...{ ...asked, id: 'fair', type: 'single', title: text('是否参加下次展会') },
        options: [
          { key: 'yes', label: text('参加') },
          { key: 'no', label: text('不参加') },
        ],
      },
      {
        ...{ ...asked, id: 'why', type: 'text', title: text('不参加的原因'), maxLength: 500 },
        showIf: { question: 'fair', values: ['no'] },
      },
    ],
  },
});
await page.goto(`${url}/forms/${form.id}`);
await shot('form');

const twin = (values: object) => api<{ id: string }>('/customers', { kind: 'company', values, allowDuplicate: true });
const [one, two] = [
  await twin({ name: '宁波海达贸易有限公司', phones: '0574-87654321', shortName: '海达', grade: 'B', employees: 40 }),
  await twin({ name: '宁波市海达贸易公司', phones: '0574 8765 4321', emails: 'sales@haida.example', grade: 'A' }),
];
await page.goto(`${url}/duplicates/merge?ids=${one.id},${two.id}`);
await page.getByRole('table').waitFor();
await shot('merge');

const types = (await api<{ items: { id: string; key: string }[] }>('/relation-types')).items;
const companies = items.filter((item) => item.kind === 'company').slice(0, 14);
const people = (await api<{ items: { id: string }[] }>('/contacts?limit=8&fields=name')).items;
const relate = (key: string, first: object, second: object) =>
  api('/relations', { typeId: types.find((type) => type.key === key)?.id, first, second, strength: 4 });
const [centre, ...others] = companies.map(({ id }) => ({ kind: 'customer', id }));
for (const [index, other] of others.entries()) {
  const from = index < 6 ? centre : others[index - 6];
  if (from) await relate(index % 3 === 0 ? 'referral' : 'partner', from, other);
}
for (const [index, { id }] of people.slice(1).entries())
  await relate(index % 2 ? 'friend' : 'classmate', { kind: 'contact', id: people[index]?.id }, { kind: 'contact', id });
await page.goto(`${url}/relations`);
await page.locator('.relation-canvas').waitFor();
await page.waitForTimeout(3000);
await shot('relations');

const { jobId } = await api<{ jobId: string }>('/completeness/calculation', {});
while ((await api<{ state: string }>(`/jobs/${jobId}`)).state !== 'done')
  await new Promise((done) => setTimeout(done, 300));
await page.goto(`${url}/governance`);
await shot('governance');

const photo = { name: '名片.jpg', mimeType: 'image/jpeg', buffer: await drawCard(printed, 'tilted') };
await page.goto(`${url}/business-cards`);
await page.locator('input[type=file][multiple]').setInputFiles(photo);
await page.getByText('待核对').last().waitFor({ timeout: 60_000 });
await page.locator('.list-row a').first().click({ timeout: 60_000 });
await page
  .getByText(/识别把握/)
  .first()
  .waitFor({ timeout: 60_000 });
await shot('business-card');

const phone = await context.newPage();
await phone.setViewportSize({ width: 390, height: 844 });
await phone.goto(`${url}/customers/${company?.id}`);
await shot('card-phone', phone);
await phone.goto(`${url}/capture`);
await phone.locator('input[type=file]').setInputFiles(photo);
await phone.getByLabel('名称').fill('街角五金店');
await phone.getByLabel('备注').fill('老板姓周，下周再来');
await shot('capture-phone', phone);

await browser.close();
app.removeAllListeners('exit');
await new Promise((resolve) => {
  app.once('exit', resolve);
  app.kill('SIGINT');
});
rmSync(dataDir, { recursive: true, force: true });
