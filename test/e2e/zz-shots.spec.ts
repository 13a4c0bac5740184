import { api, apiGet, shot, expectTidy, expectAccessible, signIn, switchLanguage, test } from './kedang.ts';
test('shots', async ({ page, kedang, browser, isMobile }) => {
  test.setTimeout(120_000);
  const { url, token } = kedang;
  const c = await api<{ id: string }>(kedang, 'POST', '/customers', { kind: 'company', values: { name: '截图阀门公司', emails: 'office@chufang.example' } });
  const p = await api<{ id: string }>(kedang, 'POST', '/contacts', { customerId: c.id, values: { name: '周敏', position: '采购经理', emails: 'zm@chufang.example', buyingRole: 'gatekeeper' } });
  const mats: any[] = [];
  for (const [title, kind, validUntil] of [['阀门选型手册 2026 版', 'manual', null], ['公司宣传册', 'brochure', '2027-06-30'], ['去年价目表', 'priceList', '2025-12-31'], ['Valve catalogue', 'catalogue', null]]) {
    const m = await api<any>(kedang, 'POST', '/materials', { title, kind, language: 'zh', product: '阀门', summary: '耐高温蝶阀、球阀的规格、选型步骤与安装说明。', validUntil });
    const form = new FormData(); form.append('note', '更新了参数表'); form.append('file', new File(['%PDF-1.4\n%%EOF'], `${title}.pdf`));
    const r = await fetch(`${url}/api/v1/materials/${m.id}/versions`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: form });
    mats.push(await r.json());
  }
  await api(kedang, 'POST', `/customers/${c.id}/material-sends`, { materialIds: [mats[0].id, mats[1].id], recipients: [{ contactId: p.id }, {}], channel: 'mail', mail: { subject: '资料', text: '{links}' } });
  const made = await api<any>(kedang, 'POST', `/customers/${c.id}/material-sends`, { materialIds: [mats[0].id], recipients: [{ contactId: p.id }], channel: 'link', newest: true });
  await api(kedang, 'POST', `/customers/${c.id}/material-sends`, { materialIds: [mats[0].id], recipients: [{}], channel: 'paper' });
  await api(kedang, 'POST', `/customers/${c.id}/material-refusals`, { email: 'office@chufang.example', note: '电话里说不要再发' });
  await fetch(`${url}/api/v1/public/materials/${made.items[0].path.split('/d/')[1]}/file`, { headers: { 'user-agent': 'Mozilla/5.0 Safari' } });
  await signIn(page, url, undefined, undefined, '/materials');
  const look = async (path: string, name: string, then?: () => Promise<void>) => {
    await page.goto(url + path); await page.waitForTimeout(900); if (then) await then(); await page.waitForTimeout(500);
    await shot(page, name); await expectTidy(page); await expectAccessible(page);
  };
  for (const lang of ['zh', 'en']) {
    if (lang === 'en') { await page.goto(url + '/materials'); await switchLanguage(page, 'English'); }
    await look('/materials', `list-${lang}`);
    await look(`/materials/${mats[0].id}`, `one-${lang}`);
    await look(`/customers/${c.id}`, `card-${lang}`);
    const tab = async () => { await page.getByRole('tab', { name: lang === 'zh' ? '宣传资料' : 'Materials' }).click().catch(() => undefined); await page.waitForTimeout(600); await page.locator('.timeline, .panel').last().scrollIntoViewIfNeeded(); };
    await look(`/customers/${c.id}`, `tab-${lang}`, tab);
    await look(`/customers/${c.id}`, `timeline-${lang}`, async () => { await page.getByRole('tab', { name: lang === 'zh' ? '动态' : 'Timeline' }).click({ timeout: 2000 }).catch(() => undefined); await page.waitForTimeout(600); await page.locator('.timeline li').nth(4).scrollIntoViewIfNeeded(); });
    await look(`/contacts/${p.id}`, `contact-${lang}`, async () => { await page.getByRole('region', { name: lang === 'zh' ? '宣传资料' : 'Materials' }).scrollIntoViewIfNeeded(); });
    await look(`/materials/${mats[0].id}`, `send-${lang}`, async () => { await page.getByRole('button', { name: lang === 'zh' ? '发送资料' : 'Send materials' }).click(); const box = page.getByLabel(lang === 'zh' ? /^客户/ : /^Customer/).last(); await box.click(); await page.keyboard.type('截图'); await page.locator('.ant-select-dropdown:visible').getByText('截图阀门公司').first().click(); await page.waitForTimeout(700); });
    await look('/materials', `add-${lang}`, async () => { await page.getByRole('button', { name: lang === 'zh' ? '新增资料' : 'Add material' }).click(); });
  }
  const v = await browser.newContext({ locale: 'en-US', viewport: page.viewportSize() });
  const o = await v.newPage();
  const sends = await apiGet<any>(url, token, `/material-sends?customerId=${c.id}`);
  await o.goto(url + sends.items.find((s: any) => s.channel === 'mail').path); await o.waitForTimeout(900); await shot(o, 'public-en');
  const now = await apiGet<any>(url, token, `/materials/${mats[0].id}`);
  await api(kedang, 'POST', `/materials/${mats[0].id}/withdrawal`, { reason: '改版' }, now.version);
  await o.goto(url + made.items[0].path); await o.waitForTimeout(900); await shot(o, 'public-withdrawn-en');
  await o.goto(url + made.items[0].path.slice(0, -3) + 'abc'); await o.waitForTimeout(900); await shot(o, 'public-gone-en');
});
