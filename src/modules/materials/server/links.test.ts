import { afterAll, describe, expect, it } from 'vitest';
import { type Json, match } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { base, human, pdf, startMaterials } from '#test/materials.ts';

const {
  t,
  marketing,
  sales,
  mate,
  customerId,
  contactId,
  makeCustomer,
  makeMaterial,
  send,
  link,
  visitor,
  seen,
  noticesOf,
} = await startMaterials();
afterAll(() => t.close());

describe('sending by link', () => {
  it('leads to the version that was sent, or to the newest where that was chosen', async () => {
    const material = await makeMaterial();
    const fixed = await link(material);
    const floating = await link(material, { newest: true });
    await marketing.upload(`/materials/${material.id}/versions`, '新.pdf', pdf('two'));
    expect((await visitor('GET', fixed.path)).body).toMatchObject({ edition: 1, newerExists: true, refused: null });
    expect((await visitor('GET', floating.path)).body).toMatchObject({ edition: 2, newerExists: false });
    expect((await visitor('GET', fixed.path, '/file')).raw).toContain('one');
    expect((await visitor('GET', floating.path, '/file')).raw).toContain('two');
  });

  it('counts people who open it, not machines, and not twice at once', async () => {
    const material = await makeMaterial({ title: '计数资料' });
    const sent = await link(material, { recipients: [{ contactId }] });
    await visitor('GET', sent.path);
    for (const agent of ['Googlebot/2.1', 'curl/8', 'Microsoft URL Preview', ''])
      expect((await visitor('POST', sent.path, '/opening', { 'user-agent': agent })).body).toEqual({ counted: false });
    const ahead = { ...human, 'sec-purpose': 'prefetch;prerender' };
    expect((await visitor('POST', sent.path, '/opening', ahead)).body).toEqual({ counted: false });
    await visitor('GET', sent.path, '/file', ahead);
    expect(await seen(sent.id)).toMatchObject({ opened: { times: 0, first: null }, downloaded: { times: 0 } });
    const twice = await Promise.all([1, 2, 3].map(() => visitor('POST', sent.path, '/opening')));
    expect(twice.map(({ body }) => body.counted).sort()).toEqual([false, false, true]);
    const told = (await noticesOf(sales, 'material.opened')).filter((item: Json) => item.params.title === '计数资料');
    expect(told).toHaveLength(1);
    await t.asOwner(`update material_send set opened_last_at = opened_last_at - interval '11 minutes'`);
    await visitor('GET', sent.path, '/file');
    expect(await seen(sent.id)).toMatchObject({ opened: { times: 2 }, downloaded: { times: 1 } });
    const timeline = (await sales.get(`/customers/${customerId}/timeline?limit=100`)).body.items;
    const kinds = timeline
      .filter((item: Json) => item.data?.title === '计数资料')
      .map((item: Json) => `${item.kind} ${item.data.to}`);
    expect(kinds.sort()).toEqual(['material.downloaded 周敏', 'material.opened 周敏', 'material.sent 周敏']);
    const detail = (await sales.get(`/materials/${material.id}`)).body;
    expect(detail.sends).toMatchObject({ sent: { value: 1 }, opened: { value: 1 }, downloaded: { value: 1 } });
    const opened = (await sales.get(`/material-sends?materialId=${material.id}&opened=yes`)).body.items;
    expect(opened.map((item: Json) => item.recipient)).toEqual(['周敏']);
    expect((await sales.get(`/material-sends?materialId=${material.id}&opened=no`)).body.items).toEqual([]);
    expect((await sales.get(`/material-sends?contactId=${contactId}`)).body.items[0].id).toBe(sent.id);
  });

  it('is an activity, but no contact with the customer', async () => {
    const id = await makeCustomer('未联系公司');
    const material = await makeMaterial();
    expect((await send({ materialIds: [material.id] }, sales, id)).status).toBe(201);
    const [activity] = (await sales.get(`/activities?customerId=${id}`)).body.items;
    expect(activity).toMatchObject({ type: 'message', source: 'material' });
    expect(activity.subject).toContain('《产品手册》');
    const { values } = (await sales.get(`/customers/${id}`)).body;
    expect([values.lastContactAt ?? null, values.activityCount90d]).toEqual([null, 1]);
    expect(values.materialSentAt).toBeTruthy();
    const opened = encodeURIComponent(JSON.stringify({ field: 'materialOpenedAt', op: 'notEmpty' }));
    const whoOpened = async () =>
      (await sales.get(`/customers?filter=${opened}`)).body.items.map((item: Json) => item.id);
    expect(await whoOpened()).not.toContain(id);
    const [sent] = (await sales.get(`/material-sends?customerId=${id}`)).body.items;
    await visitor('POST', sent.path, '/opening');
    expect(await whoOpened()).toContain(id);
    const survivor = await makeCustomer('合并后公司');
    const participants = await Promise.all(
      [survivor, id].map(async (one) => ({ id: one, version: (await t.admin.get(`/customers/${one}`)).body.version })),
    );
    const merged = await t.admin.send('POST', '/merges', { survivorId: survivor, participants });
    expect([merged.status, await whoOpened()]).toEqual([201, expect.arrayContaining([survivor])]);
    await t.admin.send('POST', `/merges/${merged.body.id}/undoing`, undefined, match(1));
    expect(await whoOpened()).toEqual(expect.arrayContaining([id]));
    expect(await whoOpened()).not.toContain(survivor);
  });

  it('gives nothing away: no frame, no referrer, no caching, nothing of others', async () => {
    const material = await makeMaterial();
    await send({ materialIds: [material.id], recipients: [{ contactId }, {}] });
    const sent = await link(material);
    const page = await visitor('GET', sent.path);
    expect(page.headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    });
    expect(String(page.headers['content-security-policy'])).toContain("frame-ancestors 'none'");
    expect(JSON.stringify(page.body)).not.toMatch(/周敏|资料公司|ziliao|[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const file = await visitor('GET', sent.path, '/file');
    expect(String(file.headers['content-security-policy'])).toContain('sandbox');
    expect(file.headers['content-type']).toBe('application/octet-stream');
    const shown = await visitor('GET', sent.path, '/file?view=1');
    expect(shown.headers).toMatchObject({ 'content-type': 'application/pdf', 'x-content-type-options': 'nosniff' });
    expect(String(shown.headers['content-disposition'])).toMatch(/^inline/);
    const forged = `/d/kdl_${t.orgId.replaceAll('-', '')}_${'A'.repeat(43)}`;
    for (const [method, rest] of [
      ['GET', ''],
      ['POST', '/opening'],
      ['GET', '/file'],
      ['POST', '/refusal'],
    ] as const)
      expect((await visitor(method, forged, rest)).body.code).toBe('link.gone');
    expect((await visitor('GET', `${sent.path.slice(0, -1)}x`)).status).toBe(404);
  });

  it('ends when it is revoked, and politely when the material is withdrawn', async () => {
    const material = await makeMaterial();
    const [first, second] = [await link(material), await link(material)];
    const revoke = (who = sales) =>
      who.send('POST', `/material-sends/${first.id}/revocation`, {}, match(first.version));
    expect((await revoke(mate)).status).toBe(404);
    expect((await revoke()).body).toMatchObject({ path: null, can: { revoke: false } });
    expect((await revoke()).status).toBe(412);
    expect((await visitor('GET', first.path)).body.code).toBe('link.gone');
    expect((await sales.get(`/material-sends/${first.id}/qr`)).body.code).toBe('material.noLink');
    expect((await sales.get(`/material-sends/${second.id}/qr?format=png`)).raw.subarray(1, 4).toString()).toBe('PNG');
    expect((await mate.get(`/material-sends/${second.id}/qr`)).status).toBe(404);
    const act = (method: 'POST' | 'DELETE', version: number, who = marketing) =>
      who.send(
        method,
        `/materials/${material.id}/withdrawal`,
        method === 'POST' ? { reason: '改版' } : undefined,
        match(version),
      );
    expect((await act('POST', material.version, sales)).status).toBe(403);
    const withdrawn = (await act('POST', material.version)).body;
    expect(withdrawn).toMatchObject({ state: 'withdrawn', withdrawnReason: '改版' });
    expect((await visitor('GET', second.path)).body).toMatchObject({ withdrawn: true, file: null, summary: '' });
    expect((await visitor('GET', second.path, '/file')).status).toBe(410);
    expect((await visitor('POST', second.path, '/opening')).body).toEqual({ counted: false });
    expect((await marketing.upload(`/materials/${material.id}/versions`, 'a.pdf', pdf('x'))).body.code).toBe(
      'material.withdrawn',
    );
    expect((await act('POST', withdrawn.version)).body.code).toBe('material.withdrawnAlready');
    await act('DELETE', withdrawn.version);
    expect((await visitor('GET', second.path)).body).toMatchObject({ withdrawn: false, file: { viewable: true } });
    const gone = await makeCustomer('移除公司');
    const last = (await send({ materialIds: [material.id] }, sales, gone)).body.items[0];
    const { version } = (await sales.get(`/customers/${gone}`)).body;
    expect((await t.admin.send('POST', `/customers/${gone}/trashing`, {}, match(version))).status).toBe(200);
    expect((await visitor('GET', last.path)).body.code).toBe('link.gone');
    expect((await send({ materialIds: [material.id] }, t.admin, gone)).body.code).toBe('customer.trashed');
  });

  it('refuses what may not be sent, by name, and to whom one may not send', async () => {
    const good = await makeMaterial();
    const expired = await makeMaterial({ title: '过期', validUntil: companyDay(-1) });
    const last = await makeMaterial({ validUntil: companyDay(0) });
    const empty = (await marketing.send('POST', '/materials', base)).body;
    const wrong = await send({ materialIds: [good.id, expired.id, empty.id, contactId] });
    expect(wrong.body.errors.map((error: Json) => [error.field, error.code])).toEqual([
      ['materialIds.1', 'material.expired'],
      ['materialIds.2', 'material.noFile'],
      ['materialIds.3', 'link.unknown'],
    ]);
    expect(wrong.body.errors[0].message).toContain('《过期》');
    expect((await send({ materialIds: [last.id] })).status).toBe(201);
    const other = await makeCustomer('别家公司', {}, mate);
    const stranger = (await mate.send('POST', '/contacts', { customerId: other, values: { name: '别人' } })).body.id;
    expect(
      (await send({ materialIds: [good.id], recipients: [{ contactId: stranger }] })).body.errors[0],
    ).toMatchObject({
      field: 'recipients.0.contactId',
      code: 'link.unknown',
    });
    expect((await send({ materialIds: [good.id] }, sales, other)).status).toBe(404);
    expect((await sales.get(`/customers/${other}/material-recipients`)).status).toBe(404);
    expect((await sales.get(`/material-sends?customerId=${other}`)).status).toBe(404);
    expect((await sales.get(`/material-sends?contactId=${stranger}`)).status).toBe(404);
    const archivist = await t.as('archivist');
    expect((await send({ materialIds: [good.id] }, archivist)).status).toBe(403);
    const watched = (await archivist.get(`/material-sends?customerId=${customerId}`)).body.items[0];
    expect([watched.path, watched.can.revoke]).toEqual([null, false]);
    const count = async () => (await sales.get(`/material-sends?materialId=${good.id}`)).body.items.length;
    const key = { 'idempotency-key': 'send-once' };
    await send({ materialIds: [good.id, good.id] }, sales, customerId, key);
    await send({ materialIds: [good.id, good.id] }, sales, customerId, key);
    expect(await count()).toBe(1);
  });
});
