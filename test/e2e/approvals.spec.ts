import { companyDay } from '../company-day.ts';
import { type Answer, api, invite } from './company.ts';
import { expect, expectAccessible, expectTidy, password, signIn, test } from './kedang.ts';

test('design a flow; a large export goes up, comes back, is approved by the stand-in', async ({
  page,
  kedang,
  browser,
  isMobile,
}) => {
  const mark = isMobile ? '手机' : '桌面';
  const team = await api(kedang, 'POST', '/teams', { name: `${mark}一组`, parentId: null });
  const rep = await invite(kedang, `业务${mark}`, 'sales', team.id);
  const boss = await invite(kedang, `主管${mark}`, 'supervisor', team.id);
  const leader = await invite(kedang, `领导${mark}`, 'leader', team.id);
  const roles = await api(kedang, 'GET', '/roles');
  const sales = roles.items.find((item: Answer) => item.key === 'sales');
  const admin = { authorization: `Bearer ${kedang.token}` };
  await api(kedang, 'PATCH', `/roles/${sales.id}`, { exportLimit: 0 }, { ...admin, 'if-match': `"${sales.version}"` });
  await api(kedang, 'POST', '/customers', { kind: 'company', values: { name: `${mark}客户公司` } }, rep.headers);

  await signIn(page, kedang.url);
  await page.goto(`${kedang.url}/settings/approval-flows`);
  await expect(page.getByRole('heading', { level: 1, name: '审批流程' })).toBeVisible();
  await page.getByRole('combobox', { name: '申请类别' }).click();
  await page.getByTitle(/^导出/).last().click();
  await page.getByRole('button', { name: /设计流程|修改流程/ }).click();
  const draft = page.getByRole('region', { name: '草稿' });
  await draft.getByRole('button', { name: '增加步骤' }).click();
  const second = draft.getByRole('group', { name: '第 2 步' });
  await second.getByLabel('步骤名称').fill('领导审批');
  await second.getByLabel('审批人类型').click();
  await page.getByTitle('指定人员').click();
  await second.getByRole('combobox', { name: '指定人员' }).fill(`领导${mark}`);
  await page.getByTitle(`领导${mark}`).click();
  await page.keyboard.press('Escape');
  await second.getByLabel('最少同意人数').fill('2');
  await draft.getByRole('button', { name: /发\s*布/ }).click();
  // Wrong: one person cannot be two; the hint is at the field and nothing typed is lost.
  await expect(second.getByText('指定的人只有 1 位')).toBeVisible();
  await expect(second.getByLabel('步骤名称')).toHaveValue('领导审批');
  await expectAccessible(page);
  await second.getByLabel('最少同意人数').fill('1');
  await draft.getByRole('button', { name: /发\s*布/ }).click();
  await expect(page.getByText('使用中')).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);

  const purpose = `${mark}展会名单`;
  await api(
    kedang,
    'POST',
    '/exports',
    { purpose, format: 'xlsx', fields: ['name'], query: {}, sort: 'name' },
    rep.headers,
  );

  // The supervisor sends it back; the rep explains and submits again.
  const other = await browser.newContext({ locale: 'zh-CN', viewport: page.viewportSize() });
  const his = await other.newPage();
  await signIn(his, kedang.url, boss.email, password);
  await his.goto(`${kedang.url}/approvals`);
  await his.getByRole('link', { name: purpose }).click();
  await his.getByRole('button', { name: /退\s*回/ }).click();
  await his.getByRole('dialog').getByLabel('退回原因').fill('请写明展会');
  await expectAccessible(his);
  await his
    .getByRole('dialog')
    .getByRole('button', { name: /退\s*回/ })
    .click();
  await expect(his.getByText('已退回').first()).toBeVisible();
  const { items } = await api(kedang, 'GET', '/approvals?box=requested', undefined, rep.headers);
  expect(items[0]).toMatchObject({ state: 'returned', title: purpose });
  await api(
    kedang,
    'POST',
    `/approvals/${items[0].id}/resubmission`,
    { comment: '上海展' },
    { ...rep.headers, 'if-match': `"${items[0].version}"` },
  );

  // The supervisor approves several at once from the inbox.
  await his.goto(`${kedang.url}/approvals`);
  await his.getByRole('checkbox', { name: `选择 ${purpose}` }).check();
  await his.getByRole('button', { name: '同意所选' }).click();
  await expect(his.getByText('已处理 1 份，共 1 份')).toBeVisible();
  await expectTidy(his);
  await expectAccessible(his);

  // The leader goes away and the supervisor stands in: his yes says for whom.
  // The company's day, not the test machine's.
  const today = companyDay();
  await api(
    kedang,
    'POST',
    '/approval-delegations',
    { delegateId: boss.id, from: today, to: today, reason: '出差' },
    leader.headers,
  );
  await his.goto(`${kedang.url}/approvals`);
  await his.getByRole('button', { name: '外出委托' }).click();
  await expect(his.getByRole('dialog').getByText(`由主管${mark}代理`)).toBeVisible();
  await expectAccessible(his);
  await his.getByRole('button', { name: /关\s*闭|Close/ }).click();
  await his.getByRole('link', { name: purpose }).click();
  await his.getByLabel('意见').fill('同意，注意保密');
  await his.getByRole('button', { name: /^同\s*意$/ }).click();
  await expect(his.getByText(`代领导${mark}`).first()).toBeVisible();
  await expectTidy(his);
  await expectAccessible(his);
  const done = await api(kedang, 'GET', `/approvals/${items[0].id}`, undefined, rep.headers);
  expect(done.state).toBe('approved');
  await expect
    .poll(async () => (await api(kedang, 'GET', '/exports', undefined, rep.headers)).items[0].state)
    .toBe('done');
  await other.close();
});
