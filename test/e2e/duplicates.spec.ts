import { api, apiGet, expect, expectAccessible, expectTidy, signIn, test } from './kedang.ts';

interface Card {
  id: string;
  number: string;
  version: number;
  values: Record<string, unknown>;
}

async function create(url: string, token: string, values: Record<string, unknown>): Promise<Card> {
  const response = await fetch(`${url}/api/v1/customers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'company', values, allowDuplicate: true }),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as Card;
}

test('a pair is found by the sweep, merged side by side, its old address leads on, and the merge is undone', async ({
  page,
  kedang,
  isMobile,
}) => {
  const tail = isMobile ? '东港' : '西港';
  const phone = isMobile ? '0532-81112221' : '0532-81112222';
  const a = await create(kedang.url, kedang.token, {
    name: `青岛${tail}冷链物流有限公司`,
    phones: phone,
    shortName: '甲简称',
  });
  const b = await create(kedang.url, kedang.token, {
    name: `青岛市${tail}冷链物流公司`,
    phones: phone,
    shortName: '乙简称',
  });
  await signIn(page, kedang.url);
  await page.goto(`${kedang.url}/duplicates`);
  await page.getByRole('button', { name: '全库查重' }).click();
  const pair = page.getByRole('region', { name: new RegExp(`青岛${tail}冷链`) });
  await expect(pair).toBeVisible({ timeout: 40_000 });
  await expect(pair).toContainText('名称');
  await expect(pair).toContainText('电话');
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/queue-${tail}.png`, fullPage: true });
  await expectAccessible(page);
  await expectTidy(page);
  await pair.getByRole('button', { name: '并排合并' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '合并客户' })).toBeVisible();
  await page.getByRole('radio', { name: `简称: 青岛市${tail}冷链物流公司` }).check();
  await expectAccessible(page);
  await expectTidy(page);
  await page.getByLabel('合并原因').fill('同一家');
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/merge-${tail}.png`, fullPage: true });
  const refused: string[] = [];
  page.on('response', (answer) => answer.status() >= 400 && refused.push(answer.url()));
  await page.getByRole('button', { name: '合并为一个客户' }).click();
  await page.waitForURL(new RegExp(`/customers/(${a.id}|${b.id})`));
  await page.waitForLoadState('networkidle');
  expect(refused).toEqual([]);
  const survivor = await apiGet<Card>(kedang.url, kedang.token, `/customers/${b.id}`);
  expect(survivor).toMatchObject({ id: a.id, values: { shortName: '乙简称' } });

  // The old address shows the survivor's card.
  await page.goto(`${kedang.url}/customers/${b.id}`);
  await page.waitForURL(new RegExp(`/customers/${a.id}`));
  await expect(page.getByRole('heading', { level: 1, name: `青岛${tail}冷链物流有限公司` })).toBeVisible();
  // Its history says which one went into it.
  await page.getByRole('tab', { name: '动态' }).click();
  await expect(page.getByText(`并入其他客户青岛市${tail}冷链物流公司 ${b.number}`)).toBeVisible();

  // Who had it side by side with another one goes on with the card it became; what was undone meanwhile is shown so.
  const other = await create(kedang.url, kedang.token, { name: `另一家${tail}` });
  await page.goto(`${kedang.url}/duplicates/merge?ids=${other.id},${b.id}`);
  await page.getByRole('button', { name: `用“青岛${tail}冷链物流有限公司”继续合并` }).press('Enter');
  await expect(page.getByRole('table')).toContainText(a.number);

  await page.goto(`${kedang.url}/duplicates`);
  await page.getByRole('tab', { name: '合并记录' }).click();
  const merge = page.getByRole('region', { name: new RegExp(`${tail}.* → 青岛${tail}`) });
  await merge.getByRole('button', { name: '撤销合并' }).click();
  await page.getByRole('tooltip').getByRole('button', { name: '撤销合并' }).click();
  await expect(merge.getByText('已撤销').first()).toBeVisible();
  await expect(merge).toBeFocused();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/merges-${tail}.png`, fullPage: true });
  await expectAccessible(page);
  expect((await apiGet<Card>(kedang.url, kedang.token, `/customers/${b.id}`)).id).toBe(b.id);
  expect((await apiGet<Card>(kedang.url, kedang.token, `/customers/${a.id}`)).values.shortName).toBe('甲简称');

  // While typing a similar name is told, with its score.
  await page.goto(`${kedang.url}/customers/new`);
  await page.locator('#new-name').fill(`${tail}冷鏈物流`);
  await expect(page.getByRole('alert').filter({ hasText: `青岛${tail}冷链物流有限公司` })).toContainText('相似度');
});

