import type { Page } from '@playwright/test';
import { cardPicture } from '../picture.ts';
import { api, apiGet, email, expect, expectAccessible, expectTidy, password, shot, signIn, test } from './kedang.ts';

test.use({ serviceWorkers: 'allow' });

interface Row {
  id: string;
  values: { name: string };
}
const photo = cardPicture('街角五金店', ['全场批发']);

/** Everything the browser's store holds, bytes as text. */
function storedText(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('kedang-carry');
      request.onsuccess = () => resolve(request.result);
    });
    let found = '';
    for (const name of ['cards', 'carry', 'outbox']) {
      const rows = await new Promise<unknown[]>((resolve) => {
        const request = db.transaction(name).objectStore(name).getAll();
        request.onsuccess = () => resolve(request.result);
      });
      found += JSON.stringify(rows, (_, item: unknown) =>
        item instanceof ArrayBuffer || item instanceof Uint8Array
          ? new TextDecoder('latin1').decode(item) + new TextDecoder().decode(item)
          : item,
      );
    }
    db.close();
    return found;
  });
}

test('phone: two cards carried, read and written without a network, sent, recalled', { tag: '@phone' }, async ({
  page,
  kedang,
  context,
}) => {
  // A task of the phone.
  const list = await apiGet<{ items: Row[] }>(kedang.url, kedang.token, '/customers?fields=name&sort=number&limit=2');
  const [first, second] = list.items;
  if (!first || !second) throw new Error('no customers');
  await signIn(page, kedang.url, email, password, '/carry');
  await shot(page, 'carry-empty');
  // What the server does not take is told as such, with the reason, and waits for the person.
  const problem = { status: 422, code: 'input.invalid', title: '输入有误。' };
  const errors = [{ field: 'name', code: 'input.tooLong', message: '太长了，最多 200 个字。' }];
  await page.route('**/api/v1/captures', (route) =>
    route.fulfill({ status: 422, contentType: 'application/problem+json', json: { ...problem, errors } }),
  );
  await page.goto(`${kedang.url}/capture`);
  await page.getByLabel('名称').fill('不收的店');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await expect(page.getByText('服务器没有接收，原因见下方')).toBeVisible();
  await expect(page.getByText('太长了，最多 200 个字。')).toBeVisible();
  await page.getByRole('button', { name: '放弃' }).click();
  await page.locator('.ant-popconfirm').getByRole('button', { name: '放弃' }).click();
  await expect(page.getByText(/条待发送/)).toBeHidden();
  await page.unroute('**/api/v1/captures');
  // What goes at once never waited: the page it is read on tells of no records of the time without a network.
  await page.getByLabel('名称').fill('当场发出的店');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await expect(page.getByText('可在“我的速记”中整理成客户')).toBeVisible();
  await page.getByRole('link', { name: '我的速记' }).click();
  await expect(page.getByText('当场发出的店').first()).toBeVisible();
  await expect(page.getByText(/条离线记录/)).toBeHidden();
  await page.goto(`${kedang.url}/carry`);
  for (const { values } of [first, second]) {
    await page.getByLabel('客户', { exact: true }).click();
    await page.keyboard.type(values.name.slice(0, 12));
    await page.locator('.ant-select-dropdown:visible').getByTitle(values.name).first().click();
    await expect(page.getByRole('button', { name: new RegExp(`不携带 ${values.name}`) })).toBeVisible();
  }
  await page.getByRole('button', { name: /^携\s*带$/ }).click();
  const dialog = page.getByRole('dialog', { name: '携带 2 张客户卡' });
  await dialog.getByLabel('设置 PIN').fill('123456');
  await dialog.getByLabel('再输一次 PIN').fill('123456');
  await dialog.getByRole('button', { name: /携\s*带/ }).click();
  await expect(dialog.getByText('这个 PIN 太简单')).toBeVisible();
  await dialog.getByLabel('设置 PIN').fill('204819');
  await dialog.getByLabel('再输一次 PIN').fill('204819');
  await expectAccessible(page);
  await shot(page, 'carry-take');
  await dialog.getByRole('button', { name: /携\s*带/ }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('region', { name: /另一台设备/ })).toBeVisible();
  await shot(page, 'carry');
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);

  await context.setOffline(true);
  await page.goto(kedang.url);
  await expect(page.getByText('没有网络。可以查阅')).toBeVisible();
  await expect(page.getByRole('heading', { name: '离线工作' })).toBeVisible();
  // Nothing of a customer lies on the phone in the clear.
  const stored = await storedText(page);
  expect(stored.length).toBeGreaterThan(2000);
  expect(stored).not.toContain(first.values.name);
  await page.getByLabel('PIN').fill('204818');
  await page.getByRole('button', { name: /打\s*开/ }).click();
  await expect(page.getByText('PIN 不对，还可以试 4 次。')).toBeVisible();
  await shot(page, 'offline-locked');
  await page.getByLabel('PIN').fill('204819');
  await page.getByRole('button', { name: /打\s*开/ }).click();
  await page.getByRole('button', { name: first.values.name }).click();
  await expect(page.getByRole('heading', { name: first.values.name })).toBeVisible();
  await expectTidy(page);
  await shot(page, 'offline-card');
  await page.getByRole('button', { name: '记录拜访' }).click();
  await page.getByLabel('经过与结果').fill('看了新车间');
  await page.getByLabel('下一步做什么').fill('寄样册');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await expect(page.locator('#visit-step-on-error')).toHaveText(/必填/);
  const when = page.getByLabel('什么时候');
  await when.focus();
  await page.keyboard.type('20');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await expect(page.locator('#visit-step-on-error')).toHaveText(/不是有效日期/);
  await when.fill('2999-01-05');
  await expectAccessible(page);
  await shot(page, 'offline-visit');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await expect(page.getByText('拜访已加密保存在本设备上')).toBeVisible();

  await page.getByRole('link', { name: '速记' }).click();
  await page.locator('input[type=file]').setInputFiles({ name: 'shop.png', mimeType: 'image/png', buffer: photo });
  await page.getByLabel('名称').fill('街角五金店');
  // A number that is none is asked about once, at once, also without a network.
  await page.getByLabel('电话').fill('1361234567');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await expect(page.getByText('这不像电话号码。请改正，或再次保存')).toBeVisible();
  await expect(page.getByLabel('电话')).toBeFocused();
  await page.getByLabel('电话').fill('13612345678');
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'capture');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await expect(page.getByText('已保存在本设备上')).toBeVisible();
  await expect(page.getByText('2 条待发送')).toBeVisible();

  await page.goto(`${kedang.url}/captures`);
  await expect(page.getByText('没有网络。可以查阅')).toBeVisible();
  await context.setOffline(false);
  await page.reload();
  await page.getByRole('link', { name: '返回客档' }).click();
  await expect(page.getByText('街角五金店').first()).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'captures');
  const activities = await apiGet<{ items: { body: string; nextSteps: { title: string }[] }[] }>(
    kedang.url,
    kedang.token,
    `/activities?customerId=${first.id}`,
  );
  expect(activities.items.filter((item) => item.body === '看了新车间')).toMatchObject([
    { nextSteps: [{ title: '寄样册' }] },
  ]);
  await page.getByRole('button', { name: '整理成客户 街角五金店' }).click();
  await page.getByRole('dialog').getByLabel('联系人姓名').fill('老周');
  await expectAccessible(page);
  await shot(page, 'capture-complete');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /保\s*存/ })
    .click();
  await expect(page).toHaveURL(/\/customers\/[0-9a-f-]{36}/);

  const { items } = await apiGet<{ items: { id: string; cards: { id: string; customerId: string }[] }[] }>(
    kedang.url,
    kedang.token,
    '/carries',
  );
  const carry = items[0];
  const card = carry?.cards.find((item) => item.customerId === first.id);
  await api(kedang, 'POST', `/carries/${carry?.id}/recall`, { cardIds: [card?.id] });
  await page.goto(`${kedang.url}/offline`);
  await page.getByLabel('PIN').fill('204819');
  await page.getByRole('button', { name: /打\s*开/ }).click();
  await expect(page.getByRole('button', { name: second.values.name })).toBeVisible();
  await expect(page.getByRole('button', { name: first.values.name })).toBeHidden();
  await page.goto(`${kedang.url}/carries`);
  await expect(page.getByRole('button', { name: `收回 ${second.values.name}` })).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'carries');
  // Who leaves leaves nothing behind.
  await page
    .getByRole('banner')
    .getByRole('button', { name: /账户菜单/ })
    .click();
  await page.getByRole('menuitem', { name: '退出' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await storedText(page)).toBe('[][][]');
  const { items: out } = await apiGet<{ items: unknown[] }>(kedang.url, kedang.token, '/carries');
  expect(out).toEqual([]);
});

test('phone: a capture that is the first page opened opens again without a network', { tag: '@phone' }, async ({
  page,
  kedang,
  context,
}) => {
  await signIn(page, kedang.url, email, password, '/account');
  // The device knows whose it is by now; the page was given no time to keep anything else.
  await expect.poll(() => page.evaluate(() => localStorage.getItem('kedang.user'))).not.toBeNull();
  await page.goto(`${kedang.url}/capture`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await context.setOffline(true);
  await page.reload();
  await page.getByLabel('名称').fill('没有网络的店');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await expect(page.getByText('1 条待发送')).toBeVisible();
});
