import { companyDay } from '../company-day.ts';
import { api, apiGet, expect, expectAccessible, expectTidy, shot, signIn, test } from './kedang.ts';

/** A picture of one point. */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

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
  await arrival.getByRole('button', { name: '到达签到' }).click();
  await expect(arrival).toBeHidden();
  await expect(page.getByText('0 米')).toBeVisible();
  await page.locator('input[type=file]').setInputFiles({
    name: '门头.png',
    mimeType: 'image/png',
    buffer: Buffer.from(dot, 'base64'),
  });
  const photo = page.getByRole('img', { name: '门头.png' });
  await expect.poll(() => photo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  await shot(page, 'visit');
  await page.getByRole('button', { name: '填写结果' }).click();
  const result = page.getByRole('dialog', { name: '填写结果' });
  await result.getByLabel('经过与结果').fill('看好新品');
  await result.getByLabel('陈列', { exact: true }).check();
  await result.locator('#next-day').focus();
  await page.keyboard.type('20');
  await result.getByRole('button', { name: /保\s*存/ }).click();
  await expect(result.locator('#next-day-error')).toHaveText(/不是有效日期/);
  await result.getByLabel('暂无下一步').check();
  await expectAccessible(page);
  await result.getByRole('button', { name: /保\s*存/ }).click();
  await expect(result).toBeHidden();
  await expect(page.getByText('已完成')).toBeVisible();
  await expectTidy(page);
  const done = await apiGet<{ items: { subject: string; body: string }[] }>(
    kedang.url,
    kedang.token,
    `/activities?customerId=${row.id}&type=visit`,
  );
  expect(done.items.find((item) => item.subject === aim)?.body).toContain('☑ 陈列');
  // However much there is to tell, the brief stays on one screen.
  const content = '竞争对手报价更低，交期更短。'.repeat(20);
  for (const item of ['报价', '交期', '返利', '新品', '促销'])
    await api(kedang, 'POST', '/intelligence', {
      ...{ subject: 'customer', customerId: row.id, item, content, method: 'observation' },
      ...{ source: '店主', reliability: 'B', credibility: 2, collectedOn: companyDay(-1), sensitivity: 'open' },
    });
  await page.getByRole('link', { name: '拜访前速览' }).click();
  await expect(page.getByRole('heading', { level: 1, name: String(row.values.name) })).toBeVisible();
  await expect(page.getByRole('region', { name: '最近联系' })).toContainText(aim);
  await expect(page.getByRole('region', { name: '情报' })).toContainText('竞争对手报价更低');
  await expect.poll(() => page.locator('main').evaluate((main) => main.scrollHeight - main.clientHeight)).toBe(0);
  // What there is nothing of stands in one line, each leading to where it is recorded.
  await expect(page.getByRole('link', { name: '未了的承诺与待办' })).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'brief');
  await page.goto(`${kedang.url}/visits`);
  await page.locator('.ant-segmented-item').filter({ hasText: '走访考勤' }).click();
  await expect(page.getByRole('cell', { name: '0 米' }).first()).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'attendance');
});

test('a brief that is shortened to stay on one screen keeps what there is room for, and cuts no line in two', {
  tag: '@phone',
}, async ({ page, kedang }) => {
  const customer = await api<{ id: string }>(kedang, 'POST', '/customers', {
    ...{ kind: 'company', allowDuplicate: true },
    values: {
      ...{ name: '速览一屏公司', grade: 'B', mainProducts: '机械设备' },
      phones: [{ value: '0571-81276828' }],
      remark: '展会认识',
    },
  });
  for (const name of ['邱杰', '史伟', '王红', '马丽'])
    await api(kedang, 'POST', '/contacts', {
      customerId: customer.id,
      values: { name, position: '采购经理', birthday: '1980-01-01', taboos: '不谈政治', food: '不吃辣' },
      sources: {},
    });
  for (const title of ['回复报价', '寄新样品'])
    await api(kedang, 'POST', '/tasks', { title, customerId: customer.id, dueOn: companyDay(2) });
  for (const subject of ['谈明年订单', '介绍新品'])
    await api(kedang, 'POST', '/activities', {
      ...{ customerId: customer.id, type: 'call', subject },
      happenedAt: new Date().toISOString(),
    });
  for (const day of [companyDay(-10), companyDay(-200)])
    await api(kedang, 'POST', `/customers/${customer.id}/purchases`, { day, amountMinor: 50_000 });
  await signIn(page, kedang.url, undefined, undefined, `/customers/${customer.id}/brief`);
  await expect(page.getByRole('button', { name: '只列了要点，显示全部' })).toBeVisible();
  await expect.poll(() => page.locator('main').evaluate((main) => main.scrollHeight - main.clientHeight)).toBe(0);
  for (const part of ['要见的人', '未了的承诺与待办', '最近联系', '采购'])
    await expect(page.getByRole('region', { name: part }).locator('ul > li:visible')).toHaveCount(2);
  const cut = await page.locator('.brief-questions').evaluate((list) => {
    const { bottom } = list.getBoundingClientRect();
    const boxes = [...list.children].map((item) => item.getBoundingClientRect());
    return boxes.filter((box) => box.top < bottom - 1 && box.bottom > bottom + 1).length;
  });
  expect(cut).toBe(0);
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'brief-shortened');
});

