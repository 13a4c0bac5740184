import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import officeCrypto from 'officecrypto-tool';
import { api, apiGet, expect, expectAccessible, expectTidy, signIn, test } from './kedang.ts';

const folder = mkdtempSync(join(tmpdir(), 'kedang-sheets-'));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An exhibition sheet as people keep it: a title above the headings, GB18030, one wrong mail, one row twice. */
function exhibitionSheet(name: string, tail: string): string {
  const rows = [
    ['2026 春季广交会客户名单', '', '', '', '', '', '', '', '', ''],
    ['邮箱', '邮箱2', '联系人', '客户公司名称', '网站', '电话', '国家', '洲', '备注', '客户等级'],
    [
      `anna@${tail}-lamp.de`,
      `sales@${tail}-lamp.de`,
      'Anna Weber',
      `${tail} Lampen GmbH`,
      `www.${tail}-lamp.de`,
      '+49 30 901820',
      '德国',
      '欧洲',
      '要样品',
      'A',
    ],
    ['not a mail', '', 'Peter Falsch', `${tail} Falsch AG`, '', '', '德国', '欧洲', '', 'B'],
    [`li@${tail}-sh.cn`, '', '李雷', `上海${tail}商贸有限公司`, '', '13800138000', '中国', '亚洲', '', 'C'],
  ];
  const text = rows.map((row) => row.map((cell) => (cell.includes(',') ? `"${cell}"` : cell)).join(',')).join('\r\n');
  const path = join(folder, name);
  writeFileSync(path, iconv.encode(text, 'gb18030'));
  return path;
}

test('an exhibition sheet becomes customers, its wrong cells are told, and it can be undone but for what was changed since', async ({
  page,
  kedang,
  isMobile,
}) => {
  const tail = isMobile ? 'phone' : 'desk';
  const before = await apiGet<{ value: number }>(kedang.url, kedang.token, '/customers/count');
  await signIn(page, kedang.url);
  await page.goto(`${kedang.url}/imports`);
  await page.locator('input[type=file]').setInputFiles(exhibitionSheet('展会.csv', tail));
  await page.waitForURL(/\/imports\/.+/);

  // All ten headings recognised without mapping, the header row found under the title line.
  await expect(page.getByText('已识别 10 / 10 列')).toBeVisible();
  await expect(page.getByLabel('表头所在行')).toHaveValue('2');
  await expect(page.getByRole('cell', { name: 'Anna Weber' }).first()).toBeVisible();
  await expectAccessible(page);
  await expectTidy(page);

  await page.getByRole('button', { name: '开始导入' }).click();
  await expect(page.locator('[data-figure=created]')).toHaveText('2', { timeout: 30_000 });
  await expect(page.locator('[data-figure=failed]')).toHaveText('1');
  const wrong = page.getByRole('row', { name: /not a mail/ });
  await expect(wrong).toContainText('4');
  await expect(wrong).toContainText('邮箱');
  await expectAccessible(page);

  // Wrong rows come back as a sheet.
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: '下载有误的行' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.xlsx$/);

  // Company and person became customer and contact.
  const found = await apiGet<{ items: { id: string; values: Record<string, unknown> }[] }>(
    kedang.url,
    kedang.token,
    `/customers?q=${encodeURIComponent(`${tail} Lampen`)}&fields=name,grade,country`,
  );
  expect(found.items[0]?.values).toMatchObject({ grade: 'A', country: 'DE' });
  const contacts = await apiGet<{ items: { values: { name: string } }[] }>(
    kedang.url,
    kedang.token,
    `/contacts?customerId=${found.items[0]?.id}`,
  );
  expect(contacts.items.map((item) => item.values.name)).toEqual(['Anna Weber']);

  // The same sheet again: both known, both skipped.
  await page.goto(`${kedang.url}/imports`);
  await page.locator('input[type=file]').setInputFiles(exhibitionSheet('展会2.csv', tail));
  await page.waitForURL(/\/imports\/.+/);
  await page.getByRole('button', { name: '开始导入' }).click();
  await expect(page.locator('[data-figure=skipped]')).toHaveText('2', { timeout: 30_000 });

  // Skipped rows are told, with a way to the customer that was there.
  const skipped = page
    .getByRole('region', { name: '跳过的行' })
    .or(page.locator('section[aria-labelledby=skipped-rows]'));
  await expect(skipped.getByRole('link', { name: new RegExp(`${tail} Lampen`) }).first()).toBeVisible();
  await expect(skipped.first()).toContainText('电话相同');
  await expectAccessible(page);
  await expectTidy(page);

  // Somebody changes one of the new customers; then the first import is undone.
  const id = found.items[0]?.id ?? '';
  const { version } = await apiGet<{ version: number }>(kedang.url, kedang.token, `/customers/${id}`);
  await api(kedang, 'PATCH', `/customers/${id}`, { values: { remark: '展后电话已回' } }, version);
  await page.goto(`${kedang.url}/imports`);
  await page
    .getByRole('link', { name: /展会\.csv/ })
    .first()
    .click();
  await page.getByRole('button', { name: '撤销导入' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '撤销导入' }).click();
  await expect(page.getByText('已撤销', { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('1 个客户此后被人改过')).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: `${tail} Lampen GmbH` })).toContainText('备注');
  const after = await apiGet<{ value: number }>(kedang.url, kedang.token, '/customers/count');
  expect(after.value).toBe(before.value + 1);
});

