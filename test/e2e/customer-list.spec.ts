import type { Locator, Page } from '@playwright/test';
import { api, apiGet, choose, expect, expectAccessible, expectTidy, signIn, test } from './kedang.ts';

/** Who comes back from a card finds the list where it was left. */
async function expectPlaceKept(page: Page, cards: Locator): Promise<void> {
  const list = page.locator('.datagrid');
  const place = () => list.evaluate((element) => element.scrollTop);
  await expect(cards.first()).toBeVisible();
  await list.evaluate((element) => element.scrollTo(0, (element.scrollHeight - element.clientHeight) / 2));
  await expect.poll(place).toBeGreaterThan(50);
  const left = await place();
  // The rows in view are drawn anew after scrolling.
  await cards.nth(14).click();
  await expect(page.getByRole('tab', { name: '客户卡片' })).toBeVisible();
  await page.goBack();
  await expect(cards.first()).toBeVisible();
  await expect.poll(async () => Math.abs((await place()) - left)).toBeLessThan(40);
}

test('list: filter, sort, view in the URL, saved view, bulk edit with undo', async ({ page, kedang, isMobile }) => {
  // Beyond ten thousand the count is an estimate, and says so; three hundred are counted.
  const estimated = { value: 123_456, exact: false };
  await page.route('**/customers/count*', (route) => route.fulfill({ json: estimated }), { times: 1 });
  await signIn(page, kedang.url);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('约 123,456 个');
  await page.getByRole('button', { name: /筛选/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '添加条件', exact: true }).click();
  await dialog.getByLabel('字段').click();
  await page.keyboard.type('客户等级');
  await page.keyboard.press('Enter');
  // Without its value the condition would mean all customers.
  await expect(dialog.getByText('请填写值，或移除这个条件')).toBeVisible();
  await expect(dialog.getByRole('button', { name: /应\s*用/ })).toBeDisabled();
  await dialog.getByLabel('值').click();
  await page.keyboard.type('A');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(dialog.getByText(/符合条件：\d+/)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: /应\s*用/ }).click();
  await expect(page).toHaveURL(/filter=/);
  const matching = await apiGet<{ value: number }>(
    kedang.url,
    kedang.token,
    `/customers/count?filter=${encodeURIComponent('{"field":"grade","op":"in","value":["A"]}')}`,
  );
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`${matching.value} 个`);

  // A reload keeps the state; it can be saved as a view.
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`${matching.value} 个`);
  const viewName = isMobile ? '手机A级' : 'A级客户';
  await page.getByRole('button', { name: /全部客户/ }).click();
  await page.getByText('另存为视图').click();
  await page.getByLabel('视图名称').fill(viewName);
  await page.getByRole('checkbox', { name: '与同事共享' }).check();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /保\s*存/ })
    .click();
  await expect(page.getByRole('button', { name: new RegExp(viewName) })).toBeVisible();
  const views = await apiGet<{ items: { id: string; name: string; shared: boolean; version: number }[] }>(
    kedang.url,
    kedang.token,
    '/views',
  );
  expect(views.items.find((view) => view.name === viewName)?.shared).toBe(true);

  if (isMobile) {
    await expectTidy(page);
    // No heads to click on a phone: the order is chosen above the cards.
    await choose(page, page.getByLabel('排序', { exact: true }), '客户等级 ↑');
    await expect(page).toHaveURL(/sort=grade/);
    await expectAccessible(page);
    // What was chosen for the list stands in its cards.
    await page.getByRole('button', { name: '选择列' }).tap();
    const chooser = page.getByRole('dialog');
    await chooser.getByRole('checkbox', { name: '更新时间' }).tap();
    await chooser.getByRole('checkbox', { name: '填卡日期' }).tap();
    await chooser.getByRole('button', { name: /应\s*用/ }).tap();
    await expect(page.getByRole('link', { name: /EX26/ }).first()).toContainText('填卡日期：20');
    await expectPlaceKept(page, page.getByRole('link', { name: /EX26/ }));
    return;
  }
  // The way back leads to the list without the filter, and forward again.
  await page.goBack();
  await expect(page).not.toHaveURL(/view=/);
  await page.goForward();
  await expect(page).toHaveURL(/view=/);
  // Sort by name: pinyin order, as the server promises.
  await page
    .getByRole('columnheader', { name: /客户名称/ })
    .getByRole('button')
    .first()
    .click();
  await expect(page).toHaveURL(/sort=name/);
  // The view stays open and can be brought up to what the list is now.
  await page.getByRole('button', { name: 'A级客户（已改动）' }).click();
  // In another window it was renamed meanwhile: told, and the second try goes.
  const saved = views.items.find((view) => view.name === viewName);
  await api(kedang, 'PATCH', `/views/${saved?.id}`, { name: viewName }, saved?.version);
  await page.getByRole('menuitem', { name: /^保存到/ }).click();
  await expect(page.getByText('这个视图刚在别处改过')).toBeVisible();
  await page.getByRole('button', { name: 'A级客户（已改动）' }).click();
  await page.getByRole('menuitem', { name: /^保存到/ }).click();
  await expect(page.getByRole('button', { name: 'A级客户 ▾' })).toBeVisible();
  await expectPlaceKept(page, page.locator('.dg-row').getByRole('link'));

  // Bulk edit the first two rows, look, undo.
  const boxes = page.getByRole('checkbox', { name: /^选择 / });
  await boxes.nth(0).click();
  await boxes.nth(1).click();
  await page.getByRole('button', { name: '批量修改' }).click();
  const bulk = page.getByRole('dialog', { name: '批量修改' });
  await bulk.getByLabel('字段').click();
  await page.keyboard.type('简称');
  await page.keyboard.press('Enter');
  await bulk.getByLabel('新值').fill('批改测试');
  await bulk.getByRole('button', { name: /预\s*览/ }).click();
  await expect(bulk.getByText('将修改 2 个客户')).toBeVisible();
  await bulk.getByRole('button', { name: '开始修改' }).click();
  const changed = () =>
    apiGet<{ value: number }>(
      kedang.url,
      kedang.token,
      `/customers/count?filter=${encodeURIComponent('{"field":"shortName","op":"eq","value":"批改测试"}')}`,
    ).then((answer) => answer.value);
  await expect.poll(changed, { timeout: 30_000 }).toBe(2);
  await bulk.getByRole('button', { name: /撤\s*销/ }).click();
  await expect.poll(changed, { timeout: 30_000 }).toBe(0);

  // What was chosen under a filter is not taken along to another list.
  await bulk
    .getByRole('button', { name: /关\s*闭/ })
    .last()
    .click();
  await expect(page.getByRole('region', { name: '已选择的客户' })).toBeVisible();
  await page.locator('.filter-tag .ant-tag-close-icon').click();
  await expect(page).not.toHaveURL(/filter=/);
  await expect(page.getByRole('region', { name: '已选择的客户' })).toBeHidden();

  // A view that is gone, and one whose fields were hidden since, say so.
  await page.goto(`${kedang.url}/customers?view=gone&sort=wasHere`);
  await expect(page.getByRole('status')).toContainText('这个视图已被删除');
  await expect(page.getByRole('status')).toContainText('1 个无权查看');
  await page.goto(`${kedang.url}/customers?filter=${encodeURIComponent('{"field":"wasHere","op":"eq","value":"a"}')}`);
  await expect(page.getByRole('status')).toContainText('没有列出客户');
  await expect(page.getByRole('alert')).toBeHidden();
});

