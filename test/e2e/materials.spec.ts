import { api, apiGet, choose, expect, expectAccessible, expectTidy, shot, signIn, test } from './kedang.ts';

interface Send {
  id: string;
  path: string;
  channel: string;
  recipient: string;
  opened: { times: number };
}

test('a brochure goes to a customer never contacted, is opened there, and the guide ticks itself', async ({
  page,
  kedang,
  browser,
}) => {
  const { url, token } = kedang;
  const customer = await api<{ id: string }>(kedang, 'POST', '/customers', {
    kind: 'company',
    values: { name: '初访阀门公司', emails: 'office@chufang.example' },
  });

  await signIn(page, url, undefined, undefined, '/materials');
  await page.getByRole('button', { name: '新增资料' }).click();
  await page.getByRole('textbox', { name: /标题/ }).fill('阀门选型手册');
  await page.getByLabel('产品', { exact: true }).fill('阀门');
  await page.locator('input[type=file]').setInputFiles({
    name: '选型手册.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.4\n%%EOF\n'),
  });
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: '阀门选型手册' })).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'material');

  await page.goto(`${url}/customers/${customer.id}`);
  const guide = page.getByRole('region', { name: /首次接触指引/ });
  await expect(guide.getByText('0/5')).toBeVisible();
  await expectTidy(page);
  await shot(page, 'first-contact');
  await guide.getByRole('button', { name: '发送资料' }).click();
  const dialog = page.getByRole('dialog');
  await choose(page, dialog.getByLabel(/^资料/), '阀门选型手册');
  await expect(dialog.getByLabel(/正文/)).toHaveValue(/\{links\}/);
  await shot(page, 'material-send');
  await dialog.getByText('链接或二维码').click();
  await dialog.getByRole('button', { name: '发送资料' }).click();
  await expect(page.getByRole('button', { name: '复制：初访阀门公司' })).toBeVisible();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /关\s*闭/ })
    .last()
    .click();
  await expect(guide.getByText('1/5')).toBeVisible();
  await guide.getByRole('button', { name: '填写需求' }).click();
  await page.getByRole('textbox', { name: /主要需求/ }).fill('高温蝶阀');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await expect(guide.getByText('2/5')).toBeVisible();

  const sends = () => apiGet<{ items: Send[] }>(url, token, `/material-sends?customerId=${customer.id}`);
  const [sent] = (await sends()).items;
  const visitor = await browser.newContext({
    locale: 'zh-CN',
    viewport: { width: 390, height: 844 },
    // What a headless browser opens is not counted.
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1',
  });
  const outside = await visitor.newPage();
  await outside.goto(url + sent?.path);
  await expect(outside.getByRole('heading', { name: '阀门选型手册' })).toBeVisible();
  await expectTidy(outside);
  await expectAccessible(outside);
  await shot(outside, 'material-public');
  const loaded = outside.waitForEvent('download');
  await outside.getByRole('link', { name: '下载' }).click();
  expect((await loaded).suggestedFilename()).toBe('选型手册.pdf');
  await expect.poll(async () => (await sends()).items[0]?.opened.times).toBe(1);
  await visitor.close();

  await page.goto(`${url}/materials`);
  await page.getByRole('link', { name: '阀门选型手册' }).click();
  await expect(page.getByText('已发 1 份 · 打开 1 份 · 下载 1 份')).toBeVisible();
});
