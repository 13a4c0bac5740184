import type { Page } from '@playwright/test';
import { companyDay } from '../company-day.ts';
import { api, choose, expect, expectAccessible, expectTidy, type SetUp, shot, signIn, test } from './kedang.ts';

const day = (ago: number) => companyDay(-ago);

interface Row {
  id: string;
  values: { name: string };
}

/** Thirty customers with purchases: a few with many, the rest with one or two. */
async function purchases(kedang: SetUp): Promise<Row[]> {
  const { items } = await api<{ items: Row[] }>(kedang, 'GET', '/customers?limit=30&sort=name&fields=name');
  const rows = items.flatMap((item, index) =>
    Array.from({ length: index < 3 ? 12 : 1 + (index % 3) }, (_, order) => ({
      customerId: item.id,
      day: day(2 + index * 9 + order * 25),
      amountMinor: index < 3 ? 500_000 : 20_000 + index * 1000,
      externalKey: `e2e-${index}-${order}`,
    })),
  );
  await api(kedang, 'POST', '/purchases/batches', { source: 'e2e', items: rows });
  return items;
}

async function look(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  // A button under the resting pointer changes its colour for a moment.
  await page.mouse.move(0, 0);
  await page.waitForTimeout(400);
  await shot(page, `segments-${name}`);
  await expectTidy(page);
  await expectAccessible(page);
}

test('classes: a purchase is recorded, figures are recalculated and every number opens its customers', async ({
  page,
  kedang,
}) => {
  test.setTimeout(120_000);
  const items = await purchases(kedang);
  const first = items[0] as Row;
  await signIn(page, kedang.url, undefined, undefined, `/customers/${first.id}`);
  await page.getByRole('tab', { name: '采购', exact: true }).press('Enter');
  await page.getByRole('button', { name: '登记采购' }).click();
  await page.getByLabel(/^金额/).fill('很多');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
  await page.getByLabel(/^金额/).fill('1.2万');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await expect(page.getByText(/12,000\.00/).first()).toBeVisible();
  await look(page, 'purchases');

  await page.goto(`${kedang.url}/classes`);
  await page.getByRole('button', { name: '立即重算' }).click();
  await expect(page.getByText('重算完成')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('link', { name: /打开 主力 的客户 3/ })).toBeVisible();
  await look(page, 'overview');
  for (const [tab, text] of [
    ['abc', /帕累托曲线/],
    ['rfm', /热力图/],
    ['ladder', /现在的阶梯/],
  ] as const) {
    await page.goto(`${kedang.url}/classes?tab=${tab}`);
    await expect(page.getByRole('heading', { name: text })).toBeVisible();
    await expect(page.locator('canvas').first()).toBeVisible();
    await look(page, tab);
  }
  await page.goto(`${kedang.url}/classes`);
  await page.getByRole('link', { name: /打开 主力 的客户 3/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: /3 个/ })).toBeVisible();

  await page.goto(`${kedang.url}/customers/${first.id}`);
  await page.getByRole('button', { name: /^按交易数量 主力/ }).click();
  await expect(page.getByText(/400 天内 13 次采购/)).toBeVisible();
  await page.getByRole('button', { name: '人工设定' }).click();
  await choose(page, page.getByLabel(/^值/), '零散');
  await page.getByLabel(/^理由/).fill('年底停产');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /保\s*存/ })
    .click();
  await expect(page.getByRole('button', { name: /^按交易数量 零散/ })).toBeVisible();
  await look(page, 'card');
  await page.getByRole('button', { name: '分类变动记录' }).click();
  await expect(page.getByRole('dialog').getByText(/主力 → 零散/)).toBeVisible();
  await shot(page, 'segments-class-history');
  await api(kedang, 'DELETE', `/customers/${first.id}/classes/volumeClass/override`);
});