test('an encrypted sheet asks for its password; its wrong rows are corrected and imported again; a running import is cancelled', {
  tag: '@desktop',
}, async ({ page, kedang }) => {
  // The same pages as in the first journey.
  const tail = '桌面';
  const book = async (rows: (string | number)[][]) => {
    const workbook = new ExcelJS.Workbook();
    const sheet = workbook.addWorksheet('客户');
    for (const row of rows) sheet.addRow(row);
    return Buffer.from(await workbook.xlsx.writeBuffer());
  };
  const save = (name: string, bytes: Buffer) => {
    const path = join(folder, `${tail}${name}`);
    writeFileSync(path, bytes);
    return path;
  };
  const head = ['公司名称', '电话', '负责人'];
  await signIn(page, kedang.url, undefined, undefined, '/imports');
  const clear = await book([head, [`${tail}密一公司`, '13800990001', '林静'], [`${tail}密二公司`, '12', '林静']]);
  const locked = save('加密.xlsx', officeCrypto.encrypt(clear, { password: '春天2026' }) as Buffer);
  await page.locator('input[type=file]').setInputFiles(locked);
  const dialog = page.getByRole('dialog', { name: '文件有密码' });
  await dialog.getByLabel('密码').fill('错的');
  await dialog.getByRole('button', { name: /打\s*开/ }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByLabel('密码').fill('春天2026');
  await dialog.getByRole('button', { name: /打\s*开/ }).click();
  await page.waitForURL(/\/imports\/.+/);
  // A column that names owners decides by itself.
  await expect(page.getByRole('radio', { name: '按列' })).toBeChecked();
  await expectAccessible(page);
  await expectTidy(page);
  await page.getByRole('button', { name: '开始导入' }).click();
  await expect(page.locator('[data-figure=failed]')).toHaveText('1', { timeout: 30_000 });
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: '下载有误的行' }).click();
  const rejected = new ExcelJS.Workbook();
  await rejected.xlsx.readFile(await (await download).path());
  const wrong = rejected.worksheets[0];
  expect(wrong?.getCell('D2').text).toContain('电话');
  if (wrong) wrong.getCell('B2').value = '13800990002';
  const corrected = save('已改.xlsx', Buffer.from(await rejected.xlsx.writeBuffer()));
  await page.goto(`${kedang.url}/imports`);
  await page.locator('input[type=file]').setInputFiles(corrected);
  await page.waitForURL(/\/imports\/.+/);
  await page.getByRole('button', { name: '开始导入' }).click();
  await expect(page.locator('[data-figure=created]')).toHaveText('1', { timeout: 30_000 });
  await expect(page.locator('[data-figure=failed]')).toHaveText('0');

  // A long one is stopped midway; what it brought can be taken back.
  const many = ['公司名称', ...Array.from({ length: 20_000 }, (_, n) => `${tail}长表${n}公司`)].join('\r\n');
  await page.goto(`${kedang.url}/imports`);
  await page.locator('input[type=file]').setInputFiles(save('长表.csv', Buffer.from(many)));
  await page.waitForURL(/\/imports\/.+/);
  await page.getByRole('button', { name: '开始导入' }).click();
  // Some thousands, so that taking them back has a way to go.
  await expect(page.locator('[data-figure=created]')).toHaveText(/^([4-9]|1\d),\d{3}$/, { timeout: 60_000 });
  await page.getByRole('button', { name: /取\s*消/ }).click();
  await expect(page.getByText('已取消', { exact: true })).toBeVisible({ timeout: 15_000 });
  await page.getByRole('button', { name: '撤销导入' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '撤销导入' }).click();
  // The bar is that of the taking back: of what was brought, not of the rows of the sheet.
  await expect(page.getByText('正在撤销', { exact: true })).toBeVisible();
  await expect(page.getByText(/^[1-9][\d,]* \/ (?!20,000)[\d,]+$/)).toBeVisible();
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /^[1-9]\d?$/);
  await expect(page.getByText('已撤销', { exact: true })).toBeVisible({ timeout: 30_000 });
});

test('a sheet of purchases is recognised and feeds the card of its customer', { tag: '@desktop' }, async ({
  page,
  kedang,
}) => {
  // The same pages as for customers.
  const made = await api<{ id: string; number: string }>(kedang, 'POST', '/customers', {
    kind: 'company',
    values: { name: '采购导入公司' },
  });
  await signIn(page, kedang.url, undefined, undefined, '/purchases/import');
  await page.waitForURL(/target=purchase/);
  const path = join(folder, '采购.csv');
  writeFileSync(path, `客户,日期,金额,产品\r\n${made.number},2026-03-02,1200,灯具\r\n不存在公司,2026-03-02,1,`);
  await page.locator('input[type=file]').setInputFiles(path);
  await page.waitForURL(/\/imports\/.+/);
  await expect(page.getByRole('radio', { name: '采购记录' })).toBeChecked();
  await expect(page.getByText('已识别 4 / 4 列')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: '开始导入' }).click();
  await expect(page.locator('[data-figure=created]')).toHaveText('1', { timeout: 30_000 });
  await expect(page.getByRole('row', { name: /不存在公司/ })).toContainText('没有这个客户');
  const card = await apiGet<{ values: Record<string, unknown> }>(kedang.url, kedang.token, `/customers/${made.id}`);
  expect(card.values).toMatchObject({ purchaseCount: 1, purchaseTotal: 1200 });
});

test('a broken file and a wrong kind of file get a clear answer', async ({ page, kedang }) => {
  await signIn(page, kedang.url);
  await page.goto(`${kedang.url}/imports`);
  const broken = join(folder, '坏.xlsx');
  writeFileSync(broken, Buffer.from('PK\u0003\u0004 this is not a workbook'));
  await page.locator('input[type=file]').setInputFiles(broken);
  await expect(page.getByRole('alert')).toBeVisible();
  const picture = join(folder, '图片.csv');
  writeFileSync(picture, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]));
  await page.locator('input[type=file]').setInputFiles(picture);
  await expect(page.getByRole('alert')).toBeVisible();
});
