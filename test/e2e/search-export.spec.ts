import { readFileSync } from 'node:fs';
import ExcelJS from 'exceljs';
import officeCrypto from 'officecrypto-tool';
import {
  api,
  apiGet,
  choose,
  expect,
  expectAccessible,
  expectTidy,
  shot,
  signIn,
  switchLanguage,
  test,
} from './kedang.ts';

test('palette finds by substring, pinyin, initials, phone and number, and offers actions', async ({ page, kedang }) => {
  const { items } = await apiGet<{ items: { number: string; values: { name: string } }[] }>(
    kedang.url,
    kedang.token,
    `/customers?fields=name&limit=1&filter=${encodeURIComponent('{"field":"name","op":"contains","value":"贸易有限公司"}')}`,
  );
  const sample = items[0];
  if (!sample) throw new Error('the sample has no trading company');
  await signIn(page, kedang.url);
  // Typed at once, while the palette is still being fetched: no letter is lost.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('maoyi');
  const input = page.getByRole('combobox', { name: /搜索/ });
  await expect(input).toHaveValue('maoyi');
  await expect(input).toBeFocused();
  await input.fill(sample.values.name.slice(2, 6));
  await expect(page.getByRole('option', { name: new RegExp(sample.values.name) })).toBeVisible();
  await expectAccessible(page);
  await input.fill(sample.number);
  await expect(page.getByRole('option', { name: new RegExp(sample.number) })).toBeVisible();
  await input.fill('maoyi');
  await expect(page.getByRole('option', { name: /贸易/ }).first()).toBeVisible();
  // By keyboard one sees where one is, and a search that failed is not taken for one that found nothing.
  await input.fill('');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('option', { selected: true })).toBeInViewport();
  await page.route('**/api/v1/search?*', (route) => route.fulfill({ status: 503, json: {} }), { times: 1 });
  await input.fill('zzqq');
  await expect(page.getByRole('dialog').getByRole('status')).toContainText('搜索没有完成');
  await input.fill('新建');
  await page.getByRole('option', { name: /新建客户/ }).click();
  await page.waitForURL(/\/customers\/new/);

  // Language switches without a reload.
  await page.locator('#new-name').fill('未保存');
  await switchLanguage(page, 'English');
  await expect(page.getByRole('heading', { level: 1, name: 'New customer' })).toBeVisible();
  await expect(page.locator('#new-name')).toHaveValue('未保存');
  await switchLanguage(page, '中文');
  await expect(page.getByRole('heading', { level: 1, name: '新建客户' })).toBeVisible();
});

test('export states a purpose, is logged and downloads; the auditor finds it and the chain holds', async ({
  page,
  kedang,
}) => {
  await signIn(page, kedang.url);
  await page.getByRole('button', { name: /^导\s*出$/ }).click();
  const dialog = page.getByRole('dialog', { name: '导出' });
  await dialog.getByRole('button', { name: '开始导出' }).click();
  await expect(dialog.locator('#export-purpose-error')).toBeVisible();
  await dialog.getByLabel('用途').fill('季度客户盘点');
  await dialog.getByText('CSV').click();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: '开始导出' }).click();
  await page.goto(`${kedang.url}/exports`);
  const link = page.getByRole('link', { name: /下\s*载/ }).first();
  await expect(link).toBeVisible({ timeout: 30_000 });
  const waiting = page.waitForEvent('download');
  await link.click();
  const text = readFileSync(await (await waiting).path(), 'utf8');
  expect(text.split('\r\n').length).toBeGreaterThan(300);
  expect(text).toContain('客户名称');

  // With a password nobody opens it without; decrypted it is a workbook with the same columns.
  await page.goto(`${kedang.url}/customers`);
  await page.getByRole('button', { name: /^导\s*出$/ }).click();
  await dialog.getByLabel('用途').fill('寄给会计师');
  await dialog.getByLabel('用密码加密文件').check();
  await dialog.getByLabel('文件密码', { exact: false }).fill('会计-2026-春');
  await dialog.getByRole('button', { name: '开始导出' }).click();
  await page.waitForURL(/\/exports/);
  await expect(page.getByRole('link', { name: /下\s*载/ })).toHaveCount(2, { timeout: 30_000 });
  const second = page.waitForEvent('download');
  await link.click();
  const sealed = readFileSync(await (await second).path());
  expect(officeCrypto.isEncrypted(sealed)).toBe(true);
  await expect(officeCrypto.decrypt(sealed, { password: '不对' })).rejects.toThrow();
  const book = new ExcelJS.Workbook();
  const opened = (await officeCrypto.decrypt(sealed, { password: '会计-2026-春' })) as Buffer;
  await book.xlsx.load(opened as unknown as Parameters<typeof book.xlsx.load>[0]);
  expect(book.worksheets[0]?.getRow(1).values).toContain('客户名称');
  expect(book.worksheets[0]?.rowCount).toBeGreaterThan(300);

  await page.goto(`${kedang.url}/settings/audit`);
  await expect(page.getByText('季度客户盘点').first()).toBeVisible();
  await page.getByRole('button', { name: '校验哈希链' }).click();
  await expect(page.getByText(/完好：/)).toBeVisible();

  // What the log is narrowed to stays when the page is loaded again.
  await choose(page, page.getByRole('combobox', { name: '做了什么' }), '导出');
  await expect(page).toHaveURL(/what=export/);
  await page.reload();
  await expect(page.getByText('季度客户盘点').first()).toBeVisible();
  await expect(page.getByText('浏览列表', { exact: true })).toHaveCount(0);
});

test('a card is printed with the name of who prints it; of one that cannot be seen there is nothing to print', async ({
  page,
  kedang,
}) => {
  const values = { name: '𠮷䶮打印公司' };
  const { id } = await api<{ id: string }>(kedang, 'POST', '/customers', {
    ...{ kind: 'company', values, allowDuplicate: true },
  });
  await signIn(page, kedang.url, undefined, undefined, `/customers/${id}/print`);
  const sheet = page.getByRole('article', { name: values.name });
  await expect(sheet.getByText(/^林静 .* 打印/)).toBeVisible();
  await expect(page.getByRole('button', { name: /^打\s*印$/ })).toBeEnabled();
  const pdf = page.getByRole('link', { name: '下载 PDF' });
  const answer = await page.request.get(new URL((await pdf.getAttribute('href')) ?? '', kedang.url).href);
  expect(answer.headers()['content-type']).toBe('application/pdf');
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'print');
  await page.goto(`${kedang.url}/customers/00000000-0000-7000-8000-000000000000/print`);
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(pdf).toHaveCount(0);
});
