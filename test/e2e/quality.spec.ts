import { companyDay } from '../company-day.ts';
import { api, expect, expectAccessible, expectTidy, shot, signIn, test } from './kedang.ts';

interface Made {
  id: string;
  version: number;
}

test('completeness, revision, clean-up and governance', async ({ page, kedang, isMobile }) => {
  const tag = isMobile ? '手机' : '桌面';
  const { url } = kedang;
  const name = `${tag}待补公司`;
  const { user } = await api<{ user: { id: string } }>(kedang, 'GET', '/session');
  const made = await api<Made>(kedang, 'POST', '/customers', {
    kind: 'company',
    values: { name, grade: 'B', emails: [{ value: 'not-an-email' }] },
    ownerId: user.id,
    allowDuplicate: true,
  });
  await signIn(page, url);

  // The card says what to ask next; a click opens the field, and the score follows.
  await page.goto(`${url}/customers/${made.id}`);
  const panel = page.getByRole('region', { name: '完整度' });
  await expect(panel.getByText('接下来问什么')).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'quality-panel');
  await panel.getByRole('button', { name: /^电话 \+/ }).click();
  await expect(page.locator('[data-field="phones"] .inline-editor')).toBeVisible();

  // Figures by owner, calculated now, open their lists.
  await page.goto(`${url}/completeness`);
  await page.getByRole('button', { name: '立即重算' }).click();
  await expect(page.getByRole('row', { name: /^合计/ })).toBeVisible();
  await expect(page.getByText('完整度已重算')).toBeVisible({ timeout: 15_000 });
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'quality-completeness');
  await page.getByRole('tab', { name: '设置' }).click();
  const limit = page.getByRole('spinbutton', { name: '电话' });
  await expect(limit).toHaveValue('180');
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'quality-settings');
  // Too many days are told beside the field, not made fewer in silence.
  await limit.fill('4000');
  await page.getByRole('button', { name: /^保\s*存$/ }).click();
  await expect(page.getByRole('alert').filter({ hasText: '最大为 3650。' })).toBeVisible();
  await expect(limit).toBeFocused();
  await limit.fill('180');
  await limit.blur();
  if (isMobile) {
    await page.goto(`${url}/customers?sort=-completeness`);
    await expect(page.getByText(/^完整度：\d/).first()).toBeVisible();
  }

  // A revision of one customer: without a reason a loss is refused.
  await page.goto(`${url}/revisions`);
  const scope = { field: 'name', op: 'eq', value: name };
  const dueOn = companyDay(9);
  const revision = await api<Made>(kedang, 'POST', '/revisions', { name: `${tag}核查`, dueOn, scope });
  await expect
    .poll(async () => (await api<{ state: string }>(kedang, 'GET', `/revisions/${revision.id}`)).state)
    .toBe('open');
  await page.getByRole('button', { name: '发起核查' }).click();
  await expect(page.getByRole('dialog').getByText(/^现有 \d+ 个客户在范围内/)).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.goto(`${url}/revisions/${revision.id}`);
  const item = page.getByRole('region', { name });
  await item.getByRole('button', { name: /流\s*失/ }).click();
  await expect(item.getByText('萎缩或流失请写明原因')).toBeVisible();
  await expect(item.getByLabel(`“${name}”的原因`)).toBeFocused();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'quality-revision');
  await item.getByLabel(`“${name}”的原因`).fill('转向本地供应商');
  await item.getByRole('button', { name: /流\s*失/ }).click();
  await expect(page.getByText('没有待核查的客户。')).toBeVisible();
  await page.getByRole('tab', { name: '汇总' }).click();
  await expect(page.getByRole('row', { name: /^合计/ })).toContainText('1 / 1');
  await expectTidy(page);
  await expectAccessible(page);
  const done = await api<{ total: { lost: number } }>(kedang, 'GET', `/revisions/${revision.id}`);
  expect(done.total.lost).toBe(1);
  await shot(page, 'quality-revision-summary');
  await page.getByRole('tab', { name: '调级建议 1' }).click();
  await expect(page.getByText('建议等级 B → D')).toBeVisible();
  await expectTidy(page);
  await shot(page, 'quality-revision-proposals');
  await page.getByRole('button', { name: `采纳建议：${name}`, exact: true }).click();
  await expect(page.getByText('没有待处理的等级建议。')).toBeVisible();

  // Clean-up: confirmed customers leave the queue.
  await page.goto(`${url}/cleanup`);
  await expect(page.getByRole('region', { name }).getByText('not-an-email')).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'quality-cleanup');
  await page.getByRole('button', { name: `确认有效：${name}` }).press('Enter');
  await expect(page.getByRole('region', { name })).toBeHidden();
  // By keyboard one goes on with the next.
  await expect(page.locator('main :focus')).toHaveCount(1);
  await page.getByText(`已确认“${name}”`).getByRole('button', { name: '撤销' }).click();
  const row = page.getByRole('region', { name });
  await row.getByRole('checkbox').check();
  await shot(page, 'quality-cleanup-chosen');
  await page.getByRole('button', { name: '移入回收站…' }).click();
  const bulk = page.getByRole('dialog', { name: '移入回收站' });
  await expect(bulk.getByText('移入回收站：1 个')).toBeVisible();
  await expect(bulk.getByRole('rowheader', { name })).toBeVisible();
  await expectAccessible(page);
  await shot(page, 'quality-cleanup-trash');
  await bulk.getByRole('button', { name: '移入回收站' }).click();
  await bulk.getByRole('button', { name: /撤\s*销/ }).click();
  await expect(bulk.getByText('已撤销批量修改')).toBeVisible();
  await bulk
    .getByRole('button', { name: /关\s*闭/ })
    .last()
    .click();
  await expect(row).toBeVisible();

  await page.goto(`${url}/governance`);
  await expect(page.getByRole('heading', { name: '谁能看' })).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'quality-governance');
  // Figures open what they count: a list elsewhere, or details beside the page.
  await page.getByRole('button', { name: /^数据库：/ }).click();
  await expect(page.getByRole('dialog').getByRole('rowheader', { name: '变更与访问日志' })).toBeVisible();
  await expectAccessible(page);
  await shot(page, 'quality-governance-sizes');
  await page.keyboard.press('Escape');
  const withFactor = page.getByRole('link', { name: /^未开启两步验证的用户：\d+/ });
  const count = Number((await withFactor.textContent())?.trim());
  await withFactor.click();
  await expect(page.getByRole('heading', { name: '用户' })).toBeVisible();
  await expect(page.locator('tbody tr')).toHaveCount(count);
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'quality-governance-users');
  await page.goBack();
  const personal = page.getByRole('link', { name: /^个人信息字段：\d+/ });
  const fields = (await personal.textContent())?.trim();
  await personal.click();
  await expect(page.getByRole('status').getByText(`共 ${fields} 个字段`)).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'quality-governance-fields');
});
