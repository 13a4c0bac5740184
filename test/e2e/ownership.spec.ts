import { companyDay } from '../company-day.ts';
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

test('a pool is set up, a rep claims, locks and gives back a customer', async ({ page, kedang, browser, isMobile }) => {
  const mark = isMobile ? '手机' : '桌面';
  const name = `${mark}公海客户`;
  const colleague = await invite(kedang, `原负责人${mark}`, 'sales');
  const rep = await invite(kedang, `领取人${mark}`, 'sales');

  // The administrator sets the pool up and is warned of what its rules take.
  await signIn(page, kedang.url, undefined, undefined, '/pools');
  await page.getByRole('button', { name: '新建公海' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('#pool-name').fill(`${mark}公海`);
  await dialog.getByLabel('几天未成交归还').fill('90');
  await expect(dialog.getByText(/适用 \d+ 个客户/)).toBeVisible();
  await expectAccessible(page);
  await shot(page, 'pool-dialog');
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  await expect(dialog).toBeHidden();
  const pools: Answer = await api(kedang, 'GET', '/pools');
  const pool = pools.items.find((item: Answer) => item.name === `${mark}公海`);
  expect(pool.rules.dealDays).toBe(90);

  // A colleague gives a customer back.
  const values = { name, phones: '13912345678' };
  const made = await api(
    kedang,
    'POST',
    '/customers',
    { kind: 'company', values, allowDuplicate: true },
    colleague.headers,
  );
  await api(
    kedang,
    'POST',
    `/customers/${made.id}/release`,
    { reason: '暂无需求', poolId: pool.id },
    { ...colleague.headers, 'if-match': `"${made.version}"` },
  );

  // The rep sees it without its phone, claims it and sees everything.
  const other = await browser.newContext({ locale: 'zh-CN', viewport: page.viewportSize() });
  const his = await other.newPage();
  await signIn(his, kedang.url, rep.email, password, '/pools');
  if (isMobile) {
    await his.getByLabel('选择公海').click();
    await his.locator('.ant-select-dropdown:visible').getByTitle(`${mark}公海`).click();
  }
  await expect(his.getByRole('link', { name })).toBeVisible();
  await expect(his.getByText('1391234')).toHaveCount(0);
  await expectTidy(his);
  await expectAccessible(his);
  await shot(his, 'pools');
  await his.getByRole('link', { name }).click();
  const panel = his.getByRole('region', { name: '归属' });
  await expect(panel.getByText('联系方式在领取后显示')).toBeVisible();
  await shot(his, 'pool-card');
  await panel.getByRole('button', { name: /领\s*取/ }).click();
  await expect(panel.getByText(/还剩 \d+ 天/)).toBeVisible();
  await expect(his.getByText(/139 ?1234 ?5678/).first()).toBeVisible();
  await expectTidy(his);
  await expectAccessible(his);
  const claimed: Answer = await api(kedang, 'GET', `/customers/${made.id}`);
  expect(claimed.owner.id).toBe(rep.id);

  // A lock pauses the term; a collaborator is named; the customer goes back with a reason.
  await panel.getByRole('button', { name: '锁定客户' }).click();
  const day = companyDay(5);
  await his.getByLabel('锁定至').last().fill(day);
  await his.getByRole('dialog').getByRole('button', { name: '锁定客户' }).click();
  await expect(panel.getByText(`已锁定至 ${day}`)).toBeVisible();
  await panel.getByRole('button', { name: '协作人' }).click();
  await expect(his.getByText('还没有协作人')).toBeVisible();
  await expectAccessible(his);
  await his.getByRole('dialog').getByLabel('添加协作人').click();
  await his.keyboard.type(`原负责人${mark}`);
  await his.locator('.ant-select-dropdown:visible').getByTitle(`原负责人${mark}`).click();
  await his
    .getByRole('dialog')
    .getByRole('button', { name: /添\s*加/ })
    .click();
  await expect(his.getByRole('dialog').getByLabel(`“原负责人${mark}”的权限`)).toBeVisible();
  await shot(his, 'collaborators');
  await his.keyboard.press('Escape');
  await panel.getByRole('button', { name: '归还公海' }).click();
  await his.locator('#release-reason').fill('转由他人跟进');
  await his.getByRole('dialog').getByRole('button', { name: '归还公海' }).click();
  await expect(panel.getByText('联系方式在领取后显示')).toBeVisible();
  const back: Answer = await api(kedang, 'GET', `/customers/${made.id}`);
  expect(back.owner).toBeNull();

  // One of the colleague's two customers is handed over, the other stays.
  for (const which of ['甲', '乙'])
    await api(
      kedang,
      'POST',
      '/customers',
      { kind: 'company', values: { name: `${mark}交接${which}` } },
      colleague.headers,
    );
  await page.goto(`${kedang.url}/handovers`);
  await page.getByRole('button', { name: '新建交接' }).click();
  const hand = page.getByRole('dialog');
  await choose(page, hand.getByLabel('交出人'), `原负责人${mark}`);
  await choose(page, hand.getByLabel('接收人'), `领取人${mark}`);
  await expect(hand.getByText('将交接 2 个客户')).toBeVisible();
  await hand.getByText('选定客户').click();
  await hand.getByLabel('选择客户').click();
  await page.locator('.ant-select-dropdown:visible').getByTitle(`${mark}交接甲`).click();
  await expect(hand.getByText('将交接 1 个客户')).toBeVisible();
  await expectAccessible(page);
  await shot(page, 'handover');
  await hand.getByRole('button', { name: '开始交接' }).click();
  await expect(hand).toBeHidden();
  const ofRep = encodeURIComponent(JSON.stringify({ field: 'ownerId', op: 'eq', value: rep.id }));
  await expect
    .poll(async () => {
      const { items } = await api(kedang, 'GET', `/customers?fields=name&filter=${ofRep}`);
      return items.map((item: Answer) => item.values.name);
    })
    .toEqual([`${mark}交接甲`]);
  await page.reload();
  await expect(page.getByText('已交接')).toBeVisible();
  await expectTidy(page);

  await page.goto(`${kedang.url}/pools`);
  await expect(page.getByRole('heading', { level: 1, name: '公海' })).toBeVisible();
  await switchLanguage(page, 'English');
  await expect(page.getByRole('heading', { level: 1, name: 'Public pools' })).toBeVisible();
  await shot(page, 'pools-en');
  await expectTidy(page);
  await expectAccessible(page);
  await switchLanguage(page, '中文');
  await other.close();
});
