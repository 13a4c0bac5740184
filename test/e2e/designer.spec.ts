import { apiGet, expect, expectAccessible, expectTidy, signIn, test } from './kedang.ts';

test('a new field is at once on the card, in filters and columns; hiding keeps the data', async ({
  page,
  kedang,
  isMobile,
}) => {
  const zh = isMobile ? '手机信用' : '桌面信用';
  const en = isMobile ? 'Phone trust' : 'Desktop trust';
  const key = isMobile ? 'phoneTrust' : 'desktopTrust';
  await signIn(page, kedang.url);
  await page.goto(`${kedang.url}/settings/fields`);
  await page.getByRole('button', { name: '新增字段', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: '新增字段' });
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  await expect(dialog.getByRole('alert').first()).toBeVisible();
  // The form is long: one goes on with the first field that was refused.
  await expect(dialog.getByLabel('中文名').first()).toBeFocused();
  await dialog.getByLabel('中文名').first().fill(zh);
  await dialog.getByLabel('英文名').first().fill(en);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  await expect(page.getByRole('button', { name: zh, exact: true })).toBeVisible();
  await expectTidy(page);

  // Moved by the mouse above the field before it, and back below it by the keyboard.
  const section = page
    .locator('.designer-section')
    .filter({ has: page.getByRole('button', { name: zh, exact: true }) });
  const handles = section.locator('.list-row .drag-handle');
  const order = () => handles.evaluateAll((all) => all.map((handle) => handle.getAttribute('aria-label')));
  const made = await order();
  const handle = page.getByRole('button', { name: `拖动“${zh}”` });
  await handle.scrollIntoViewIfNeeded();
  if (!isMobile) {
    const drawn = () => page.waitForResponse((answer) => answer.url().endsWith('/fields/all') && answer.ok());
    const before = await handles.nth(made.length - 2).boundingBox();
    const dragged = drawn();
    await handle.hover();
    await page.mouse.down();
    await page.mouse.move((before?.x ?? 0) + 5, (before?.y ?? 0) + 4, { steps: 12 });
    await page.mouse.up();
    await dragged;
    await expect.poll(order).not.toEqual(made);
    // The keyboard goes on with what was moved.
    await expect(handle).toBeFocused();
    const back = drawn();
    await page.keyboard.press('Space');
    for (let step = made.length - 1 - (await order()).indexOf(`拖动“${zh}”`); step > 0; step -= 1)
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await back;
    await expect.poll(order).toEqual(made);
    await expect(handle).toBeFocused();
  }

  const { items } = await apiGet<{ items: { id: string }[] }>(
    kedang.url,
    kedang.token,
    '/customers?fields=name&limit=1',
  );
  await page.goto(`${kedang.url}/customers/${items[0]?.id}`);
  const field = page.locator(`[data-field=${key}]`);
  await field.getByRole('button', { name: /修改/ }).click();
  await page.keyboard.type('很好');
  await page.keyboard.press('Enter');
  await expect(field).toContainText('很好');
  const filter = encodeURIComponent(JSON.stringify({ field: key, op: 'eq', value: '很好' }));
  const count = await apiGet<{ value: number }>(kedang.url, kedang.token, `/customers/count?filter=${filter}`);
  expect(count.value).toBe(1);

  // Retyping to a number is refused while a value does not convert, after a preview.
  await page.goto(`${kedang.url}/settings/fields`);
  await page.getByRole('button', { name: zh, exact: true }).click();
  await page.getByRole('button', { name: '转换类型' }).click();
  const convert = page.getByRole('dialog', { name: '转换类型' });
  await convert.getByLabel('新类型').click();
  await page.keyboard.press('ArrowDown');
  await page.getByTitle('数字', { exact: true }).click();
  await convert.getByRole('button', { name: '试转换' }).click();
  await expect(convert.getByText('1 个值中有 0 个可以转换')).toBeVisible();
  await expect(convert.getByRole('button', { name: /^转\s*换$/ })).toBeDisabled();
  await convert.getByRole('button', { name: /取\s*消/ }).click();

  // Hidden: gone from the card, kept in the database.
  await page.getByRole('checkbox', { name: '隐藏', exact: true }).check();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /保\s*存/ })
    .click();
  await expect(page.getByRole('button', { name: zh, exact: true })).toBeHidden();
  const hidden = await apiGet<{ values: Record<string, unknown> }>(
    kedang.url,
    kedang.token,
    `/customers/${items[0]?.id}`,
  );
  expect(hidden.values[key]).toBeUndefined();
  await page.getByRole('checkbox', { name: '显示已隐藏的' }).check();
  await page.getByRole('button', { name: zh, exact: true }).click();
  await page.getByRole('checkbox', { name: '隐藏', exact: true }).uncheck();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /保\s*存/ })
    .click();
  await expect
    .poll(
      async () =>
        (await apiGet<{ values: Record<string, unknown> }>(kedang.url, kedang.token, `/customers/${items[0]?.id}`))
          .values[key],
    )
    .toBe('很好');
});