test('columns are moved and sized by dragging and kept for the person; the list is scrolled to its end (wide screens)', {
  tag: '@desktop',
}, async ({ page, kedang, browser }) => {
  // A phone shows cards, not columns.
  await signIn(page, kedang.url);
  await page.getByRole('button', { name: '选择列' }).click();
  const chooser = page.getByRole('dialog');
  const names = () => chooser.locator('.chooser').first().locator('li').allTextContents();
  const before = await names();
  const handle = chooser.getByRole('button', { name: /拖动.*客户等级/ });
  const from = await handle.boundingBox();
  const to = await chooser.locator('.chooser').first().locator('li').first().boundingBox();
  if (!from || !to) throw new Error('nothing to drag');
  await page.mouse.move(from.x + 5, from.y + 5);
  await page.mouse.down();
  await page.mouse.move(from.x + 5, from.y - 10, { steps: 4 });
  await page.mouse.move(to.x + 20, to.y + 2, { steps: 10 });
  await page.mouse.up();
  await expect.poll(names).not.toEqual(before);
  expect((await names())[0]).toContain('客户等级');
  await chooser.getByRole('button', { name: /应\s*用/ }).click();
  const heads = page.getByRole('columnheader');
  await expect(heads.nth(1)).toContainText('客户等级');
  const edge = heads.nth(1).getByRole('slider');
  const grip = await edge.boundingBox();
  if (!grip) throw new Error('no edge');
  const kept = page.waitForResponse((answer) => answer.url().endsWith('/me') && answer.ok());
  await page.mouse.move(grip.x + 2, grip.y + 5);
  await page.mouse.down();
  await page.mouse.move(grip.x + 92, grip.y + 5, { steps: 5 });
  await page.mouse.up();
  await kept;
  await expect(edge).toHaveAttribute('aria-valuenow', '170');
  // The same person elsewhere.
  const other = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1440, height: 900 } });
  const there = await other.newPage();
  await signIn(there, kedang.url);
  await expect(there.getByRole('columnheader').nth(1)).toContainText('客户等级');
  await expect(there.getByRole('columnheader').nth(1).getByRole('slider')).toHaveAttribute('aria-valuenow', '170');
  await other.close();
  // Three pages of a hundred, by the keyboard.
  const grid = page.getByRole('grid');
  await grid.focus();
  await expect
    .poll(async () => {
      await grid.press('End');
      return Number(await page.getByRole('row').last().getAttribute('aria-rowindex'));
    })
    .toBeGreaterThan(300);
  await expectAccessible(page);
  // A grid with nothing in it says so in a row of its own.
  await page.goto(`${kedang.url}/customers?q=${encodeURIComponent('查无此客户')}`);
  await expect(page.getByRole('gridcell')).toHaveCount(1);
  await expectAccessible(page);
});
