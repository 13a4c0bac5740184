import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { apiGet, expect, expectAccessible, expectTidy, signIn, test } from './kedang.ts';

const folder = mkdtempSync(join(tmpdir(), 'kedang-sheets-'));

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

test('an exhibition sheet becomes customers, its wrong cells are told, and it can be undone', async ({
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

  // Undo the first.
  await page.goto(`${kedang.url}/imports`);
  await page
    .getByRole('link', { name: /展会\.csv/ })
    .first()
    .click();
  await page.getByRole('button', { name: '撤销导入' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '撤销导入' }).click();
  await expect(page.getByText('已撤销', { exact: true })).toBeVisible({ timeout: 30_000 });
  const after = await apiGet<{ value: number }>(kedang.url, kedang.token, '/customers/count');
  expect(after.value).toBe(before.value);
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
