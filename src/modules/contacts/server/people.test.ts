import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

let serial = 0;
const customer = async (by: Client, name = `客户${++serial}有限公司`, more: Json = {}): Promise<string> => {
  const made = await by.send('POST', '/customers', {
    kind: 'company',
    values: { name },
    allowDuplicate: true,
    ...more,
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.id;
};
const person = async (by: Client, customerId: string, name: string, values: Json = {}): Promise<Json> => {
  const made = await by.send('POST', '/contacts', { customerId, values: { name, ...values } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};
const chart = async (by: Client, customerId: string): Promise<Json> =>
  (await by.get(`/customers/${customerId}/organisation`)).body;
const postOf = async (by: Client, customerId: string, contactId: string): Promise<Json> =>
  (await chart(by, customerId)).people.find((item: Json) => item.contactId === contactId);
const report = (by: Client, post: Json, reportsTo: string | null) =>
  by.send('PUT', `/employments/${post.employmentId}/reporting-line`, { reportsTo }, match(post.version));

describe('list', () => {
  it('leaves out the people of a customer in the trash, who stay on its card and come back with it', async () => {
    const at = await customer(t.admin);
    await person(t.admin, at, '回收站的人');
    const listed = async (more = '') =>
      (await t.admin.get(`/contacts?q=${encodeURIComponent('回收站的人')}${more}`)).body.items.length;
    expect(await listed()).toBe(1);
    const gone = await t.admin.send('POST', `/customers/${at}/trashing`, {}, match(1));
    expect([await listed(), await listed(`&customerId=${at}`)]).toEqual([0, 1]);
    await t.admin.send('DELETE', `/customers/${at}/trashing`, undefined, match(gone.body.version));
    expect(await listed()).toBe(1);
  });
});

describe('brief', () => {
  it('names the primary contact first and says that there are more than fit a screen', async () => {
    const at = await customer(t.admin);
    for (const name of ['安一', '白二', '陈三', '邓四', '方五']) await person(t.admin, at, name);
    const told = async () => (await t.admin.get(`/customers/${at}/brief`)).body.parts.people;
    expect((await told()).nextCursor).toBeNull();
    await person(t.admin, at, '赵六', { isPrimary: true });
    const people = await told();
    expect([people.items.length, people.items[0].values.name]).toEqual([5, '赵六']);
    expect(people.nextCursor).not.toBeNull();
  });
});

describe('profile', () => {
  it('keeps every section, computes the age, and hides the family from who is not cleared', async () => {
    const rep = await t.as('sales');
    const at = await customer(rep);
    const made = await person(rep, at, '周敏', {
      roles: ['purchasingDecisionMaker', 'dailyContact'],
      hometown: '绍兴',
      sports: '羽毛球；游泳',
      birthday: '1990-02-28',
      lunarBirthday: '1990年闰五月初三',
      personalGoals: '考取注册采购师',
    });
    expect(made.values).toMatchObject({
      roles: ['purchasingDecisionMaker', 'dailyContact'],
      hometown: '绍兴',
      lunarBirthday: { year: 1990, month: 5, day: 3, leap: true },
    });
    expect(made.age).toBeGreaterThanOrEqual(35);
    expect((await rep.send('PATCH', `/contacts/${made.id}`, { values: { spouse: 'x' } }, match(1))).status).toBe(400);
    const told = await t.admin.send('PATCH', `/contacts/${made.id}`, { values: { spouse: '王磊' } }, match(1));
    expect(told.body.values.spouse).toBe('王磊');
    expect((await rep.get(`/contacts/${made.id}`)).body.values.spouse).toBeUndefined();
    const wrong = await rep.send(
      'PATCH',
      `/contacts/${made.id}`,
      { values: { lunarBirthday: '1991年闰五月初三', roles: ['boss'] } },
      match(2),
    );
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors.map((item: Json) => item.field)).toEqual(['values.lunarBirthday', 'values.roles']);
  });

  it('takes no birthday that does not exist or has not come', async () => {
    const at = await customer(t.admin);
    const made = await person(t.admin, at, '生辰');
    const set = async (values: Json) => {
      const answer = await t.admin.send('PATCH', `/contacts/${made.id}`, { values }, match(1));
      return answer.body.errors.map((item: Json) => `${item.field} ${item.code}`);
    };
    const nextYear = new Date().getFullYear() + 1;
    expect(await set({ birthday: `${nextYear}-01-02` })).toEqual(['values.birthday date.future']);
    expect(await set({ birthday: '1990-02-31' })).toEqual(['values.birthday date.noSuchDay']);
    expect(await set({ lunarBirthday: `${nextYear}年正月初一` })).toEqual(['values.lunarBirthday date.future']);
    expect(await set({ lunarBirthday: '1991年闰五月初三' })).toEqual(['values.lunarBirthday lunarDate.noLeapMonth']);
    // The leap fifth month of 1990 had 29 days.
    expect(await set({ lunarBirthday: '1990年闰五月三十' })).toEqual(['values.lunarBirthday lunarDate.noSuchDay']);
    const individual = await t.admin.send('POST', '/customers', {
      kind: 'individual',
      values: { name: '未来的人', birthday: `${nextYear}-01-02` },
    });
    expect(individual.body.errors).toMatchObject([{ field: 'values.birthday', code: 'date.future' }]);
  });

  it('shows a field’s history, restores and verifies', async () => {
    const at = await customer(t.admin);
    const made = await person(t.admin, at, '吴刚', { position: '采购员' });
    const path = `/contacts/${made.id}`;
    await t.admin.send('PATCH', path, { values: { position: '采购经理' } }, match(1));
    const history = await t.admin.get(`${path}/fields/position/history`);
    expect(history.body.items.map((item: Json) => [item.from, item.to])).toEqual([
      ['采购员', '采购经理'],
      [null, '采购员'],
    ]);
    const eventId = history.body.items[0].eventId;
    const restored = await t.admin.send('POST', `${path}/fields/position/restoration`, { eventId }, match(2));
    expect(restored.body.values.position).toBe('采购员');
    const verified = await t.admin.send('POST', `${path}/fields/position/verification`, {}, match(3));
    expect(verified.body.provenance.position.verifiedBy).toBe('管理员甲');
    const refused = await t.admin.send('PATCH', path, { values: { position: '总监' } }, match(4));
    expect(refused.body.errors[0].code).toBe('provenance.sourceRequired');
    expect((await t.admin.get(`${path}/fields/nope/history`)).status).toBe(400);
  });
});

describe('posts', () => {
  it('moves a person to another customer and keeps the history at both', async () => {
    const former = await customer(t.admin, '旧东家有限公司');
    const next = await customer(t.admin, '新东家有限公司');
    const made = await person(t.admin, former, '郑洁', { position: '采购主管', buyingRole: 'decides' });
    const below = await person(t.admin, former, '下属甲');
    await report(t.admin, await postOf(t.admin, former, below.id), made.id);
    const path = `/contacts/${made.id}`;
    const early = await t.admin.send('POST', `${path}/job-changes`, { customerId: former, on: '2026-10-01' }, match(1));
    expect(early.body.code).toBe('employment.sameCustomer');
    const moved = await t.admin.send(
      'POST',
      `${path}/job-changes`,
      { customerId: next, position: '采购总监', on: '2026-10-01' },
      match(1),
    );
    expect(moved.body).toMatchObject({ customerId: next, customerName: '新东家有限公司', version: 2 });
    expect(moved.body.values).toMatchObject({ position: '采购总监' });
    expect(moved.body.values.buyingRole).toBeUndefined();
    const posts = await t.admin.get(`${path}/employments`);
    expect(
      posts.body.items.map((item: Json) => [item.company, item.position, item.fromOn, item.toOn, item.home]),
    ).toEqual([
      ['新东家有限公司', '采购总监', '2026-10-01', null, true],
      ['旧东家有限公司', '采购主管', null, '2026-09-30', false],
    ]);
    const left = await chart(t.admin, former);
    expect(left.former).toMatchObject([{ contactId: made.id, toOn: '2026-09-30' }]);
    expect(left.people.find((item: Json) => item.contactId === below.id).reportsTo).toBeNull();
    expect((await t.admin.get(`${path}/fields/position/history`)).body.items.length).toBe(2);
    expect((await t.admin.get(`/search?q=${encodeURIComponent('郑洁')}`)).body.items[0].customerId).toBe(next);
    const timeline = await t.admin.get(`/customers/${former}/timeline`);
    expect(timeline.body.items.some((item: Json) => item.kind === 'employment.jobChanged')).toBe(true);
    const again = await t.admin.send(
      'POST',
      `${path}/job-changes`,
      { companyName: '外面的公司', on: '2026-09-01' },
      match(2),
    );
    expect(again.body.errors[0]).toMatchObject({ field: 'on', code: 'employment.beforePresent' });
    const out = await t.admin.send(
      'POST',
      `${path}/job-changes`,
      { companyName: '外面的公司', on: '2026-11-01' },
      match(2),
    );
    expect(out.status).toBe(200);
    expect((await chart(t.admin, next)).people).toEqual([]);
  });

  it('keeps what a shared person was at the other customer when it becomes the only one', async () => {
    const [former, next] = [await customer(t.admin, '甲方'), await customer(t.admin, '乙方')];
    const boss = await person(t.admin, next, '乙方老板');
    const made = await person(t.admin, former, '兼职的人', { position: '采购' });
    const path = `/contacts/${made.id}`;
    const share = { customerId: next, position: '顾问', department: '市场部', fromOn: '2025-03-01' };
    await t.admin.send('POST', `${path}/employments`, share);
    await report(t.admin, await postOf(t.admin, next, made.id), boss.id);
    const job = { customerId: next, position: '采购总监', on: '2026-11-01' };
    const moved = await t.admin.send('POST', `${path}/job-changes`, job, match(1));
    expect(moved.body.values).toMatchObject({ position: '采购总监', department: '市场部' });
    const posts = (await t.admin.get(`${path}/employments`)).body.items;
    expect(posts.map((item: Json) => [item.company, item.position, item.fromOn, item.toOn])).toEqual(
      expect.arrayContaining([
        ['乙方', '采购总监', '2026-11-01', null],
        ['乙方', '顾问', '2025-03-01', '2026-10-31'],
        ['甲方', '采购', null, '2026-10-31'],
      ]),
    );
    expect((await chart(t.admin, next)).former).toEqual([]);
    const [here] = (await chart(t.admin, next)).people.filter((item: Json) => item.contactId === made.id);
    expect(here).toMatchObject({ reportsTo: boss.id, shared: false });
  });

  it('shares a person between customers, once, and shows the other one no more than name and post', async () => {
    const anna = await t.as('sales');
    const ben = await t.as('sales');
    const first = await customer(anna);
    const second = await customer(ben);
    const made = await person(anna, first, '顾问老钱', { position: '顾问', attitude: 'coach' });
    const share = { customerId: second, position: '外部董事', fromOn: '2026-01-01' };
    expect((await anna.send('POST', `/contacts/${made.id}/employments`, share)).status).toBe(404);
    expect((await ben.send('POST', `/contacts/${made.id}/employments`, share)).status).toBe(404);
    expect((await t.admin.send('POST', `/contacts/${made.id}/employments`, share)).status).toBe(201);
    const again = await t.admin.send('POST', `/contacts/${made.id}/employments`, share);
    expect(again.body).toMatchObject({ code: 'employment.already', field: 'customerId' });
    const [seen] = (await chart(ben, second)).people;
    expect(seen).toMatchObject({
      name: '顾问老钱',
      position: '外部董事',
      shared: true,
      canOpen: false,
      attitude: null,
    });
    expect((await ben.get(`/contacts/${made.id}`)).status).toBe(404);
    const mine = (await anna.get(`/contacts/${made.id}/employments`)).body.items;
    expect(mine.find((item: Json) => !item.home)).toMatchObject({ customerId: null, company: null });
    const post = (await t.admin.get(`/contacts/${made.id}/employments`)).body.items.find((item: Json) => !item.home);
    const backwards = await t.admin.send(
      'PATCH',
      `/employments/${post.id}`,
      { toOn: '2025-01-01' },
      match(post.version),
    );
    expect(backwards.body.errors[0]).toMatchObject({ field: 'toOn', code: 'period.endBeforeStart' });
    await t.admin.send('PATCH', `/employments/${post.id}`, { toOn: '2026-06-30' }, match(post.version));
    expect((await chart(ben, second)).people).toEqual([]);
    const home = mine.find((item: Json) => item.home);
    expect((await anna.send('DELETE', `/employments/${home.id}`, undefined, match(1))).body.code).toBe(
      'employment.present',
    );
    expect((await anna.send('POST', `/contacts/${made.id}/employments`, { position: 'x' })).body.errors[0].code).toBe(
      'employment.onePlace',
    );
    const nothing = await anna.send('POST', `/contacts/${made.id}/job-changes`, { on: '' }, match(1));
    expect(nothing.body.errors.map((error: Json) => error.field).sort()).toEqual(['customerId', 'on']);
    const past = { companyName: '', fromOn: '2015-01-01', toOn: '2014-01-01' };
    const twice = await anna.send('POST', `/contacts/${made.id}/employments`, past);
    expect(twice.body.errors.map((error: Json) => error.field).sort()).toEqual(['companyName', 'toOn']);
  });
});

describe('organisation chart', () => {
  it('refuses oneself, circles, strangers and other reps’ customers', async () => {
    const rep = await t.as('sales');
    const other = await t.as('sales');
    const at = await customer(rep);
    const [boss, middle, low] = [
      await person(rep, at, '老板'),
      await person(rep, at, '经理'),
      await person(rep, at, '员工'),
    ];
    const stranger = await person(rep, await customer(rep), '别处的人');
    expect((await report(rep, await postOf(rep, at, middle.id), boss.id)).status).toBe(200);
    const changed = await report(rep, await postOf(rep, at, low.id), middle.id);
    expect(changed.body.people.find((item: Json) => item.contactId === low.id).reportsTo).toBe(middle.id);
    const code = async (contactId: string, to: string) =>
      (await report(rep, await postOf(rep, at, contactId), to)).body.errors?.[0].code;
    expect(await code(boss.id, boss.id)).toBe('organisation.self');
    expect(await code(boss.id, low.id)).toBe('organisation.circle');
    expect(await code(boss.id, stranger.id)).toBe('organisation.notHere');
    const post = await postOf(rep, at, low.id);
    expect((await report(other, post, null)).status).toBe(404);
    expect((await other.get(`/customers/${at}/organisation`)).status).toBe(404);
    expect((await report(rep, { ...post, version: 1 }, null)).status).toBe(412);
    expect(
      (await rep.send('PUT', `/employments/${post.employmentId}/reporting-line`, { reportsTo: null })).status,
    ).toBe(428);
  });

  it('lets two moves at once never close a circle', async () => {
    const at = await customer(t.admin);
    const [one, two] = [await person(t.admin, at, '甲'), await person(t.admin, at, '乙')];
    const posts = [await postOf(t.admin, at, one.id), await postOf(t.admin, at, two.id)];
    const answers = await Promise.all([report(t.admin, posts[0], two.id), report(t.admin, posts[1], one.id)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422]);
  });
});

describe('birthdays', () => {
  it('lists solar and lunar ones once each, in order, page by page, of visible customers only', async () => {
    const rep = await t.as('sales');
    const other = await t.as('sales');
    const at = await customer(rep);
    const inDays = (count: number) => {
      const date = new Date(Date.now() + 8 * 3_600_000 + count * 86_400_000);
      return date.toISOString().slice(5, 10);
    };
    await person(rep, at, '明天生日', { birthday: `1980-${inDays(1)}` });
    await person(rep, at, '下月生日', { birthday: `1985-${inDays(35)}` });
    await person(rep, at, '很久以后', { birthday: `1985-${inDays(90)}` });
    const { SolarDay } = await import('tyme4ts');
    const soon = new Date(Date.now() + 8 * 3_600_000 + 3 * 86_400_000);
    const lunar = SolarDay.fromYmd(soon.getUTCFullYear(), soon.getUTCMonth() + 1, soon.getUTCDate()).getLunarDay();
    const month = Math.abs(lunar.getMonth());
    await person(rep, at, '农历生日', {
      birthday: `1970-${inDays(10)}`,
      lunarBirthday: { month, day: lunar.getDay(), leap: lunar.getMonth() < 0 },
    });
    await rep.send('POST', '/customers', {
      kind: 'individual',
      values: { name: '个人客户生日', birthday: `1992-${inDays(5)}` },
    });
    const list = (await rep.get('/upcoming-dates')).body;
    expect(list.items.map((item: Json) => [item.name, item.daysAhead, item.calendar, item.object])).toEqual([
      ['明天生日', 1, 'solar', 'contact'],
      ['农历生日', 3, 'lunar', 'contact'],
      ['个人客户生日', 5, 'solar', 'customer'],
      ['下月生日', 35, 'solar', 'contact'],
    ]);
    const names: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Json = (await rep.get(`/upcoming-dates?limit=1${cursor ? `&cursor=${cursor}` : ''}`)).body;
      names.push(...page.items.map((item: Json) => item.name));
      cursor = page.nextCursor;
    }
    expect(names).toEqual(['明天生日', '农历生日', '个人客户生日', '下月生日']);
    expect((await other.get('/upcoming-dates')).body.items).toEqual([]);
    expect((await other.get(`/upcoming-dates?customerId=${at}`)).status).toBe(404);
    expect((await rep.get('/upcoming-dates?days=1000')).status).toBe(400);
  });
});

describe('import', () => {
  it('offers the new fields of a person as columns by their labels', async () => {
    const sheet = '公司,联系人,联系人籍贯,联系人运动,采购角色\n导入测试公司,沈一,宁波,网球,影响\n';
    const started = await t.admin.upload('/imports', 'people.csv', Buffer.from(sheet));
    expect(started.status, JSON.stringify(started.body)).toBeLessThan(300);
    await t.drain();
    const mapping = JSON.stringify((await t.admin.get(`/imports/${started.body.id}`)).body);
    for (const target of ['contact.hometown', 'contact.sports', 'contact.buyingRole'])
      expect(mapping).toContain(target);
  });
});

describe('people as a list and as a sheet', () => {
  it('come with their customer and any readable field; a sheet holds what one may export and nothing hidden', async () => {
    const rep = await t.as('sales');
    const at = await customer(rep, '出口联系人机械厂');
    await person(rep, at, '=冯工', { sports: '羽毛球', emails: 'feng@chukou-jx.com' });
    const foreign = await customer(t.admin, '别人的机械厂');
    await person(t.admin, foreign, '外人', { sports: '羽毛球' });
    const filter = { field: 'sports', op: 'contains', value: '羽毛球' };
    const query = `filter=${encodeURIComponent(JSON.stringify(filter))}&fields=name,sports`;
    const listed = (await rep.get(`/contacts?${query}`)).body.items;
    expect(listed.filter((item: Json) => item.values.name === '外人')).toEqual([]);
    expect(listed.find((item: Json) => item.customerId === at).customerName).toBe('出口联系人机械厂');
    const ask = (body: Json, by = rep) =>
      by.send('POST', '/exports/sheets', { source: 'contact', format: 'csv', purpose: '节日问候名单', query: body });
    const wrong = await ask({ fields: ['name', 'nonsense'] });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'field.unknown']);
    const started = await ask({ customerId: at, fields: ['name', 'sports', 'emails'] });
    expect(started.status, JSON.stringify(started.body)).toBe(202);
    expect(started.body).toMatchObject({ rows: 1, what: { zh: '联系人' } });
    expect((await ask({ customerId: foreign, fields: ['name'] })).status).toBe(404);
    await t.drain();
    const [heading, row] = (await rep.get(`/exports/${started.body.id}/file`)).raw
      .toString('utf8')
      .slice(1)
      .split('\r\n');
    expect(heading).toBe('客户编号,客户,姓名,运动,邮箱');
    expect(row).toContain('出口联系人机械厂');
    expect(row).toContain('feng@chukou-jx.com');
    expect(row).not.toMatch(/,=冯工/);
    const finance = await t.as('finance');
    expect((await ask({ fields: ['name'] }, finance)).status).toBe(403);
  });
});
