import { type Answer, api, invite } from './company.ts';
import {
  choose,
  expect,
  expectAccessible,
  expectTidy,
  password,
  shot,
  signIn,
  switchLanguage,
  test,
} from './kedang.ts';

test('a new customer is collected, reviewed, verified and numbered; a conflict about it is ruled', async ({
  page,
  kedang,
  isMobile,
}) => {
  const mark = isMobile ? '手机' : '桌面';
  const name = `${mark}明珠阀门有限公司`;
  const team = await api(kedang, 'POST', '/teams', { name: `建档组${mark}`, parentId: null });
  const rep = await invite(kedang, `收集人${mark}`, 'sales', team.id);
  const boss = await invite(kedang, `主管${mark}`, 'supervisor', team.id);
  const archivist = await invite(kedang, `档案员${mark}`, 'archivist');
  const rival = await invite(kedang, `另一销售${mark}`, 'sales');
  const leader = await invite(kedang, `总经理${mark}`, 'leader');
  const anew = async (who: { email: string }, path: string) => {
    await page.context().clearCookies();
    await signIn(page, kedang.url, who.email, password, path);
  };

  // The rep types; it is kept without being asked for, wrong inputs are named when handing in.
  await signIn(page, kedang.url, rep.email, password, '/intakes/new');
  await page.getByRole('button', { name: '添加联系人' }).click();
  await page.getByRole('group', { name: '联系人 1' }).getByLabel('姓名').fill('周厂长');
  await expect(page.getByText('草稿已保存')).toBeVisible();
  // A day half typed is told: it is not taken for no day.
  await page.locator('#intake-day').focus();
  await page.keyboard.type('20');
  await page.getByRole('button', { name: '提交审核' }).click();
  await expect(page.locator('#intake-day-error')).toHaveText(/不是有效日期/);
  await page.locator('#intake-day').fill('2026-11-20');
  await page.getByRole('button', { name: '提交审核' }).click();
  await expect(page.locator('#intake-name-error')).toBeVisible();
  await expect(page.locator('#intake-name')).toBeFocused();
  await expect(page.locator('.ant-alert-error')).toHaveCount(0);
  await expectAccessible(page);
  await expectTidy(page);
  await shot(page, 'intake-form');
  // Somebody who is a customer already is told while the name is typed, not when the reviewer reads it.
  const known = await api(kedang, 'GET', '/customers?fields=name&limit=1');
  await page.locator('#intake-name').fill(known.items[0].values.name);
  await expect(page.getByText(/个相似客户由他人负责/)).toBeInViewport();
  await page.locator('#intake-name').fill(name);
  await expect(page.getByText(/个相似客户由他人负责/)).toBeHidden();
  await page.getByRole('button', { name: '提交审核' }).click();
  await expect(page.getByText('收集的资料')).toBeVisible();
  const { items } = await api(kedang, 'GET', '/intakes', undefined, rep.headers);
  const intake: Answer = await api(kedang, 'GET', `/intakes/${items[0].id}`, undefined, rep.headers);
  expect(intake).toMatchObject({ state: 'submitted', name, contacts: [{ values: { name: '周厂长' } }] });

  // The manager says yes, here and a moment before in another window: what is typed here stays, and what is so by now is shown.
  await anew(boss, `/intakes/${intake.id}`);
  await page.locator('#approval-comment').fill('资料齐全，建议建档');
  await api(
    kedang,
    'POST',
    `/approvals/${intake.approvalId}/decision`,
    { decision: 'approve', comment: '' },
    { ...boss.headers, 'if-match': '"1"' },
  );
  await page.getByRole('button', { name: /^同\s*意$/ }).click();
  await expect(page.getByText('刚有别人处理了这份申请')).toBeVisible();
  await expect(page.getByRole('button', { name: /^同\s*意$/ })).toBeHidden();
  await expect(page.locator('#approval-comment')).toHaveValue('资料齐全，建议建档');
  await expectTidy(page);
  await shot(page, 'intake-decided-meanwhile');

  // The archivist marks the name as verified and numbers it.
  await anew(archivist, `/intakes/${intake.id}`);
  await page.getByRole('button', { name: '全部标为已核实' }).click();
  await expect(page.getByRole('checkbox').first()).toBeChecked();
  await expectAccessible(page);
  await expectTidy(page);
  await shot(page, 'intake-verify');
  await page.getByRole('button', { name: /^同\s*意$/ }).click();
  await expect(page.getByText(/已建档，编号/)).toBeVisible();
  const done: Answer = await api(kedang, 'GET', `/intakes/${intake.id}`, undefined, rep.headers);
  const card: Answer = await api(kedang, 'GET', `/customers/${done.customerId}`, undefined, rep.headers);
  expect(card).toMatchObject({ number: done.number, owner: { id: rep.id } });
  await page.goto(`${kedang.url}/intakes`);
  await page.getByText('全部', { exact: true }).click();
  await expect(page.getByRole('link', { name })).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'intake-list');

  // Somebody else claims the same customer from the create form, and sees no more than his own words.
  await anew(rival, '/customers/new');
  await page.locator('#new-name').fill(name);
  await page.getByRole('button', { name: '提出撞单' }).click();
  await page.getByLabel('理由').fill('去年展会上是我接待的');
  await page.getByRole('dialog').getByRole('button', { name: '提出撞单' }).click();
  await expect(page.getByText('裁决之前您看不到它的资料')).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'conflict-blind');
  const address = page.url();

  // The manager of both reads the records and rules; the phone shows the same page in one column.
  await anew(leader, new URL(address).pathname);
  await expect(page.getByText('先记录')).toBeVisible();
  await page.getByRole('checkbox', { name: /作为协作人/ }).check();
  await page.locator('#ruling-reason').fill('展会记录为证，由提出人跟进');
  await expectAccessible(page);
  await expectTidy(page);
  await shot(page, 'conflict-rule');
  await page.getByRole('button', { name: '作出裁决' }).click();
  await expect(page.getByText('裁决结果')).toBeVisible();
  const ruled: Answer = await api(kedang, 'GET', `/customers/${done.customerId}`, undefined, rival.headers);
  expect(ruled.owner.id).toBe(rival.id);
  await switchLanguage(page, 'English');
  await expectTidy(page);
  await shot(page, 'conflict-en');
});

