import type { Locator } from '@playwright/test';
import { api, choose, expect, expectAccessible, expectTidy, type SetUp, shot, signIn, test } from './kedang.ts';

interface Made {
  id: string;
  version: number;
}

/** A company with two people, named so that desktop and phone do not meet. */
async function company(kedang: SetUp, name: string, people: string[]) {
  const made = await api<Made>(kedang, 'POST', '/customers', {
    kind: 'company',
    values: { name },
    allowDuplicate: true,
  });
  const contacts: string[] = [];
  for (const person of people) {
    const contact = await api<Made>(kedang, 'POST', '/contacts', {
      customerId: made.id,
      values: { name: person, position: '采购' },
    });
    contacts.push(contact.id);
  }
  return { id: made.id, contacts };
}

test('a person: profile, chart, change of job', async ({ page, kedang, isMobile }) => {
  const tag = isMobile ? '手机' : '桌面';
  const { url } = kedang;
  const here = await company(kedang, `青禾${tag}有限公司`, [`林总${tag}`, `小赵${tag}`]);
  const next = await company(kedang, `远山${tag}有限公司`, []);
  await signIn(page, url);
  await page.goto(`${url}/customers/${here.id}`);

  // Fill in the profile on the card.
  await page.getByRole('tab', { name: '联系人' }).click();
  await page.getByRole('button', { name: `小赵${tag}` }).click();
  const card = page.getByRole('dialog');
  await card.getByLabel('显示空字段').first().click();
  await card.getByRole('button', { name: '修改“生日（农历）”' }).click();
  await page.keyboard.type('1991年闰五月初三');
  await page.keyboard.press('Enter');
  await expect(card.getByText(/没有这个闰月|没有.*闰/)).toBeVisible();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('1990年闰五月初三');
  await page.keyboard.press('Enter');
  await expect(card.getByText('1990年闰五月初三')).toBeVisible();
  await expect(card.getByText(/\d+ 岁/)).toBeVisible();
  // The last of several texts counts although nothing was typed after it.
  await card.getByRole('button', { name: '修改“爱好”' }).press('Enter');
  await page.keyboard.type('钓鱼；书法');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(card.locator('[data-field=hobbies]')).toContainText('书法');
  await expectAccessible(page);
  await expectTidy(page);
  await card
    .getByRole('button', { name: 'Close' })
    .or(card.getByRole('button', { name: '关闭' }))
    .first()
    .click();

  // Draw the reporting line by choosing the superior, then see that it cannot close a circle.
  await page.getByRole('tab', { name: '组织架构' }).click();
  await choose(page, page.getByLabel(`“小赵${tag}”的上级`), `林总${tag}`);
  const lines = async () =>
    (
      await api<{ people: { contactId: string; reportsTo: string | null }[] }>(
        kedang,
        'GET',
        `/customers/${here.id}/organisation`,
      )
    ).people.find((item) => item.contactId === here.contacts[1])?.reportsTo;
  await expect.poll(lines).toBe(here.contacts[0]);
  await choose(page, page.getByLabel(`“林总${tag}”的上级`), `小赵${tag}`);
  await expect(page.getByText(/形成循环/)).toBeVisible();
  await shot(page, 'organisation');
  await expectAccessible(page);
  await expectTidy(page);
  if (!isMobile) {
    // By drag: back to nobody.
    await page.getByRole('button', { name: `拖动“小赵${tag}”` }).hover();
    await page.mouse.down();
    const top = await page.getByText('拖到这里：无上级').boundingBox();
    await page.mouse.move((top?.x ?? 0) + 30, (top?.y ?? 0) + 30, { steps: 8 });
    await page.mouse.move((top?.x ?? 0) + 40, (top?.y ?? 0) + 10, { steps: 8 });
    await page.mouse.up();
    await expect.poll(lines).toBeNull();
    // By keyboard: a card to the left is some four strokes away.
    await expect(page.locator('.chart-person', { hasText: `小赵${tag}` })).toContainText('无上级');
    await page.getByRole('button', { name: `拖动“小赵${tag}”` }).press('Enter');
    const over = page.locator('.chart-person.over', { hasText: `林总${tag}` });
    // A stroke is looked at before the next.
    await expect(async () => {
      await page.keyboard.press('ArrowLeft');
      await expect(over).toBeVisible({ timeout: 300 });
    }).toPass({ timeout: 10_000 });
    await page.keyboard.press('Enter');
    await expect.poll(lines).toBe(here.contacts[0]);
  } else {
    // By finger: back to nobody.
    const middle = async (locator: Locator) => {
      const box = await locator.boundingBox();
      return { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
    };
    const finger = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: { x: number; y: number }[]) =>
      finger.send('Input.dispatchTouchEvent', { type, touchPoints });
    const handle = page.getByRole('button', { name: `拖动“小赵${tag}”` });
    await handle.scrollIntoViewIfNeeded();
    const from = await middle(handle);
    await touch('touchStart', [from]);
    // The finger rests before it drags: otherwise it would scroll the page.
    await page.waitForTimeout(400);
    const nobody = page.getByText('拖到这里：无上级');
    for (let step = 1; step <= 10; step += 1) {
      const to = await middle(nobody);
      await touch('touchMove', [
        { x: from.x + ((to.x - from.x) * step) / 10, y: from.y + ((to.y - from.y) * step) / 10 },
      ]);
      await page.waitForTimeout(50);
    }
    await touch('touchEnd', []);
    await expect.poll(lines).toBeNull();
  }

  // The person goes to another company; both remember.
  await page.goto(`${url}/contacts/${here.contacts[1]}`);
  await page.getByRole('button', { name: '换工作' }).click();
  const job = page.getByRole('dialog', { name: '换工作' });
  await job.getByLabel(/^客户/).click();
  await page.keyboard.type(`远山${tag}`);
  await page.getByTitle(new RegExp(`远山${tag}`)).click();
  await job.getByLabel('职务').fill('采购总监');
  await job.getByLabel('入职日期').fill('2026-11-01');
  await job.getByRole('button', { name: /保\s*存/ }).click();
  await expect(page.getByText('2026-11-01 – 至今')).toBeVisible();
  await expectAccessible(page);
  await expectTidy(page);
  const moved = await api<{ customerId: string }>(kedang, 'GET', `/contacts/${here.contacts[1]}`);
  expect(moved.customerId).toBe(next.id);
});