test('a pair is declared different and stays so; the card offers its look-alikes', async ({
  page,
  kedang,
  isMobile,
}) => {
  const tail = isMobile ? '南湾' : '北湾';
  const phone = isMobile ? '0592-71112221' : '0592-71112222';
  const a = await create(kedang.url, kedang.token, { name: `厦门${tail}纸业有限公司`, phones: phone });
  await create(kedang.url, kedang.token, { name: `厦门市${tail}纸业公司`, phones: phone });
  await signIn(page, kedang.url);
  await page.goto(`${kedang.url}/customers/${a.id}`);
  await page.getByRole('button', { name: /更多/ }).click();
  await page.getByRole('menuitem', { name: '查重与合并' }).click();
  const dialog = page.getByRole('dialog', { name: '查重与合并' });
  await expect(dialog).toContainText(`厦门市${tail}纸业公司`);
  if (!isMobile) await expectAccessible(page);
  await dialog.getByRole('button', { name: '并排合并' }).click();
  await expect(page.getByRole('table')).toContainText(`厦门市${tail}纸业公司`);
  await page.goto(`${kedang.url}/duplicates`);
  await page.getByRole('button', { name: '全库查重' }).click();
  const pair = page.getByRole('region', { name: new RegExp(`厦门${tail}纸业`) });
  await expect(pair).toBeVisible({ timeout: 40_000 });
  await pair.getByRole('button', { name: '不是同一客户' }).press('Enter');
  await expect(pair).toBeHidden();
  // Who decides by keyboard goes on with the next pair.
  await expect(page.locator('main [tabindex="-1"]:focus')).toHaveCount(1);
  const remembered = await apiGet<{ items: { state: string; decidedBy: string }[] }>(
    kedang.url,
    kedang.token,
    `/duplicates?state=different&customerId=${a.id}`,
  );
  expect(remembered.items[0]?.decidedBy).toBe('林静');

  // One person at two customers: chosen in the list of people and merged, they work at both.
  const b = await create(kedang.url, kedang.token, { name: `漳州${tail}印务` });
  const person = `欧阳${tail}`;
  const ids: string[] = [];
  for (const customerId of [a.id, b.id])
    ids.push((await api<Card>(kedang, 'POST', '/contacts', { customerId, values: { name: person } })).id);
  await page.goto(`${kedang.url}/contacts?q=${encodeURIComponent(person)}`);
  const boxes = page.getByRole('checkbox', { name: new RegExp(person) });
  await expect(boxes).toHaveCount(2);
  for (const box of await boxes.all()) await box.press('Space');
  await page.getByRole('button', { name: '合并', exact: false }).press('Enter');
  await expect(page.getByText('在其他客户那里只看到此人的姓名和职务')).toBeVisible();
  await expect(page.getByText('各方的内容没有不同')).toBeVisible();
  await page.getByRole('button', { name: '合并为一个联系人' }).press('Enter');
  await page.waitForURL(new RegExp(`/contacts/${ids[0]}`));
  await page.goto(`${kedang.url}/contacts/${ids[1]}`);
  await page.waitForURL(new RegExp(`/contacts/${ids[0]}`));
});