test('an administrator sets up a rule of assignment (desktop page)', { tag: '@desktop' }, async ({ page, kedang }) => {
  // A settings page.
  const rep = await invite(kedang, '轮到的人', 'sales');
  await api(kedang, 'POST', '/customers', { kind: 'company', values: { name: '待分配商行' }, ownerId: null });
  await signIn(page, kedang.url, undefined, undefined, '/settings/assignment');
  await page.getByRole('button', { name: '新建规则' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('#rule-name').fill('其余轮流');
  await choose(page, dialog.locator('#rule-people'), '轮到的人');
  await dialog.getByRole('button', { name: /试\s*算/ }).click();
  await expect(dialog.getByText(/轮到的人 \d+ 个/)).toBeVisible();
  await expectAccessible(page);
  await shot(page, 'assignment-dialog');
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: '立即分配' }).click();
  await expect(page.getByText(/现在有 \d+ 个客户没有负责人/)).toBeHidden();
  await expectAccessible(page);
  await expectTidy(page);
  await shot(page, 'assignment');
  const mine: Answer = await api(kedang, 'GET', '/customers', undefined, rep.headers);
  expect(mine.items.some((item: Answer) => item.values.name === '待分配商行')).toBe(true);
  const rules: Answer = await api(kedang, 'GET', '/assignment-rules');
  await api(kedang, 'DELETE', `/assignment-rules/${rules.items[0].id}`, undefined, {
    authorization: `Bearer ${kedang.token}`,
    'if-match': `"${rules.items[0].version}"`,
  });
});
