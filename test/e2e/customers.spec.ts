import { companyDay } from '../company-day.ts';
import { api, apiGet, expect, expectAccessible, expectTidy, signIn, test } from './kedang.ts';

interface Rows {
  items: { id: string; number: string; version: number; values: Record<string, unknown> }[];
}

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
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  for (let at = await focused(); !at.includes('谁能看到'); at = await focused()) {
    await page.keyboard.press('ArrowDown');
    // The menu moves on with the next picture: a key pressed before would be one too many.
    await expect.poll(focused).not.toBe(at);
  }
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
