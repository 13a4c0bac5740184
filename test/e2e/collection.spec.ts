import { cardPicture } from '../picture.ts';
import { apiGet, choose, expect, expectAccessible, expectTidy, shot, signIn, test } from './kedang.ts';

test('a photographed business card becomes customer and contact, intelligence a value of its card', async ({
  page,
  kedang,
}, info) => {
  const company = `苏州恒泰精密机械${info.project.name === 'phone' ? '二厂' : ''}有限公司`;
  const picture = cardPicture('陈思远', [
    '采购经理',
    company,
    '地址：苏州市工业园区星湖街218号A3楼',
    '电话：0512-62881234',
    `手机：139 1355 ${info.project.name === 'phone' ? '2469' : '2468'}`,
    '邮箱：chen.sy@hengtai-pm.com',
  ]);
  await signIn(page, kedang.url, undefined, undefined, '/business-cards');
  await expectAccessible(page);
  await shot(page, 'scan-empty');
  const files = [
    { name: '名片.png', mimeType: 'image/png', buffer: picture },
    { name: '便条.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') },
  ];
  await page.locator('input[type=file][multiple]').setInputFiles(files);
  await expect(page.getByRole('alert')).toContainText('便条.jpg: 这不是图片');
  await shot(page, 'scan-list');
  await page.getByRole('link', { name: /陈思远 · 苏州恒泰/ }).click({ timeout: 60_000 });
  await expect(page.getByLabel('姓名')).toHaveValue('陈思远');
  await expect(page.getByLabel('职务')).toHaveValue('采购经理');
  await page.getByLabel('部门').fill('采购部');
  const photo = page.getByRole('img', { name: '名片照片' });
  await expect.poll(() => photo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1000);
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'scan-confirm');
  // Left empty it is told at the field, which comes into sight, and not by a key.
  await page.getByLabel('客户名称').fill('');
  // What is said of the input that is left does not push the button away from under the press.
  const mail = page.getByLabel('邮箱', { exact: true });
  await mail.fill('chen.sy');
  await page.getByRole('button', { name: '建立客户和联系人' }).click();
  await expect(page.getByText('邮箱不对')).toBeVisible();
  await expect(page.locator('#card-customer-name-error')).toBeInViewport();
  await expect(page.getByText('customer.name')).toBeHidden();
  await page.getByLabel('客户名称').fill(company);
  await mail.fill('chen.sy@hengtai-pm.com');
  await page.getByRole('button', { name: '建立客户和联系人' }).click();
  await page
    .getByRole('button', { name: '仍然新建' })
    .or(page.getByRole('heading', { level: 1, name: company }))
    .first()
    .waitFor();
  await shot(page, 'scan-after');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(company);
  const id = page.url().split('/').at(-1) ?? '';
  const people = await apiGet<{ items: { id: string; values: Record<string, unknown> }[] }>(
    kedang.url,
    kedang.token,
    `/contacts?customerId=${id}&fields=name,department`,
  );
  expect(people.items).toMatchObject([{ values: { name: '陈思远', department: '采购部' } }]);
  await page.goto(`${kedang.url}/contacts/${people.items[0]?.id}`);
  await expect(page.getByRole('img', { name: /名片照片/ })).toBeVisible();
  await shot(page, 'scan-contact');
  await page.goto(`${kedang.url}/customers/${id}`);
  await page.getByRole('tab', { name: '情报' }).click();
  await page.getByRole('button', { name: '记录情报' }).click();
  const form = page.getByRole('dialog', { name: '记录情报' });
  // A wrong cost and nothing written: both are told, and the keyboard goes on with the first, each time.
  const [point, cost] = [form.getByLabel('情报要点'), form.getByLabel('费用')];
  await cost.fill('很多');
  for (const _ of [1, 2]) {
    await form.getByRole('button', { name: /^保\s?存$/ }).click();
    await expect(form.getByText('金额格式不对')).toBeVisible();
    await expect(point).toBeFocused();
    await expect(cost).toHaveValue('很多');
  }
  await cost.fill('');
  await point.fill('简称已改为恒泰精机');
  await choose(page, form.getByLabel('来源可靠性'), 'B 通常可靠');
  await shot(page, 'note-form');
  await expectAccessible(page);
  await form.getByRole('button', { name: /^保\s?存$/ }).click();
  await page.getByRole('button', { name: '采纳为字段值' }).click();
  const use = page.getByRole('dialog', { name: '采纳为字段值' });
  await choose(page, use.getByRole('combobox', { name: /^字段/ }), '简称');
  await use.getByRole('textbox', { name: '值' }).fill('恒泰精机');
  await use.getByRole('button', { name: /^保\s?存$/ }).click();
  await expect(page.getByText('简称 已采纳')).toBeVisible();
  await shot(page, 'note-tab');
  const card = await apiGet<{ values: Record<string, unknown> }>(kedang.url, kedang.token, `/customers/${id}`);
  expect(card.values.shortName).toBe('恒泰精机');
  await page.goto(`${kedang.url}/intelligence`);
  await expect(page.getByText('简称已改为恒泰精机')).toBeVisible();
  await expectAccessible(page);
  await expectTidy(page);
  await shot(page, 'intelligence');
});
