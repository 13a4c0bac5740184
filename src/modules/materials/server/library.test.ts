import { afterAll, describe, expect, it } from 'vitest';
import { type Json, match } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { base, pdf, startMaterials } from '#test/materials.ts';

const { t, marketing, sales, makeMaterial } = await startMaterials();
afterAll(() => t.close());

describe('the library', () => {
  it('keeps materials with versions, found by words, kind, language and state', async () => {
    const empty = (await marketing.send('POST', '/materials', { ...base, title: '空资料', language: 'ja' })).body;
    expect(empty).toMatchObject({ state: 'empty', edition: 0, file: null, versions: [] });
    const first = await makeMaterial({ title: '水泵 100% 手册', language: 'de' });
    expect(first).toMatchObject({ state: 'current', edition: 1, file: { name: '手册.pdf', mime: 'application/pdf' } });
    const old = await makeMaterial({
      title: '旧价目表',
      kind: 'priceList',
      language: 'de',
      validUntil: companyDay(-1),
    });
    const ids = async (query: string) =>
      (await sales.get(`/materials?${query}`)).body.items.map((item: Json) => item.id);
    expect(await ids('language=de')).toEqual([old.id, first.id]);
    expect(await ids('language=de&kind=manual')).toEqual([first.id]);
    expect(await ids('language=de&state=expired')).toEqual([old.id]);
    expect(await ids('language=ja&state=empty')).toEqual([empty.id]);
    expect(await ids(`language=de&q=${encodeURIComponent('100% 手册')}`)).toEqual([first.id]);
    expect(await ids(`q=${encodeURIComponent('没有_的')}`)).toEqual([]);
    const page = (await sales.get('/materials?language=de&limit=1')).body;
    expect(await ids(`language=de&limit=1&cursor=${page.nextCursor}`)).toEqual([first.id]);
    expect((await sales.get('/materials?cursor=x')).body.code).toBe('cursor.invalid');
    expect((await sales.get('/materials?colour=red')).status).toBe(400);
    const bytes = await sales.get(`/materials/${first.id}/versions/1/file`);
    expect([bytes.raw.toString().includes('one'), bytes.headers['content-disposition']]).toEqual([
      true,
      expect.stringContaining('attachment'),
    ]);
    expect((await sales.get(`/materials/${first.id}/versions/2/file`)).status).toBe(404);
  });

  it('takes only documents whose content fits their name', async () => {
    const { id } = (await marketing.send('POST', '/materials', base)).body;
    const upload = (name: string, bytes: Buffer, who = marketing) =>
      who.upload(`/materials/${id}/versions`, name, bytes);
    for (const name of ['手册.exe', '手册.html', '手册', '手册.pdf.js', '手册.svg'])
      expect((await upload(name, pdf('x'))).body.code, name).toBe('material.fileKind');
    expect((await upload('手册.pdf', Buffer.from('<script>alert(1)</script>'))).body.code).toBe('material.fileKind');
    expect((await upload('手册.pdf', Buffer.from('MZ program'))).body.code).toBe('material.fileKind');
    expect((await upload('手册.pdf', Buffer.alloc(0))).status).toBe(422);
    expect((await marketing.send('POST', `/materials/${id}/versions`, {})).status).toBe(415);
    expect((await upload('手册.pdf', pdf('x'), sales)).status).toBe(403);
    const long = await marketing.upload(`/materials/${id}/versions`, 'a.pdf', pdf('x'), { note: '长'.repeat(501) });
    expect(long.body).toMatchObject({ code: 'input.tooLong', field: 'note' });
    expect((await sales.get(`/materials/${id}`)).body.edition).toBe(0);
    const bad = await marketing.send('POST', '/materials', { ...base, title: ' ', validUntil: '2026-02-30' });
    expect(bad.body.errors.map((error: Json) => error.field).sort()).toEqual(['title', 'validUntil']);
  });

  it('is changed by one person at a time, and by who may', async () => {
    const made = await makeMaterial();
    const change = (version: number, who = marketing) =>
      who.send('PUT', `/materials/${made.id}`, { ...base, title: '新标题' }, match(version));
    expect((await change(made.version, sales)).status).toBe(403);
    const [a, b] = await Promise.all([change(made.version), change(made.version)]);
    expect([a.status, b.status].sort()).toEqual([200, 412]);
    const uploads = await Promise.all(
      ['二', '三', '四'].map((text) => marketing.upload(`/materials/${made.id}/versions`, 'a.pdf', pdf(text))),
    );
    expect(uploads.map((answer) => answer.body.edition).sort()).toEqual([2, 3, 4]);
    expect((await sales.get(`/materials/${made.id}`)).body.versions).toHaveLength(4);
  });
});
