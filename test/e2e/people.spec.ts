import { TOTP } from 'otpauth';
import { invite } from './company.ts';
import { api, apiGet, expect, expectAccessible, password, signIn, test } from './kedang.ts';

test('invite a salesman, who signs in, sees only his own, and is blocked', async ({
  page,
  kedang,
  browser,
  isMobile,
}) => {
  const width = isMobile ? 'phone' : 'desktop';
  const mail = `zhao-${width}@example.com`;
  const [shared, hidden] = [`共用视图 ${width}`, `自用视图 ${width}`];
  for (const name of [shared, hidden])
    await api(kedang, 'POST', '/views', { name, shared: name === shared, query: { columns: [], sort: 'name' } });
  await signIn(page, kedang.url);
  await page.goto(`${kedang.url}/settings/users`);
  await page.getByRole('button', { name: '邀请用户' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('姓名').fill('赵敏');
  // Wrong input: told at the field, nothing lost.
  await dialog.getByLabel('邮箱').fill('not-a-mail');
  await dialog.getByLabel('角色').click();
  await page.getByTitle('业务员').click();
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  await expect(dialog.getByRole('alert').first()).toBeVisible();
  await expect(dialog.getByLabel('姓名')).toHaveValue('赵敏');
  await dialog.getByLabel('邮箱').fill(mail);
  await dialog.getByRole('button', { name: /保\s*存/ }).click();
  const link = await page.locator('code.token').textContent();
  expect(link).toMatch(/\/password\?token=/);
  await expectAccessible(page);

  // The new person sets a password and signs in on another device.
  const other = await browser.newContext({ locale: 'zh-CN' });
  const his = await other.newPage();
  await his.goto((link ?? '').replace(/^https?:\/\/[^/]+/, kedang.url));
  await his.getByLabel(/密码/).first().fill('violet harbour ninety');
  const saved = his.waitForResponse((answer) => answer.request().method() === 'POST' && answer.ok());
  await his.getByRole('button', { name: '设置密码' }).click();
  await saved;
  await signIn(his, kedang.url, mail, 'violet harbour ninety');
  // None is his; another journey may have left one or two in a public pool that every rep may see.
  await expect(his.getByRole('heading', { level: 1 })).toContainText(/\s[0-3] 个/);
  // A colleague's shared view is offered to him, a private one is not; neither shows him more than his own.
  await his.getByRole('button', { name: /全部客户/ }).click();
  await his.getByRole('menuitem', { name: `${shared} · 共享` }).click();
  await expect(his).toHaveURL(/view=/);
  await expect(his.getByRole('button', { name: shared })).toBeVisible();
  await expect(his.getByRole('heading', { level: 1 })).toContainText(/\s[0-3] 个/);
  await expect(his.getByRole('menuitem', { name: hidden })).toHaveCount(0);
  await his.goto(`${kedang.url}/settings/roles`);
  await expect(his.getByRole('alert')).toBeVisible();

  // Blocked: his open page is asked to sign in again within a second.
  await page.goto(`${kedang.url}/settings/users`);
  await page
    .getByRole('row', { name: new RegExp(mail) })
    .getByRole('button')
    .click();
  await page.getByText('停用', { exact: true }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /停\s*用/ })
    .click();
  await expect(page.getByRole('row', { name: new RegExp(mail) })).toContainText('已停用');
  await his.goto(`${kedang.url}/customers`);
  await his.waitForURL(/sign-in/);
  await other.close();

  const users = await apiGet<{ items: { email: string; state: string }[] }>(
    kedang.url,
    kedang.token,
    '/users?limit=100',
  );
  expect(users.items.find((user) => user.email === mail)?.state).toBe('blocked');
});

test('wrong passwords tell nothing and lock for a while; a forgotten one is reset by mail', async ({
  page,
  kedang,
}) => {
  await page.goto(`${kedang.url}/sign-in`);
  const attempt = async (mail: string) => {
    await page.getByLabel('邮箱').fill(mail);
    await page.getByLabel(/^密码/).fill('wrong password here');
    await page.getByRole('button', { name: /登\s*录/ }).click();
    const alert = page.getByRole('alert');
    await expect(alert).toBeVisible();
    return alert.textContent();
  };
  expect(await attempt('nobody@example.com')).toBe(await attempt('nobody2@example.com'));
  await expectAccessible(page);
  await page.getByRole('button', { name: '忘记密码' }).click();
  await page.getByLabel('邮箱').fill('nobody@example.com');
  await page.getByRole('button', { name: '发送链接' }).click();
  await expect(page.getByText('如果该邮箱有账户')).toBeVisible();
});

test('a second factor is set up, asked for at the next sign-in, and another session is ended (once, at one width)', {
  tag: '@desktop',
}, async ({ page, kedang, browser }) => {
  // The same forms in one column.
  const colleague = await invite(kedang, '周宁', 'sales');
  await signIn(page, kedang.url, colleague.email, password, '/account');
  await page.getByRole('button', { name: /^启\s*用$/ }).click();
  const secret = (await page.locator('#totp ~ form code').textContent()) ?? '';
  const codeNow = () => new TOTP({ secret }).generate();
  await page.getByLabel('验证码').fill('000000');
  await page.getByRole('button', { name: '确认启用' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('验证码').fill(codeNow());
  await page.getByRole('button', { name: '确认启用' }).click();
  await expect(page.locator('.codes code').first()).toBeVisible();
  const [recovery = ''] = await page.locator('.codes code').allTextContents();
  await expectAccessible(page);

  const other = await browser.newContext({ locale: 'zh-CN' });
  const there = await other.newPage();
  await there.goto(`${kedang.url}/sign-in`);
  await there.getByLabel('邮箱').fill(colleague.email);
  await there.getByLabel(/^密码/).fill(password);
  await there.getByRole('button', { name: /登\s*录/ }).click();
  // The code just used does not serve twice; a recovery code does once.
  await there.getByLabel(/验证码/).fill(recovery);
  await there.getByRole('button', { name: /登\s*录/ }).click();
  await expect(there.getByRole('heading', { level: 1 })).not.toContainText('登录');

  await page.reload();
  const sessions = page.locator('section', { has: page.locator('#sessions') });
  const others = sessions.getByRole('button', { name: /退\s*出/ });
  await expect(others.first()).toBeVisible();
  for (let left = await others.count(); left > 0; left -= 1) {
    await others.first().click();
    await expect(others).toHaveCount(left - 1);
  }
  await there.goto(`${kedang.url}/customers`);
  await there.waitForURL(/sign-in/);
  await other.close();
});
