import { expect, expectAccessible, expectTidy, signIn, test } from './kedang.ts';

const pages: [path: string, heading: string][] = [
  ['/customers', '客户'],
  ['/customers/new', '新建客户'],
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

test('every page is accessible, translated and fits its screen', async ({ page, kedang }) => {
  test.setTimeout(180_000);
  await signIn(page, kedang.url);
  for (const [path, heading] of pages) {
    await test.step(path, async () => {
      await page.goto(kedang.url + path);
      await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
      await page.waitForLoadState('networkidle');
      await expectTidy(page);
      await expectAccessible(page);
    });
  }
});
