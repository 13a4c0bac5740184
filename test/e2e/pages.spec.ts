import { expect, expectAccessible, expectTidy, signIn, test } from './kedang.ts';

const pages: [path: string, heading: string][] = [
  ['/customers', '客户'],
  ['/customers/new', '新建客户'],
  ['/contacts', '联系人'],
  ['/imports', '导入'],
  ['/exports', '导出记录'],
  ['/approvals', '审批'],
  ['/settings/fields', '字段与布局'],
  ['/settings/users', '用户'],
  ['/settings/structure', '团队与区域'],
  ['/settings/roles', '角色与权限'],
  ['/jobs', '后台任务'],
  ['/settings/audit', '访问与变更日志'],
  ['/account', '我的账户'],
];

// A large screen is read in Chinese and light, a phone in English and dark: both languages and themes for one walk each.
test('every page is accessible, translated and fits its screen', async ({ page, kedang, isMobile }) => {
  test.setTimeout(180_000);
  if (isMobile)
    await page.addInitScript(() => {
      localStorage.setItem('kedang.lang', 'en-US');
      localStorage.setItem('kedang.theme', 'dark');
    });
  await signIn(page, kedang.url);
  for (const [path, heading] of pages) {
    await test.step(path, async () => {
      await page.goto(kedang.url + path);
      const title = page.getByRole('heading', { level: 1 });
      await expect(title).toBeVisible();
      if (isMobile) await expect(title).not.toContainText(/[\u4e00-\u9fff]/);
      else await expect(title).toContainText(heading);
      await page.waitForLoadState('networkidle');
      await expectTidy(page);
      await expectAccessible(page);
    });
  }
});