test('Today leads from a planned visit to the brief of its customer', async ({ page, kedang, isMobile }) => {
  const { items } = await apiGet<Rows>(kedang.url, kedang.token, '/customers?fields=name&sort=number&limit=12');
  const row = items[isMobile ? 9 : 8];
  if (!row) throw new Error('no customer');
  const title = `登门拜访${isMobile ? '手机' : '桌面'}`;
  await api(kedang, 'POST', '/tasks', { title, kind: 'visit', customerId: row.id, dueOn: companyDay(0) });
  await signIn(page, kedang.url, undefined, undefined, '/today');
  const entry = page.locator('li').filter({ hasText: title }).first();
  await entry.getByRole('link', { name: '拜访前速览' }).click();
  await expect(page.getByRole('heading', { level: 1, name: String(row.values.name) })).toBeVisible();
  await expect(page.getByRole('region', { name: '未了的承诺与待办' })).toContainText(title);
  // What there is nothing of is named once, with the way to record it.
  await expect(page.getByRole('region', { name: '情报' })).toHaveCount(0);
  await expect(page.locator('.brief').getByRole('link', { name: '情报' })).toHaveAttribute('href', /tab=intelligence/);
  await expectTidy(page);
  await page.goto(`${kedang.url}/customers/00000000-0000-7000-8000-000000000000/brief`);
  await expect(page.getByRole('heading', { level: 1, name: '拜访前速览' })).toBeVisible();
  await expect(page.getByRole('alert')).toBeVisible();
  await expectAccessible(page);
});

test('minutes of a meeting are sent by link and confirmed without an account', async ({
  page,
  kedang,
  isMobile,
  browser,
}) => {
  const { items } = await apiGet<Rows>(kedang.url, kedang.token, '/customers?fields=name&sort=number&limit=14');
  const row = items[isMobile ? 13 : 12];
  if (!row) throw new Error('no customer');
  const subject = `年度会谈${isMobile ? '手机' : '桌面'}`;
  const rules = await apiGet<{ version: number }>(kedang.url, kedang.token, '/work-settings');
  const { version, ...before } = rules;
  await api(kedang, 'PUT', '/work-settings', { ...before, minutesReview: false }, version);
  const person = { name: `周敏${isMobile ? '手' : '桌'}`, emails: `zhoumin${isMobile ? 1 : 2}@example.com` };
  const met = await api<{ id: string }>(kedang, 'POST', '/contacts', { customerId: row.id, values: person });
  await api(kedang, 'POST', '/activities', {
    customerId: row.id,
    type: 'meeting',
    subject,
    body: '讨论价格与交期',
    contactIds: [met.id],
    happenedAt: new Date(Date.now() - 60_000).toISOString(),
  });
  await signIn(page, kedang.url, undefined, undefined, '/minutes');
  await page.getByRole('link', { name: subject }).click();
  // Somebody else saves meanwhile: what is written stays until theirs is asked for, and neither overwrites the other.
  await page.getByLabel('决议').fill('不降价');
  const draft = `/minutes/${new URL(page.url()).pathname.split('/').at(-1)}`;
  const theirs = await apiGet<{ version: number; content: object }>(kedang.url, kedang.token, draft);
  await api(kedang, 'PUT', draft, { subject, content: { ...theirs.content, place: '贵宾室' } }, theirs.version);
  await page.getByRole('button', { name: /^保\s*存$/ }).click();
  await expect(page.getByText('别人刚刚保存过')).toBeInViewport();
  await expect(page.getByLabel('决议')).toHaveValue('不降价');
  await page.getByRole('button', { name: '取用对方的版本' }).click();
  await expect(page.getByLabel('地点')).toHaveValue('贵宾室');
  await page.getByLabel('决议').fill('降价 2%');
  await page.getByRole('button', { name: '添加行动项' }).click();
  await page.getByLabel('行动项 1：做什么').fill('发新报价');
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'minutes-draft');
  await page.getByRole('button', { name: '保存并提交审核' }).click();
  await page.getByRole('button', { name: '发给客户' }).click();
  const dialog = page.getByRole('dialog', { name: '发给客户' });
  await expect(dialog.getByLabel('收件人 1：姓名')).toHaveValue(person.name);
  await expect(dialog.getByLabel('收件人 1：邮箱')).toHaveValue(person.emails);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: '发给客户' }).click();
  await expect(page.getByText('未打开')).toBeVisible();
  await shot(page, 'minutes-sent');
  const { items: all } = await apiGet<{ items: { id: string; subject: string }[] }>(
    kedang.url,
    kedang.token,
    `/minutes?customerId=${row.id}`,
  );
  const id = all.find((item) => item.subject === subject)?.id;
  const read = () =>
    apiGet<{ state: string; recipients: { path: string; answeredName: string }[] }>(
      kedang.url,
      kedang.token,
      `/minutes/${id}`,
    );
  const path = (await read()).recipients[0]?.path ?? '';
  const outside = await browser.newContext({ viewport: page.viewportSize(), locale: 'zh-CN' });
  const customer = await outside.newPage();
  await customer.goto(kedang.url + path);
  await expect(customer.getByRole('heading', { name: subject })).toBeVisible();
  await expect(customer.getByText('降价 2%')).toBeVisible();
  await expectTidy(customer);
  await expectAccessible(customer);
  await shot(customer, 'minutes-shared');
  await customer.getByRole('button', { name: '确认无误' }).click();
  await expect(customer.getByRole('alert')).toContainText('确认这份纪要');
  await outside.close();
  await expect.poll(read).toMatchObject({ state: 'confirmed', recipients: [{ answeredName: person.name }] });
});