test('rules: a dry run says who would move before anything is saved', async ({ page, kedang }) => {
  await purchases(kedang);
  await signIn(page, kedang.url, undefined, undefined, '/classes?tab=rules');
  await page.getByRole('checkbox', { name: /保留在卡片上/ }).uncheck();
  await page.getByRole('button', { name: '添加规则' }).click();
  const rule = page.locator('fieldset.rule').first();
  await rule.getByRole('button', { name: '添加条件', exact: false }).first().click();
  await choose(page, rule.getByLabel('字段').first(), '近12个月采购次数');
  await choose(page, rule.getByLabel('条件', { exact: true }).first(), '不小于');
  await expect(page.getByRole('button', { name: /试\s*算/ })).toBeDisabled();
  await rule.locator('.condition-value input, input.condition-value').first().fill('1');
  await page.getByRole('button', { name: /试\s*算/ }).click();
  await expect(page.getByText(/个将上升/)).toBeVisible();
  await look(page, 'rules');
  await page
    .getByRole('button', { name: /个客户$/ })
    .first()
    .click();
  await expect(page.getByRole('dialog').getByRole('link').first()).toBeVisible();
  const scheme = await api<{ version: number }>(kedang, 'GET', '/class-schemes/grade');
  expect(scheme.version).toBe(0);
});

test('segments: counted while written, opened as a list, compared', async ({ page, kedang }, info) => {
  await signIn(page, kedang.url, undefined, undefined, '/segments');
  const name = `德国客户 ${info.project.name}`;
  await page.getByRole('button', { name: '新建分群' }).click();
  await page.getByLabel(/^名称/).fill(name);
  await page.getByRole('dialog').getByRole('button', { name: '添加条件', exact: false }).first().click();
  await choose(page, page.getByRole('dialog').getByLabel('字段').first(), '客户等级');
  await choose(page, page.getByRole('dialog').locator('.condition-value input').first(), 'A');
  await expect(page.getByText(/符合条件的客户：\d+ 个/)).toBeVisible();
  await look(page, 'dialog');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /保\s*存/ })
    .click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const { items } = await api<{ items: { id: string; name: string; version: number }[] }>(kedang, 'GET', '/segments');
  const made = items.find((item) => item.name === name);
  expect(made).toBeDefined();
  const other = await api<{ id: string; version: number }>(kedang, 'POST', '/segments', {
    name: `全部有等级 ${info.project.name}`,
    kind: 'dynamic',
    condition: { field: 'grade', op: 'notEmpty' },
  });
  await page.reload();
  await look(page, 'list');
  const expected = (
    await api<{ value: number }>(
      kedang,
      'GET',
      `/customers/count?filter=${encodeURIComponent(JSON.stringify({ field: 'grade', op: 'eq', value: 'A' }))}`,
    )
  ).value;
  await page.getByRole('link', { name: new RegExp(`打开 ${name} 的客户`) }).click();
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(`${expected} 个`) })).toBeVisible();
  await page.goto(`${kedang.url}/segments/compare`);
  await choose(page, page.getByLabel('分群甲'), name);
  await choose(page, page.getByLabel('分群乙'), `全部有等级 ${info.project.name}`);
  await expect(page.getByRole('heading', { name: '特征对比' })).toBeVisible();
  await look(page, 'compare');
  await page.goto(`${kedang.url}/segments/${other.id}`);
  await expect(page.getByRole('heading', { name: '成员变化' })).toBeVisible();
  await look(page, 'one');
  for (const item of [made, other])
    if (item)
      await api(
        kedang,
        'DELETE',
        `/segments/${item.id}`,
        undefined,
        (await api<{ version: number }>(kedang, 'GET', `/segments/${item.id}`)).version,
      );
});

test('labels: a tag and a category tree are made', async ({ page, kedang }, info) => {
  await signIn(page, kedang.url, undefined, undefined, '/labels');
  await page.getByRole('button', { name: '新建标签' }).click();
  await page.getByLabel(/^名称/).fill(`展会 ${info.project.name}`);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /保\s*存/ })
    .click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByText(`展会 ${info.project.name}`, { exact: true })).toBeVisible();
  await look(page, 'tags');
  await page.getByRole('tab', { name: '类别' }).press('Enter');
  await page.getByRole('button', { name: '新建类别树' }).click();
  await page.getByLabel(/^名称/).fill(`行业 ${info.project.name}`);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /保\s*存/ })
    .click();
  await page.getByRole('button', { name: `添加下级：行业 ${info.project.name}` }).click();
  await page.getByLabel(/^名称/).fill('制造业');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /保\s*存/ })
    .click();
  await expect(page.getByText('制造业').last()).toBeVisible();
  await look(page, 'categories');
});
