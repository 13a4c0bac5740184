import type { Locator, Page } from '@playwright/test';
import { companyDay } from '../company-day.ts';
import { api, apiGet, choose, expect, expectAccessible, expectTidy, signIn, test } from './kedang.ts';

interface Rows {
  items: { id: string; number: string; version: number; values: Record<string, unknown> }[];
}

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
  const views = await apiGet<{ items: { name: string; shared: boolean }[] }>(kedang.url, kedang.token, '/views');
  expect(views.items.find((view) => view.name === viewName)?.shared).toBe(true);

  if (isMobile) {
    await expectTidy(page);
    // No heads to click on a phone: the order is chosen above the cards.
    await choose(page, page.getByLabel('排序', { exact: true }), '客户等级 ↑');
    await expect(page).toHaveURL(/sort=grade/);
    await expectAccessible(page);
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

test('a customer is created with its duplicate told, edited in place, and its past is kept', async ({
  page,
  kedang,
  isMobile,
}) => {
  const tail = isMobile ? '手机' : '桌面';
  const name = `青岛${tail}海产有限公司`;
  await signIn(page, kedang.url);
  await page.goto(`${kedang.url}/customers/new`);
  await page.getByRole('button', { name: '建立档案' }).click();
  await expect(page.locator('#new-name-error')).toBeVisible();
  await page.locator('#new-name').fill(name);
  await page.getByRole('button', { name: '建立档案' }).click();
  await page.waitForURL(/\/customers\/[0-9a-f-]{36}/);
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  const id = page.url().split('/').pop() ?? '';

  // Inline edit by keyboard; a wrong value is refused at its field and stays to be corrected.
  const field = (key: string) => page.locator(`[data-field=${key}]`);
  await field('uscc').getByRole('button', { name: /修改/ }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('123');
  await page.keyboard.press('Enter');
  await expect(field('uscc').getByRole('alert')).toBeVisible();
  await page.keyboard.press('Escape');
  // A day half typed is told and not taken for none; a number that is none is kept, with what to do.
  await field('foundedOn').getByRole('button', { name: /修改/ }).press('Enter');
  await page.keyboard.type('02');
  await page.keyboard.press('Enter');
  await expect(field('foundedOn').getByRole('alert')).toContainText('不是有效日期');
  await page.keyboard.press('Escape');
  await field('phones').getByRole('button', { name: /修改/ }).press('Enter');
  await page.keyboard.type('12');
  await page.keyboard.press('Enter');
  await expect(field('phones')).toContainText('国外号码请加国家区号');
  await field('phones').getByRole('button', { name: /^核实/ }).press('Enter');
  await expect(field('phones').getByRole('button', { name: /^核实/ })).toBeHidden();
  await field('shortName').getByRole('button', { name: /修改/ }).click();
  await page.keyboard.type('海产一号');
  await page.keyboard.press('Enter');
  await expect(field('shortName')).toContainText('海产一号');
  await field('shortName').getByRole('button', { name: /修改/ }).click();
  await field('shortName').getByRole('textbox').fill('海产二号');
  await page.keyboard.press('Enter');
  await expect(field('shortName')).toContainText('海产二号');

  // History and restore.
  await field('shortName').hover();
  await field('shortName')
    .getByRole('button', { name: /的历史/ })
    .click();
  const history = page.getByRole('dialog');
  await expect(history).toContainText('海产一号');
  await expectAccessible(page);
  await history.getByRole('button', { name: '恢复为此值' }).first().click();
  await expect(field('shortName')).toContainText('海产一号');
  await expect(history).toContainText('恢复旧值');
  await page.keyboard.press('Escape');

  // Who can see this, with the reason; by keyboard.
  await page.getByRole('button', { name: /更多/ }).focus();
  await page.keyboard.press('Enter');
  const choice = page.getByRole('menuitem', { name: '谁能看到' });
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  for (let step = 0; step < 8 && !(await choice.evaluate((item) => item === document.activeElement)); step += 1)
    await page.keyboard.press('ArrowDown');
  // The Enter that chooses does not press the close button of the dialog as well.
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('林静');
  await page.keyboard.press('Escape');

  // People and notes.
  await page.getByRole('tab', { name: '联系人' }).click();
  await page.getByRole('button', { name: '添加联系人' }).click();
  await page.locator('#contact-name').fill('孙海');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /保\s*存/ })
    .click();
  const person = page.getByRole('dialog').filter({ hasText: '孙海' });
  await expect(person).toBeVisible();
  await person.press('Escape');
  await expect(person).toBeHidden();
  await expect(page.getByRole('button', { name: '孙海' })).toBeVisible();
  await page.getByRole('tab', { name: '动态' }).click();
  await page.getByLabel('写备注').fill('喜欢海参');
  await page.getByRole('button', { name: '添加备注' }).click();
  await expect(page.getByText('喜欢海参').last()).toBeVisible();
  await expect(page.getByText('添加联系人', { exact: true }).last()).toBeVisible();
  await expect(page.locator('.timeline li').filter({ hasText: '核实资料' })).toContainText('电话');
  await expectAccessible(page);
  await expectTidy(page);

  // The same name again: told, and nothing typed is lost.
  await page.goto(`${kedang.url}/customers/new`);
  await page.locator('#new-name').fill(name);
  await page.getByRole('button', { name: '建立档案' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '可能已有此客户' })).toBeVisible();
  await expect(page.locator('#new-name')).toHaveValue(name);

  const card = await apiGet<{ values: Record<string, unknown> }>(kedang.url, kedang.token, `/customers/${id}`);
  expect(card.values).toMatchObject({ name, shortName: '海产一号' });
});

