import { companyDay } from '../company-day.ts';
import { api, apiGet, expect, expectAccessible, expectTidy, shot, signIn, test } from './kedang.ts';

interface Rows {
  items: { id: string; values: Record<string, unknown> }[];
}

test('a visit is planned on the card, checked in, and its result is an activity', async ({
  page,
  kedang,
  isMobile,
  context,
}) => {
  const { items } = await apiGet<Rows>(kedang.url, kedang.token, '/customers?fields=name&sort=number&limit=12');
  const row = items[isMobile ? 11 : 10];
  if (!row) throw new Error('no customer');
  const aim = `新品巡展${isMobile ? '手机' : '桌面'}`;
  await api(kedang, 'POST', '/visit-purposes', { name: `巡店${aim}`, checklist: ['陈列', '库存'] });
  await context.grantPermissions(['geolocation']);
  await context.setGeolocation({ latitude: 31.2304, longitude: 121.4737 });
  await signIn(page, kedang.url, undefined, undefined, `/customers/${row.id}`);
  await page.getByRole('tab', { name: '走访' }).dispatchEvent('click');
  await page.getByRole('button', { name: '安排走访' }).click();
  const form = page.getByRole('dialog', { name: '安排走访' });
  await form.getByLabel('计划时间').fill(`${companyDay(1)}T10:00`);
  await form.getByLabel('检查清单').fill('陈列\n库存');
  await expectAccessible(page);
  await form.getByRole('button', { name: /保\s*存/ }).click();
  await expect(form.locator('#visit-aim-error')).toBeVisible();
  await form.getByLabel('目标').fill(aim);
  await form.getByRole('button', { name: /保\s*存/ }).click();
  await expect(form).toBeHidden();
  await page.getByRole('link', { name: aim }).first().click();
  await expect(page.getByRole('heading', { name: '客户走访单' })).toBeVisible();
  await page.getByRole('button', { name: /^出\s*发$/ }).click();
  await page.getByRole('button', { name: '到达签到' }).click();
  const arrival = page.getByRole('dialog', { name: '到达签到' });
  await arrival.getByRole('button', { name: '获取当前位置' }).click();
  await arrival.getByLabel('以此处作为该客户的位置').check();
  await expectAccessible(page);
  await arrival.getByRole('button', { name: '到达签到' }).click();
  await expect(arrival).toBeHidden();
  await expect(page.getByText('0 米')).toBeVisible();
  await shot(page, 'visit');
  await page.getByRole('button', { name: '填写结果' }).click();
  const result = page.getByRole('dialog', { name: '填写结果' });
  await result.getByLabel('经过与结果').fill('看好新品');
  await result.getByLabel('陈列', { exact: true }).check();
  await result.getByLabel('暂无下一步').check();
  await expectAccessible(page);
  await result.getByRole('button', { name: /保\s*存/ }).click();
  await expect(result).toBeHidden();
  await expect(page.getByText('已完成')).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  const done = await apiGet<{ items: { subject: string; body: string }[] }>(
    kedang.url,
    kedang.token,
    `/activities?customerId=${row.id}&type=visit`,
  );
  expect(done.items.find((item) => item.subject === aim)?.body).toContain('☑ 陈列');
  await page.goto(`${kedang.url}/visits`);
  await page.locator('.ant-segmented-item').filter({ hasText: '走访考勤' }).click();
  await expect(page.getByRole('cell', { name: '0 米' }).first()).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'attendance');
});
