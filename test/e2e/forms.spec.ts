import type { Page } from '@playwright/test';
import { api, choose, expect, expectAccessible, expectTidy, type SetUp, shot, signIn, test } from './kedang.ts';

interface Form {
  id: string;
  version: number;
  path: string;
  content: { questions: object[] };
}

test('a form is designed, answered without an account, and its answer accepted', async ({
  page,
  kedang,
  isMobile,
  browser,
}) => {
  const { url } = kedang;
  const company = isMobile ? '手机填表公司' : '桌面填表公司';
  await signIn(page, url, undefined, undefined, '/forms');
  // A form is designed at a desk; the phone fills in and reviews.
  const id = isMobile ? await publish(kedang, company) : await design(page, company);
  const form = await api<Form>(kedang, 'GET', `/forms/${id}`);

  // Somebody without an account: an error keeps what was typed, so does a reload.
  const visitor = await browser.newContext({ locale: 'zh-CN', viewport: page.viewportSize() });
  const outside = await visitor.newPage();
  await outside.goto(url + form.path);
  await outside.getByLabel('不参加').check();
  await outside.getByLabel('不参加的原因').fill('时间冲突');
  await outside.reload();
  await expect(outside.getByLabel('不参加的原因')).toHaveValue('时间冲突');
  // Published anew meanwhile: what was typed follows to the questions that are still asked.
  const content = { ...form.content, intro: text('请在本周内填写。') };
  const edited = await api<Form>(kedang, 'PATCH', `/forms/${id}`, { content }, form.version);
  await api(kedang, 'POST', `/forms/${id}/revisions`, {}, edited.version);
  await outside.reload();
  await expect(outside.getByText('请在本周内填写。')).toBeVisible();
  await expect(outside.getByLabel('不参加', { exact: true })).toBeChecked();
  await expect(outside.getByLabel('不参加的原因')).toHaveValue('时间冲突');
  await outside.waitForTimeout(1500);
  await outside.getByRole('button', { name: /提\s*交/ }).click();
  await expect(outside.getByText('请先勾选同意')).toBeVisible();
  await outside.getByLabel(/客户名称/).fill(company);
  await outside.getByLabel(/电话/).first().fill('13916273548');
  await outside.getByLabel('我已阅读并同意').check();
  await expect(outside.getByText('处需要更正')).toBeHidden();
  await expectTidy(outside);
  await expectAccessible(outside);
  await shot(outside, 'forms-public');
  await switchPublic(outside);
  await shot(outside, 'forms-public-en');
  await outside.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(outside.getByRole('status').filter({ hasText: 'Thank you' })).toBeFocused();
  await visitor.close();

  // The answer waits as a proposal; accepted it makes a customer with unverified values.
  await page.goto(`${url}/form-answers?form=${id}`);
  await expectTidy(page);
  await shot(page, 'forms-answers');
  await page.getByRole('link', { name: company }).click();
  await expect(page.getByRole('checkbox', { name: '采纳：电话' })).toBeChecked();
  await expect(page.getByText('时间冲突')).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'forms-review');
  await page.getByRole('button', { name: '新建客户并采纳 2 项' }).click();
  await expect(page.getByText('已采纳').first()).toBeVisible();
  const [made] = (
    await api<{ items: { id: string }[] }>(kedang, 'GET', `/customers?q=${encodeURIComponent(company)}&fields=name`)
  ).items;
  const card = await api<{ provenance: Record<string, object> }>(kedang, 'GET', `/customers/${made?.id}`);
  expect(card.provenance.phones).toMatchObject({ source: 'form', verifiedAt: null });

  // Figures, and typing in from paper with Enter from question to question.
  await page.goto(`${url}/forms/${id}?tab=figures`);
  await expect(page.getByRole('region', { name: '是否参加下次展会' })).toContainText('1 人回答');
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'forms-figures');
  await page.getByRole('link', { name: '打印纸质表' }).click();
  await expect(page.getByRole('article')).toContainText('客户名称');
  await page.getByTitle('English', { exact: true }).click();
  await expect(page.getByRole('article')).toContainText('Signature');
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'forms-paper');
  if (!isMobile) {
    await page.goto(`${url}/forms/${id}/typing`);
    await page.getByRole('button', { name: '保存并审阅' }).click();
    await expect(page.getByLabel(/客户名称/)).toBeFocused();
    await page.getByLabel(/客户名称/).fill('纸上公司');
    await page.getByLabel(/客户名称/).press('Enter');
    await expect(page.getByLabel('参加', { exact: true })).toBeFocused();
    // Numbered as on paper, also while a branch is closed.
    await expect(page.getByText('4. 电话')).toBeVisible();
    await page.getByLabel(/5\. 地址/).press('Enter');
    await expect(page.getByLabel('纸质表上已签字同意')).toBeFocused();
    await expectTidy(page);
    await expectAccessible(page);
    await shot(page, 'forms-typing');
    await page.getByRole('button', { name: '保存并审阅' }).click();
    await expect(page.getByRole('button', { name: '新建客户并采纳 1 项' })).toBeVisible();
    await sendToMany(page, `${url}/forms/${id}?tab=send`);
  }
});