test('somebody saved first: the dialog shows three values and loses none', async ({ page, kedang, isMobile }) => {
  await signIn(page, kedang.url);
  const { items } = await apiGet<Rows>(kedang.url, kedang.token, '/customers?fields=name&sort=number&limit=5');
  const row = items[isMobile ? 1 : 0];
  if (!row) throw new Error('no customer');
  await page.goto(`${kedang.url}/customers/${row.id}`);
  const field = page.locator('[data-field=shortName]');
  await field.getByRole('button', { name: /修改/ }).click();
  await page.keyboard.type('我的值');
  const other = await fetch(`${kedang.url}/api/v1/customers/${row.id}`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${kedang.token}`,
      'content-type': 'application/json',
      'if-match': `"${row.version}"`,
    },
    body: JSON.stringify({ values: { shortName: '对方的值' } }),
  });
  expect(other.status).toBe(200);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: '有人先保存了' });
  await expect(dialog).toContainText('我的值');
  await expect(dialog).toContainText('对方的值');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: '按选择保存' }).click();
  await expect(field).toContainText('我的值');
  const card = await apiGet<{ version: number; values: Record<string, unknown> }>(
    kedang.url,
    kedang.token,
    `/customers/${row.id}`,
  );
  expect(card.values.shortName).toBe('我的值');

  // Of a list both sides' entries are kept: a number is added by keyboard while somebody else adds another.
  const phones = page.locator('[data-field=phones]');
  await phones.getByRole('button', { name: /修改/ }).press('Enter');
  await phones.getByRole('button', { name: '添加电话' }).press('Enter');
  await page.keyboard.type('+86 137 0013 7000');
  const before = (card.values.phones ?? []) as object[];
  await api(
    kedang,
    'PATCH',
    `/customers/${row.id}`,
    { values: { phones: [...before, { value: '+86 139 0013 9000' }] } },
    card.version,
  );
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('radio', { name: '两者都保留' })).toBeChecked();
  await dialog.getByRole('button', { name: '按选择保存' }).click();
  await expect(phones).toContainText('137 0013 7000');
  const kept = await apiGet<{ values: { phones: { value: string }[] } }>(
    kedang.url,
    kedang.token,
    `/customers/${row.id}`,
  );
  expect(kept.values.phones.map((phone) => phone.value)).toEqual(
    expect.arrayContaining(['+8613700137000', '+8613900139000']),
  );
  expect(kept.values.phones).toHaveLength(before.length + 2);

  // Tags by keyboard: the list of choices is open, and Ctrl+Enter saves what was chosen in it.
  const tags = page.locator('[data-field=tags]');
  await tags.getByRole('button', { name: /修改/ }).press('Enter');
  await tags.getByRole('combobox').press('ArrowDown');
  await page.keyboard.type('OEM');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Enter');
  await expect(tags.getByRole('combobox')).toBeHidden();
  await expect(tags).toContainText('OEM');
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
});

test('a household gets a member with two phones of their own type and note, a dealer an indirect customer; the card is looked at as of a day (wide screens)', {
  tag: '@desktop',
}, async ({ page, kedang }) => {
  // The same fields in one column; the phone walks them in the journey above.
  await signIn(page, kedang.url);
  const home = await api<{ id: string }>(kedang, 'POST', '/customers', { kind: 'household', values: { name: '孟家' } });
  await page.goto(`${kedang.url}/customers/${home.id}`);
  await page.getByRole('button', { name: '添加成员' }).click();
  await page.locator('#new-name').fill('孟小川');
  await page.getByRole('button', { name: '建立档案' }).click();
  await page.waitForURL((url) => /[0-9a-f-]{36}$/.test(url.pathname) && !url.pathname.endsWith(home.id));
  const id = page.url().split('/').pop() ?? '';

  const phones = page.locator('[data-field=phones]');
  await phones.getByRole('button', { name: /修改/ }).click();
  await phones.getByRole('textbox').first().fill('13800138321');
  await phones.getByLabel('备注').first().fill('早上打');
  await phones.getByRole('button', { name: '添加电话' }).click();
  await phones.getByRole('textbox', { name: '电话 2' }).fill('021-62881234');
  await phones.getByLabel('备注').nth(1).fill('前台');
  await phones.getByRole('button', { name: /保\s*存/ }).click();
  await expect(phones).toContainText('前台');
  const card = await apiGet<{ values: Record<string, unknown> }>(kedang.url, kedang.token, `/customers/${id}`);
  expect(card.values).toMatchObject({
    parentCustomerId: home.id,
    phones: [
      { value: '+8613800138321', note: '早上打', valid: true },
      { note: '前台', valid: true },
    ],
  });

  await page.getByRole('button', { name: /更多/ }).click();
  await page.getByText('某日的卡片').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('早上打');
  await dialog.getByLabel('日期').fill(companyDay(-1));
  await expect(dialog).toContainText('这一天还没有这份档案');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.goto(`${kedang.url}/customers/${home.id}`);
  await expect(page.getByRole('region', { name: '家庭成员' })).toContainText('孟小川');

  // Whom a dealer serves stands under the dealer, and says so on its own card.
  const dealer = await api<{ id: string }>(kedang, 'POST', '/customers', {
    kind: 'partner',
    values: { name: '闽南经销商行' },
  });
  await page.goto(`${kedang.url}/customers/${dealer.id}`);
  await page.getByRole('button', { name: '添加间接客户' }).click();
  await page.locator('#new-name').fill('晋江鞋机厂');
  await page.getByRole('button', { name: '建立档案' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '晋江鞋机厂' })).toBeVisible();
  await expect(page.locator('[data-field=relationship]')).toContainText('间接客户');
  await page.getByRole('link', { name: '闽南经销商行' }).click();
  await expect(page.getByRole('region', { name: '间接客户' }).getByRole('link')).toHaveText(['晋江鞋机厂']);
});
