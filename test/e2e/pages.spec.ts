import { expect, expectAccessible, expectTidy, signIn, test } from './kedang.ts';

const pages: [path: string, heading: string, english: string][] = [
  ['/customers', '客户', 'Customers'],
  ['/customers/new', '新建客户', 'New customer'],
  ['/contacts', '联系人', 'People'],
  ['/imports', '导入', 'Import'],
  ['/exports', '导出记录', 'Exports'],
  ['/approvals', '审批', 'Approvals'],
  ['/settings/fields', '字段与布局', 'Fields and layout'],
  ['/settings/users', '用户', 'Users'],
  ['/settings/structure', '团队与区域', 'Teams and regions'],
  ['/settings/roles', '角色与权限', 'Roles'],
  ['/jobs', '后台任务', 'Background jobs'],
  ['/settings/audit', '访问与变更日志', 'Access and change log'],
  ['/settings/unusual-access', '异常访问标准', 'Limits of unusual access'],
  ['/account', '我的账户', 'My account'],
  ['/nowhere', '没有这个页面', 'No such page'],
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
  for (const [path, heading, english] of pages) {
    await test.step(path, async () => {
      // As a link of the menu goes, without loading the client again.
      await page.evaluate((to) => window.history.pushState(null, '', to), path);
      const title = page.getByRole('heading', { level: 1 });
      await expect(title).toHaveText(new RegExp(`^${isMobile ? english : heading}( |$)`));
      if (isMobile) await expect(title).not.toContainText(/[\u4e00-\u9fff]/);
      await expect(page.locator('main .loading, main .ant-spin')).toHaveCount(0);
      await expectTidy(page);
      await expectAccessible(page);
    });
  }
});