/** To everybody of a condition: how many first, then the links; nobody is meant by no condition. */
async function sendToMany(page: Page, tab: string): Promise<void> {
  await page.goto(tab);
  await page.getByRole('button', { name: '按条件批量发送' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '查看人数' }).click();
  await expect(dialog.getByText('请添加条件并填写完整')).toBeVisible();
  await dialog.getByRole('button', { name: '添加条件', exact: false }).first().click();
  await choose(page, dialog.getByLabel('字段').first(), '客户等级');
  await choose(page, dialog.locator('.condition-value input').first(), 'A');
  await dialog.getByLabel('同时发邮件').uncheck();
  await dialog.getByRole('button', { name: '查看人数' }).click();
  const found = await dialog.getByText(/共 \d+ 位客户/).textContent();
  await expectAccessible(page);
  await shot(page, 'forms-many');
  await dialog.getByRole('button', { name: '生成链接' }).click();
  await expect(dialog.getByText(`生成 ${/\d+/.exec(found ?? '')?.[0]} 个链接`)).toBeVisible();
}

test('a form that is full or over says so, to its visitors and to who opens it', async ({
  page,
  kedang,
  isMobile,
  browser,
}) => {
  const id = await publish(kedang, isMobile ? '手机满额' : '桌面满额');
  const form = await api<Form>(kedang, 'GET', `/forms/${id}`);
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());
  await api(kedang, 'PATCH', `/forms/${id}`, { maxAnswers: 1, expiresOn: today }, form.version);
  const visitor = await browser.newContext({ locale: 'zh-CN', viewport: page.viewportSize() });
  const [first, second] = [await visitor.newPage(), await visitor.newPage()];
  for (const [index, outside] of [first, second].entries()) {
    await outside.goto(kedang.url + form.path);
    await outside.getByLabel(/客户名称/).fill(`名额公司${index}`);
    await outside.getByLabel('我已阅读并同意').check();
  }
  await first.waitForTimeout(1500);
  await first.getByRole('button', { name: /提\s*交/ }).click();
  await expect(first.getByRole('status')).toContainText('已收到');
  // The last place was taken while the second typed: it is told, and what it typed stands.
  await second.getByRole('button', { name: /提\s*交/ }).click();
  await expect(second.getByRole('alert')).toContainText('已收到足够的回答');
  await expect(second.getByLabel(/客户名称/)).toHaveValue('名额公司1');
  await shot(second, 'forms-full-typing');
  await second.reload();
  await expect(second.getByRole('alert')).toContainText('已收到足够的回答');
  await expectTidy(second);
  await visitor.close();

  await signIn(page, kedang.url, undefined, undefined, `/forms/${id}`);
  await expect(page.getByRole('alert').filter({ hasText: '已收到足够的回答' })).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'forms-full');
  const full = await api<Form>(kedang, 'GET', `/forms/${id}`);
  await api(kedang, 'PATCH', `/forms/${id}`, { maxAnswers: 2 }, full.version);
  await page.reload();
  await expect(page.getByRole('tab').first()).toBeVisible();
  await expect(page.getByRole('alert')).toBeHidden();
  // The day after its last.
  await page.clock.setFixedTime(Date.now() + 86_400_000);
  await page.reload();
  await expect(page.getByRole('alert').filter({ hasText: '表单已过期' })).toBeVisible();
});

async function switchPublic(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByText('I have read this and agree')).toBeVisible();
}

