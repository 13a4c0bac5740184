import { type Answer, api, invite } from './company.ts';
import { expect, expectAccessible, expectTidy, password, signIn, test } from './kedang.ts';

test('a supervisor inspects cards, the rep fixes, the day is discussed', async ({
  page,
  kedang,
  browser,
  isMobile,
}) => {
  const mark = isMobile ? '手机' : '桌面';
  const team = await api(kedang, 'POST', '/teams', { name: `${mark}检查组`, parentId: null });
  const rep = await invite(kedang, `业务员${mark}`, 'sales', team.id);
  const boss = await invite(kedang, `检查人${mark}`, 'supervisor', team.id);
  const name = `${mark}待查公司`;
  const made = await api(kedang, 'POST', '/customers', { kind: 'company', values: { name } }, rep.headers);
  await api(kedang, 'POST', `/customers/${made.id}/notes`, { body: '电话无人接听' }, rep.headers);

  // The supervisor plans, draws and inspects.
  await signIn(page, kedang.url, boss.email, password);
  await page.goto(`${kedang.url}/inspections`);
  await page.getByRole('tab', { name: '检查计划' }).click();
  await page.getByRole('button', { name: '新建检查计划' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('计划名称').fill(`${mark}周检`);
  // A number out of bounds is refused as it was typed; emptied, it waits for the next.
  const amount = dialog.locator('#plan-amount');
  await amount.fill('5000');
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  await expect(dialog.locator('#plan-amount-error')).toHaveText('最大为 1000。');
  await expect(amount).toHaveValue('5000');
  await amount.fill('');
  await amount.pressSequentially('5');
  await expect(amount).toHaveValue('5');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  await page.getByRole('button', { name: '现在抽样' }).click();
  await page.getByRole('tab', { name: '检查任务' }).click();
  await expect(page.getByText('已检查 0 / 1')).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await page.getByRole('link', { name: `${mark}周检` }).click();
  await page.getByRole('button', { name: new RegExp(name) }).click();
  const card = page.getByRole('dialog');
  await card.getByRole('button', { name: '保存检查结果' }).click();
  await expect(card.getByText('请填写这一项的检查结果。').first()).toBeVisible();
  await card.getByRole('button', { name: '批注“备注”' }).click();
  const writing = page.getByRole('dialog', { name: '批注“备注”' });
  await writing.getByLabel('批注内容').fill('请写明下次联系时间');
  await writing.getByRole('button', { name: /保\s*存/ }).click();
  await expect(card.getByText('请写明下次联系时间')).toBeVisible();
  for (const group of await card.getByRole('radiogroup').all())
    await group.getByText('合格', { exact: true }).first().click();
  await expect(page.getByText('有批注').last()).toBeVisible();
  await expect(card.getByText('别人刚刚保存过。')).toHaveCount(0);
  // Another supervisor saves the same card: what was ticked here stays, and nothing is overwritten unseen.
  const round = new URL(page.url()).pathname.split('/').at(-1);
  const [drawn] = (await api(kedang, 'GET', `/inspection-rounds/${round}/items?limit=5`)).items;
  const rounds: { id: string; checklist: { key: string }[] }[] = (await api(kedang, 'GET', '/inspection-rounds')).items;
  const points = rounds.find((item) => item.id === round)?.checklist ?? [];
  const none = Object.fromEntries(points.map(({ key }) => [key, 'none']));
  await api(
    kedang,
    'PUT',
    `/inspection-items/${drawn.id}/inspection`,
    { answers: none },
    {
      authorization: `Bearer ${kedang.token}`,
      'if-match': `"${drawn.version}"`,
    },
  );
  await card.getByRole('button', { name: '保存检查结果' }).click();
  await expect(card.getByText('别人刚刚保存过。')).toBeVisible();
  await expect(card.getByRole('radio', { name: '合格', exact: true }).first()).toBeChecked();
  await card.getByRole('button', { name: '取用对方的版本' }).click();
  await expect(card.getByRole('radio', { name: '不适用', exact: true }).first()).toBeChecked();
  await card.getByText('合格', { exact: true }).first().click();
  await card.getByRole('button', { name: '保存检查结果' }).click();
  await expect(page.getByText('有批注').last()).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);

  // The rep is told on the card and in the list, and says what was done.
  const other = await browser.newContext({ locale: 'zh-CN', viewport: page.viewportSize() });
  const his = await other.newPage();
  await signIn(his, kedang.url, rep.email, password);
  await his.goto(`${kedang.url}/customers/${made.id}`);
  await his.getByRole('button', { name: /检查批注/ }).click();
  await his.getByRole('dialog').getByRole('button', { name: '已整改' }).click();
  const fix = his.getByRole('dialog', { name: '已整改' });
  await fix.getByRole('button', { name: '已整改' }).click();
  await expect(fix.getByText('批注的字段还没有改动')).toBeVisible();
  await fix.getByLabel(/整改说明/).fill('客户下周一回电');
  await expectAccessible(his);
  await fix.getByRole('button', { name: '已整改' }).click();
  await expect(his.getByText('待复查')).toBeVisible();
  await his.goto(`${kedang.url}/inspections`);
  await expect(his.getByRole('tab', { name: '我的待整改' })).toBeVisible();
  await expectTidy(his);
  await expectAccessible(his);

  // The supervisor checks the fix.
  await page.goto(`${kedang.url}/inspections`);
  await page.getByRole('tab', { name: '我提出的批注' }).click();
  await page.getByRole('button', { name: '复查通过' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '复查通过' }).click();
  await expect(page.getByText('没有这类批注。').first()).toBeVisible();
  await page.getByRole('tab', { name: '检查统计' }).click();
  await expect(page.getByRole('row', { name: new RegExp(`业务员${mark}`) })).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);

  // The day: remark on a record, reply, discussed.
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());
  // A day chosen while the page still loads stays chosen.
  let answer = (): void => {};
  const chosen = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/api/v1/discussions?limit=*', async (route) => {
    await chosen;
    await route.continue();
  });
  await page.goto(`${kedang.url}/discussions`);
  await page.getByLabel('日期').fill(today);
  answer();
  await expect(page.getByText(/条记录/).first()).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await page.getByRole('link', { name: `业务员${mark}` }).click();
  await expect(page.getByText('电话无人接听')).toBeVisible();
  await page
    .getByRole('button', { name: `点评关于“${name}”的记录` })
    .last()
    .click();
  await page.getByLabel('写点评或回复').last().fill('换个时间再打');
  await page
    .getByRole('button', { name: /发\s*送/ })
    .last()
    .click();
  await expect(page.locator('.note-text').filter({ hasText: '换个时间再打' })).toBeVisible();
  await page.getByRole('button', { name: '标为已讨论' }).click();
  await expect(page.getByText(/标为已讨论/).first()).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await his.goto(`${kedang.url}/discussions/${rep.id}/${today}`);
  await his.getByLabel('写点评或回复').first().fill('好的');
  await his
    .getByRole('button', { name: /发\s*送/ })
    .first()
    .click();
  const talk = async (): Promise<Answer> =>
    api(kedang, 'GET', `/discussions/${rep.id}/${today}`, undefined, boss.headers);
  await expect
    .poll(async () => (await talk()).remarks.map((remark: Answer) => remark.body))
    .toEqual(['换个时间再打', '好的']);
  expect((await talk()).discussedAt).not.toBeNull();
  await other.close();
});