test('relations: record, draw, ask for an introduction, thank a referrer', async ({ page, kedang, isMobile }) => {
  const tag = isMobile ? '手机' : '桌面';
  const { url } = kedang;
  const friend = await company(kedang, `老友${tag}公司`, [`老同学${tag}`]);
  const target = await company(kedang, `新贵${tag}公司`, [`新贵老板${tag}`]);
  await signIn(page, url);
  await page.goto(`${url}/customers/${friend.id}`);
  await page.getByRole('tab', { name: '关系网' }).click();
  await page.getByRole('button', { name: '添加关系' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('对方是').click();
  await page.keyboard.type('介绍来的客户');
  await page.keyboard.press('Enter');
  await dialog.getByRole('combobox', { name: '对方', exact: false }).nth(1).click();
  await page.keyboard.type(`新贵${tag}`);
  await page.getByTitle(new RegExp(`^新贵${tag}公司`)).click();
  await dialog.getByLabel('开始日期').fill('2026-06-01');
  await dialog.getByLabel('结束日期').fill('2026-05-01');
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  await expect(dialog.getByText('结束日期不能早于开始日期。')).toBeVisible();
  await dialog.getByLabel('结束日期').fill('');
  await dialog.getByLabel('感谢期限').fill('2026-12-31');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  await expect(dialog).toBeHidden();
  const list = page.getByRole('region', { name: '关系列表' });
  await expect(list.getByRole('link', { name: `新贵${tag}公司` })).toBeVisible();
  await expect(page.getByRole('img', { name: /关系图/ })).toBeVisible();
  await shot(page, 'relations');

  // The list beside the picture walks by keyboard.
  const picture = page.getByRole('region', { name: '关系图' });
  await picture
    .getByRole('button', { name: `展开“新贵${tag}公司”` })
    .first()
    .press('Enter');
  await expect(picture.getByRole('link', { name: `新贵老板${tag}` }).first()).toBeVisible();
  await expectAccessible(page);
  await expectTidy(page);

  await page.goto(`${url}/contacts/${target.contacts[0]}`);
  await page.getByRole('button', { name: '谁能引荐' }).click();
  await expect(page.getByRole('dialog').getByText('我的路径')).toBeVisible();
  await expectAccessible(page);

  await page.goto(`${url}/referrals`);
  await page.getByRole('button', { name: new RegExp(`“老友${tag}公司”介绍的客户`) }).click();
  const chain = page.getByRole('dialog').first();
  await chain.getByRole('button', { name: '已感谢' }).click();
  const thanks = page.getByRole('dialog', { name: '已感谢' });
  await thanks.getByLabel('怎样感谢的？').fill('登门道谢');
  await thanks.getByRole('button', { name: /保\s*存/ }).click();
  await expect(chain.getByText(/登门道谢/)).toBeVisible();
  await expectAccessible(page);
  await expectTidy(page);
  for (const path of ['/relations', '/birthdays', '/settings/relation-types']) {
    await page.goto(url + path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.waitForLoadState('networkidle');
    await expectAccessible(page);
    await expectTidy(page);
  }
});