/** Fields of the dictionary, a free question and a branch, by keyboard and buttons; published when nothing is missing. */
async function design(page: Page, company: string): Promise<string> {
  await page.getByRole('button', { name: '新建表单' }).click();
  await page.getByLabel('标题').fill(`${company}资料表`);
  await page.getByRole('button', { name: '创建', exact: true }).click();

  await choose(page, page.getByRole('combobox', { name: '添加字段' }), '客户名称');
  await choose(page, page.getByRole('combobox', { name: '添加字段' }), '电话');
  await choose(page, page.getByRole('combobox', { name: '添加字段' }), '地址');
  await choose(page, page.getByRole('combobox', { name: '添加问题' }), '单选');
  let dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('问题 · 中文')).toBeFocused();
  await page.keyboard.type('是否参加下次展会');
  // More options than a question takes are refused, not cut off.
  const options = dialog.getByLabel('选项');
  await options.fill(Array.from({ length: 51 }, (_, n) => `第 ${n + 1} 届`).join('\n'));
  await dialog.getByRole('button', { name: /完\s*成/ }).click();
  await expect(dialog.getByText('共 51 行，最多 50 行')).toBeVisible();
  await expect(options).toBeFocused();
  await options.fill('参加 | Yes\n不参加 | No');
  await dialog.getByRole('button', { name: /完\s*成/ }).click();
  await choose(page, page.getByRole('combobox', { name: '添加问题' }), '文字');
  dialog = page.getByRole('dialog');
  await dialog.getByLabel('问题 · 中文').fill('不参加的原因');
  // A number out of bounds is refused as it was typed.
  const length = dialog.getByLabel('最多字数');
  await length.fill('9000');
  await dialog.getByRole('button', { name: /完\s*成/ }).click();
  await expect(length).toHaveValue('9000');
  await expect(dialog.locator('#question-length-error')).toBeVisible();
  await length.fill('500');
  await choose(page, dialog.getByRole('combobox', { name: '仅当这个问题' }), '是否参加下次展会');
  await choose(page, dialog.getByRole('combobox', { name: '回答为' }), '不参加');
  // Tab goes on from the open list, and what was ticked stays.
  await page.keyboard.press('Tab');
  await expect(dialog.getByRole('button', { name: /取\s*消/ })).toBeFocused();
  await expect(dialog.locator('.ant-select-multiple')).toContainText('不参加');
  await dialog.getByRole('button', { name: /完\s*成/ }).click();
  for (const name of ['是否参加下次展会', '是否参加下次展会', '不参加的原因', '不参加的原因'])
    await page.getByRole('button', { name: `把“${name}”上移` }).click();
  await page.getByRole('button', { name: /^发\s*布$/ }).click();
  // Phones of a person need a purpose and a consent text.
  await expect(page.getByText('询问个人信息时须写明同意条款')).toBeVisible();
  await page.getByLabel('信息用途 · 中文').fill('更新客户档案');
  await page.getByLabel('同意条款 · 中文').fill('我同意贵公司保存以上信息。');
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'forms-designer');
  // A site that is no address is what is wrong now, not the texts of before.
  const sites = page.getByRole('combobox', { name: '允许嵌入的网站' });
  await sites.fill('www.example.com');
  await sites.press('Enter');
  await page.getByRole('button', { name: /^发\s*布$/ }).click();
  await expect(page.getByText('请写网站的完整地址')).toBeVisible();
  await expect(sites).toBeFocused();
  // The select leaves a tag alone for a quarter of a second after its text was typed.
  await expect(async () => {
    await sites.press('Backspace');
    await expect(page.getByText('www.example.com', { exact: true })).toBeHidden({ timeout: 300 });
  }).toPass();
  await page.getByRole('button', { name: /^发\s*布$/ }).click();
  await expect(page.getByText('已发布')).toBeVisible();
  await page.getByRole('tab', { name: '发送' }).click();
  await expect(page.getByRole('img', { name: '表单二维码' })).toBeVisible();
  await expectTidy(page);
  await expectAccessible(page);
  await shot(page, 'forms-send');
  const id = /forms\/([0-9a-f-]+)/.exec(page.url())?.[1] ?? '';
  return id;
}

const text = (zh: string, en = '') => ({ zh, en });

/** The same form, made without its pages. */
async function publish(kedang: SetUp, company: string): Promise<string> {
  const bare = { title: text(''), help: text(''), required: false, showIf: null };
  const options = [
    { key: 'yes', label: text('参加', 'Yes') },
    { key: 'no', label: text('不参加', 'No') },
  ];
  const showIf = { question: 'fair', values: ['no'] };
  const content = {
    title: text(`${company}资料表`),
    intro: text(''),
    thanks: text(''),
    purpose: text('更新客户档案'),
    consent: text('我同意贵公司保存以上信息。'),
    questions: [
      { ...bare, id: 'name', type: 'field', object: 'customer', field: 'name', required: true },
      { ...bare, id: 'fair', type: 'single', title: text('是否参加下次展会'), options },
      { ...bare, id: 'phones', type: 'field', object: 'customer', field: 'phones' },
      { ...bare, id: 'why', type: 'text', title: text('不参加的原因'), maxLength: 500, showIf },
    ],
  };
  const made = await api<Form>(kedang, 'POST', '/forms', { kind: 'company', content });
  await api(kedang, 'POST', `/forms/${made.id}/revisions`, {}, made.version);
  return made.id;
}
