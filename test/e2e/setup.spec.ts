import { rmSync } from 'node:fs';
import { test as base } from '@playwright/test';
import { email, expect, expectAccessible, expectTidy, password, signIn, startKedang } from './kedang.ts';

base('first-run guide, then restart and recovery after kill -9', async ({ page }) => {
  base.setTimeout(180_000);
  let kedang = await startKedang();
  try {
    const link = await kedang.setupLink();
    // A wrong link is told before anything is filled in.
    await page.goto(kedang.url);
    await expect(page.getByRole('status')).toContainText('尚未设置');
    await page.goto(`${kedang.url}/setup?token=wrong`);
    await expect(page.getByRole('alert')).toContainText('设置链接不对');
    await page.goto(link);
    await expect(page.getByRole('heading', { name: '首次设置' })).toBeVisible();
    await expectAccessible(page);
    await expectTidy(page);

    // The guide speaks both languages without a reload, and keeps what was typed.
    await page.getByLabel('公司名称').fill('远航进出口有限公司');
    await page.getByText('English', { exact: true }).last().click();
    await expect(page.getByRole('heading', { name: 'First set-up' })).toBeVisible();
    await expect(page.getByLabel('Company')).toHaveValue('远航进出口有限公司');
    await page.getByText('简体中文').click();

    // A weak password and an address without an end are refused at their fields together; nothing is lost.
    await page.getByText('外贸出口').click();
    await page.getByLabel('管理员姓名').fill('林静');
    await page.getByLabel('管理员邮箱').fill('admin@example');
    await page.getByLabel(/^密码/).fill('1234567890');
    await page.getByRole('button', { name: '完成设置' }).click();
    await expect(page.locator('#password-error')).toBeVisible();
    await expect(page.locator('#adminEmail-error')).toBeVisible();
    await expect(page.getByLabel('管理员姓名')).toHaveValue('林静');

    await page.getByLabel('管理员邮箱').fill(email);
    await page.getByLabel(/^密码/).fill(password);
    await page.getByRole('button', { name: '完成设置' }).click();
    await page.waitForURL(/\/customers/, { timeout: 60_000 });
    await expect(page.getByRole('heading', { level: 1 })).toContainText('300');

    // The link worked once.
    const again = await fetch(`${kedang.url}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ token: link.split('token=')[1], orgName: 'x', preset: 'general', sample: false },
        ...{ adminName: 'x', adminEmail: 'x@example.com', password },
      }),
    });
    expect(again.status).toBe(409);

    // Everything killed at once: the next start recovers by itself and a session opens.
    kedang.process.removeAllListeners('exit');
    kedang.process.kill('SIGKILL');
    const started = Date.now();
    kedang = await startKedang(kedang.dataDir);
    expect(Date.now() - started).toBeLessThan(20_000);
    await signIn(page, kedang.url);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('300');
  } finally {
    await kedang.stop();
    rmSync(kedang.dataDir, { recursive: true, force: true });
  }
});
