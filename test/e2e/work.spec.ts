import { companyDay } from '../company-day.ts';
import { apiGet, choose, expect, expectAccessible, expectTidy, shot, signIn, test } from './kedang.ts';

interface Rows {
  items: { id: string; values: Record<string, unknown> }[];
}

test('an activity with its next step becomes a task, is done, undone and moved', async ({ page, kedang, isMobile }) => {
  await signIn(page, kedang.url);
  const { items } = await apiGet<Rows>(kedang.url, kedang.token, '/customers?fields=name&sort=number&limit=5');
  const row = items[isMobile ? 1 : 0];
  if (!row) throw new Error('no customer');
  const tail = isMobile ? '手机' : '桌面';
  await page.goto(`${kedang.url}/customers/${row.id}`);
  await page.getByRole('tab', { name: '跟进' }).click();
  await page.getByRole('button', { name: '记录活动' }).click();
  const dialog = page.getByRole('dialog', { name: '记录活动' });
  await dialog.getByLabel('主题').fill(`电话回访${tail}`);
  await dialog.getByLabel('经过与结果').fill('<b>报价</b>已发');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  // The next step is asked for: nothing typed is lost.
  await expect(dialog.locator('#next-title-error')).toBeVisible();
  await expect(dialog.getByLabel('主题')).toHaveValue(`电话回访${tail}`);
  await dialog.getByLabel('做什么').fill(`寄样品${tail}`);
  await dialog.getByLabel('什么时候').fill(companyDay());
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('<b>报价</b>已发')).toBeVisible();
  await expect(page.getByRole('button', { name: `寄样品${tail}`, exact: true })).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  const card = await apiGet<Rows['items'][number]>(kedang.url, kedang.token, `/customers/${row.id}`);
  expect(card.values.lastContactAt).toBeTruthy();

  await page.goto(`${kedang.url}/tasks`);
  const task = page.getByRole('listitem').filter({ hasText: `寄样品${tail}` });
  await task.getByRole('checkbox').click();
  await page.getByRole('button', { name: /撤\s*销/ }).click();
  await expect(task.getByRole('checkbox')).not.toBeChecked();
  await task.getByRole('button', { name: `推迟：寄样品${tail}` }).click();
  await page.getByText('推迟到明天').click();
  await expect(page.getByRole('region', { name: /明天/ }).getByText(`寄样品${tail}`)).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  const { items: tasks } = await apiGet<{ items: { title: string; state: string }[] }>(
    kedang.url,
    kedang.token,
    `/tasks?customerId=${row.id}`,
  );
  expect(tasks).toMatchObject([{ title: `寄样品${tail}`, state: 'open' }]);
});

