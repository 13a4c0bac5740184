import { expect, vi } from 'vitest';
import { type Json, match, type TestApp } from './app.ts';

export const both = (zh: string, en = '') => ({ zh, en });
export const bare = { title: both(''), help: both(''), required: false, showIf: null };
export const options = (...keys: string[]) => keys.map((key) => ({ key, label: both(`选${key}`, `Pick ${key}`) }));
const questions = [
  { ...bare, id: 'name', type: 'field', object: 'customer', field: 'name', required: true },
  { ...bare, id: 'phones', type: 'field', object: 'customer', field: 'phones' },
  { ...bare, id: 'person', type: 'field', object: 'contact', field: 'name' },
  { ...bare, id: 'again', type: 'single', title: both('还会再买吗'), options: options('yes', 'no') },
  {
    ...bare,
    id: 'why',
    type: 'text',
    title: both('为什么不'),
    required: true,
    maxLength: 20,
    showIf: { question: 'again', values: ['no'] },
  },
  { ...bare, id: 'nps', type: 'nps', title: both('推荐的可能') },
  {
    ...bare,
    id: 'rated',
    type: 'matrix',
    title: both('评分'),
    rows: options('speed', 'price'),
    options: options('good', 'bad'),
  },
  { ...bare, id: 'proof', type: 'file', title: both('附件') },
];
export const content = {
  title: both('客户资料更新', 'Update your data'),
  intro: both(''),
  thanks: both('谢谢', 'Thank you'),
  purpose: both('更新档案'),
  consent: both('我同意保存以上信息'),
  questions,
};

export const tokenOf = (path: string) => path.replace('/f/', '');
export const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });

/** What tests of forms do again and again: publish a form, visit it without an account, answer, invite. */
export function formSteps(t: TestApp) {
  async function makeForm(change: object = {}, settings: object = {}): Promise<Json> {
    const made = await t.admin.send('POST', '/forms', { kind: 'company', content: { ...content, ...change } });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const { id } = made.body;
    let { version } = made.body;
    if (Object.keys(settings).length > 0)
      version = (await t.admin.send('PATCH', `/forms/${id}`, settings, match(version))).body.version;
    const published = await t.admin.send('POST', `/forms/${id}/revisions`, {}, match(version));
    expect(published.status, JSON.stringify(published.body)).toBe(200);
    return published.body;
  }
  let visitors = 0;
  /** A visitor without an account, each from an address of its own. */
  async function visit(
    method: 'GET' | 'POST',
    path: string,
    payload?: object,
    english = false,
    headers: Record<string, string> = {},
  ): Promise<Json> {
    visitors += 1;
    const answer = await t.app.server.inject({
      method,
      url: `/api/v1/public/forms/${path}`,
      remoteAddress: `10.7.${visitors >> 8}.${visitors & 255}`,
      headers: { 'accept-language': english ? 'en-US' : 'zh-CN', ...headers },
      ...(payload ? { payload } : {}),
    });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  }
  /** Opens the page, waits as a person would, answers. */
  async function answer(path: string, values: object, more: object = {}): Promise<Json> {
    const opened = await visit('GET', tokenOf(path));
    expect(opened.status, JSON.stringify(opened.body)).toBe(200);
    later(3000);
    return visit('POST', `${tokenOf(path)}/answers`, {
      values,
      ticket: opened.body.ticket,
      consent: true,
      lang: 'zh-CN',
      ...more,
    });
  }
  const customer = async (values: object, ownerId?: string): Promise<Json> =>
    (
      await t.admin.send('POST', '/customers', {
        kind: 'company',
        values,
        allowDuplicate: true,
        ...(ownerId ? { ownerId } : {}),
      })
    ).body;
  const invite = async (formId: string, body: object): Promise<Json> =>
    (await t.admin.send('POST', `/forms/${formId}/invitations`, body)).body;
  const newest = async (formId: string): Promise<Json> => {
    const [item] = (await t.admin.get(`/form-answers?form=${formId}`)).body.items;
    return (await t.admin.get(`/form-answers/${item.id}`)).body;
  };
  return { makeForm, visit, answer, customer, invite, newest };
}
