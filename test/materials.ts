import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Client, type Json, startTestApp } from './app.ts';

export const pdf = (text: string) => Buffer.from(`%PDF-1.4\n% ${text}\n%%EOF\n`);
export const base = { title: '产品手册', kind: 'manual', language: 'zh', product: '水泵', summary: '型号与参数' };
export const mail = { subject: '资料', text: '{name}，您好：\n{links}\n谢谢' };
export const human = { 'user-agent': 'Mozilla/5.0 (iPhone) Safari/604.1' };

/** A system with two sales people, one customer with one person, and what tests of materials do again and again. */
export async function startMaterials() {
  const t = await startTestApp();
  const [marketing, sales, mate] = await Promise.all([t.as('marketing'), t.as('sales'), t.as('sales')]);
  async function makeCustomer(name: string, values: Json = {}, who = sales): Promise<string> {
    const made = await who.send('POST', '/customers', { kind: 'company', values: { name, ...values } });
    expect(made.status).toBe(201);
    return made.body.id;
  }
  async function makeMaterial(more: Json = {}, file = '手册.pdf', text = 'one'): Promise<Json> {
    const made = await marketing.send('POST', '/materials', { ...base, ...more });
    expect(made.status).toBe(201);
    const uploaded = await marketing.upload(`/materials/${made.body.id}/versions`, file, pdf(text), { note: '首版' });
    expect(uploaded.status).toBe(201);
    return uploaded.body;
  }
  const send = (body: Json, who = sales, id = customerId, headers = {}) =>
    who.send('POST', `/customers/${id}/material-sends`, { channel: 'link', recipients: [{}], ...body }, headers);
  async function link(material: Json, more: Json = {}): Promise<Json> {
    const sent = await send({ materialIds: [material.id], ...more });
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
    return sent.body.items[0];
  }
  async function visitor(method: 'GET' | 'POST' | 'DELETE', path: string, rest = '', headers: Json = human) {
    const response = await t.app.server.inject({
      method,
      url: `/api/v1/public/materials/${path.split('/d/')[1]}${rest}`,
      headers,
    });
    const json = String(response.headers['content-type']).includes('json');
    return {
      status: response.statusCode,
      headers: response.headers,
      raw: response.rawPayload.toString('latin1'),
      body: json ? (JSON.parse(response.body) as Json) : null,
    };
  }
  const seen = async (id: string, who = sales): Promise<Json> =>
    (await who.get('/material-sends?limit=200')).body.items.find((item: Json) => item.id === id);
  const mails = () => {
    const folder = join(t.dataDir, 'outbox');
    return readdirSync(folder).map((name) => decoded(readFileSync(join(folder, name), 'utf8')));
  };
  const decoded = (text: string) => {
    const [head = '', ...body] = text.split('\r\n\r\n');
    const joined = body.join('\r\n\r\n');
    if (/base64/i.test(head)) return `${head}\n${Buffer.from(joined, 'base64').toString()}`;
    const bytes = joined
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    return `${head}\n${Buffer.from(bytes, 'latin1').toString()}`;
  };
  const noticesOf = async (who: Client, type: string) =>
    (await who.get('/notifications?limit=200')).body.items.filter((item: Json) => item.type === type);
  const customerId = await makeCustomer('资料公司', { emails: 'info@ziliao.example' });
  const contactId: string = (
    await sales.send('POST', '/contacts', { customerId, values: { name: '周敏', emails: 'zhou@ziliao.example' } })
  ).body.id;
  return {
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
    mails,
    noticesOf,
  };
}