test('calendar: a recurring task, moved by keyboard and by dragging', async ({ page, kedang, isMobile }) => {
  await signIn(page, kedang.url);
  await page.goto(`${kedang.url}/calendar`);
  const tail = isMobile ? '手机' : '桌面';
  await page.getByRole('button', { name: '新建任务' }).first().click();
  const dialog = page.getByRole('dialog', { name: '新建任务' });
  await dialog.getByLabel('做什么').fill(`周例会${tail}`);
  const time = dialog.getByLabel('时刻（可不填）');
  await choose(page, dialog.getByLabel('重复', { exact: true }), '每周');
  // Half typed, a time and the last day of a repeat are told, not taken for none.
  for (const half of [time, dialog.locator('#task-repeat-until')]) {
    await half.focus();
    await page.keyboard.type('20');
  }
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  await expect(dialog.locator('#task-time-error')).toHaveText(/日期和时间/);
  await time.fill('09:30');
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  await expect(dialog.locator('#task-repeat-error')).toBeVisible();
  await dialog.locator('#task-repeat-until').fill('');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  await expect(dialog).toBeHidden();
  const taskOf = async () => {
    const { items } = await apiGet<{ items: { title: string; dueOn: string; rrule: string }[] }>(
      kedang.url,
      kedang.token,
      '/tasks?limit=200',
    );
    return items.find((item) => item.title === `周例会${tail}`);
  };
  const before = await taskOf();
  expect(before?.rrule).toBe('FREQ=WEEKLY');
  const entry = page.getByRole('button', { name: new RegExp(`09:30 ?周例会${tail}$`) }).first();
  await entry.focus();
  await page.keyboard.press('Alt+ArrowRight');
  await expect.poll(async () => (await taskOf())?.dueOn).not.toBe(before?.dueOn);
  await expectTidy(page);
  await expectAccessible(page);
  for (const view of ['日', '周', '月']) {
    await page.locator('.ant-segmented-item').filter({ hasText: view }).click();
    await page.waitForLoadState('networkidle');
    await expectTidy(page);
    await expectAccessible(page);
    await shot(page, `calendar-${view}`);
  }
  if (isMobile) return;
  const moved = (await taskOf())?.dueOn;
  const source = await page
    .getByRole('button', { name: new RegExp(`09:30 ?周例会${tail}$`) })
    .first()
    .boundingBox();
  const target = await page.locator('.calendar-cell').nth(1).boundingBox();
  if (!source || !target) throw new Error('nothing to drag');
  await page.mouse.move(source.x + 20, source.y + 8);
  await page.mouse.down();
  await page.mouse.move(source.x + 40, source.y + 30, { steps: 4 });
  await page.mouse.move(target.x + 30, target.y + 60, { steps: 8 });
  await page.mouse.up();
  await expect.poll(async () => (await taskOf())?.dueOn).not.toBe(moved);
});

test('a comment with a mention and a file; the Today page gathers the day', async ({ page, kedang, isMobile }) => {
  const { items } = await apiGet<Rows>(kedang.url, kedang.token, '/customers?fields=name&sort=number&limit=5');
  const row = items[isMobile ? 3 : 2];
  if (!row) throw new Error('no customer');
  const tail = isMobile ? '手机' : '桌面';
  await signIn(page, kedang.url, undefined, undefined, `/customers/${row.id}`);
  // On a phone the tab lies beyond the edge, where the row of tabs still moves.
  await page.getByRole('tab', { name: '评论' }).dispatchEvent('click');
  await page.getByRole('button', { name: /^关\s*注$/ }).click();
  await expect(page.getByRole('button', { name: '已关注' })).toHaveAttribute('aria-pressed', 'true');
  await page.getByLabel('写评论').last().fill(`请看报价<i>${tail}</i>`);
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: '报价单.txt', mimeType: 'text/plain', buffer: Buffer.from('样品 3 件') });
  await page.getByRole('button', { name: /发\s*表/ }).click();
  await expect(page.getByText(`请看报价<i>${tail}</i>`)).toBeVisible();
  await expect(page.getByRole('link', { name: /报价单\.txt/ })).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'comments');
  const comments = await apiGet<{ items: { body: string; files: { name: string }[] }[] }>(
    kedang.url,
    kedang.token,
    `/customers/${row.id}/comments`,
  );
  expect(comments.items).toMatchObject([{ body: `请看报价<i>${tail}</i>`, files: [{ name: '报价单.txt' }] }]);

  await page.goto(`${kedang.url}/`);
  await expect(page).toHaveURL(/\/today/);
  await expect(page.getByRole('heading', { name: '今日', level: 1 })).toBeVisible();
  await expect(page.getByRole('region', { name: '团队今日' }).first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'today');
  await page.goto(`${kedang.url}/notification-settings`);
  await page.getByLabel('邮件').first().waitFor();
  await page.getByLabel('机器人地址（Webhook）').first().fill('http://10.0.0.1/hook');
  await page
    .getByRole('region', { name: '我的机器人' })
    .getByRole('button', { name: /保\s*存/ })
    .click();
  await expect(page.locator('#mine-url-error')).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'notification-settings');
});
