import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addDays, instantOf } from '#shared/dates/zoned.ts';
import { firstIdOf } from '#shared/ids.ts';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';

let t: TestApp;
let auditor: Client;
let security: Client;
const users = new Map<string, Client>();
const user = (name: string): Client => users.get(name) ?? t.admin;
const holiday = companyDay(-3);
const yesterday = companyDay(-1);

/** Entries of the log as they would have been written then, each of another customer. */
async function log(name: string, day: string, action: string, times: number, clock = '10:00:00', detail: Json = null) {
  const at = instantOf(`${day}T${clock}`, 'Asia/Shanghai').getTime();
  const tail = () => crypto.randomUUID().slice(24);
  const ids = Array.from({ length: times }, (_, n) => firstIdOf(at + n).slice(0, 24) + tail());
  await t.asOwner(
    `insert into access_log (org_id, id, at, action, subject_kind, customer_id, actor_id, actor_kind, actor_name, detail)
      select $1, id, $3, $4, 'customer', gen_random_uuid(), $5, 'user', $6, $7 from unnest($2::uuid[]) id`,
    [t.orgId, ids, new Date(at), action, user(name).userId, name, detail],
  );
}

/** The job of the night, `days` from now; what it found. */
async function night(days = 0): Promise<number> {
  if (days > 0) vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * 86_400_000 });
  await t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), 'operations.unusual')`, [t.orgId]);
  await t.drain().finally(() => vi.useRealTimers());
  const [job] = await t.asOwner(
    `select state, result, error from job where kind = 'operations.unusual' order by finished_at desc limit 1`,
  );
  expect(job, JSON.stringify(job)).toMatchObject({ state: 'done' });
  return job.result.found;
}
const found = async (query = ''): Promise<Json[]> => (await auditor.get(`/audit/unusual?limit=200${query}`)).body.items;
const of = async (name: string): Promise<Json[]> =>
  (await found(`&userId=${user(name).userId}`)).map(({ day, kind, counted, usual, allowed }) => ({
    ...{ day, kind, counted, usual, allowed },
  }));
const notices = async (client: Client): Promise<Json[]> =>
  (await client.get('/notifications')).body.items.filter((item: Json) => item.type === 'unusual.found');

beforeAll(async () => {
  t = await startTestApp();
  auditor = await t.as('auditor');
  security = await t.as('securityAdministrator');
  users.set('auditor', auditor);
  for (const name of [
    'steady',
    'tenfold',
    'busy',
    'new',
    'within',
    'night',
    'holiday',
    'attacked',
    'exporter',
    'lister',
    'prober',
  ])
    users.set(name, await t.as('sales'));
  // Days of work whatever the day of the test, but for one.
  await t.asOwner(
    `insert into calendar_exception (org_id, id, day, kind) select $1, gen_random_uuid(), day::date,
      case when day::date = $2::date then 'holiday' else 'workday' end
      from generate_series($2::date - 80, $2::date + 10, interval '1 day') day`,
    [t.orgId, holiday],
  );
  for (let back = 25; back >= 5; back -= 1) {
    await log('steady', companyDay(-back), 'view', 20);
    await log('tenfold', companyDay(-back), 'view', 20);
    await log('busy', companyDay(-back), 'view', 100);
  }
  await log('steady', yesterday, 'view', 25);
  await log('tenfold', yesterday, 'view', 200);
  await log('busy', yesterday, 'view', 300);
  await log('new', yesterday, 'view', 61);
  await log('within', yesterday, 'view', 60);
  await log('night', yesterday, 'list', 16, '02:00:00', { count: 50 });
  await log('night', yesterday, 'search', 15, '21:00:00');
  await log('within', yesterday, 'search', 200, '20:59:00');
  await log('holiday', holiday, 'search', 31);
  await log('attacked', yesterday, 'signInFailed', 9);
  await log('auditor', yesterday, 'signInFailed', 9);
  await log('exporter', yesterday, 'export', 2, '10:00:00', { rows: 501 });
  await log('exporter', yesterday, 'download', 101);
  await log('lister', yesterday, 'list', 51, '10:00:00', { count: 100 });
  await log('within', yesterday, 'list', 3, '10:00:00', { part: 'count', count: 900_000 });
  await log('within', yesterday, 'list', 3, '10:00:00', { count: 'many' });
  await log('prober', yesterday, 'denied', 21);
});
afterAll(() => t.close());

describe('unusual access', () => {
  it('is what lies far above the own usual, and nothing else', async () => {
    expect(await night()).toBe(10);
    const day = yesterday;
    expect(await of('tenfold')).toEqual([{ day, kind: 'cards', counted: 200, usual: 20, allowed: 80 }]);
    expect(await of('new')).toEqual([{ day, kind: 'cards', counted: 61, usual: 0, allowed: 60 }]);
    expect(await of('night')).toMatchObject([{ day, kind: 'outside', counted: 31, allowed: 30 }]);
    expect(await of('holiday')).toMatchObject([{ day: holiday, kind: 'outside', counted: 31 }]);
    expect(await of('attacked')).toMatchObject([{ day, kind: 'failures', counted: 9, allowed: 8 }]);
    expect((await of('exporter')).map(({ kind, counted }) => [kind, counted]).sort()).toEqual([
      ['exported', 1002],
      ['taken', 101],
    ]);
    expect(await of('lister')).toMatchObject([{ day, kind: 'listed', counted: 5100, allowed: 5000 }]);
    expect(await of('prober')).toMatchObject([{ day, kind: 'denied', counted: 21, allowed: 20 }]);
    for (const name of ['steady', 'busy', 'within']) expect(await of(name), name).toEqual([]);
    const records = `/audit?log=access&what=view&actorId=${user('tenfold').userId}&from=${day}&to=${day}&limit=200`;
    expect((await auditor.get(records)).body.items).toHaveLength(200);
    expect((await auditor.get('/audit?from=1900-01-01&to=9998-12-31&limit=1')).body.items).toHaveLength(1);
    expect((await auditor.get('/audit?from=1970-01-02&to=1970-01-02')).body.items).toEqual([]);
    for (const wrong of ['from=0001-01-01', 'to=9999-12-31'])
      expect((await auditor.get(`/audit?${wrong}`)).body.code, wrong).toBe('date.range');
  });

  it('is told once a day to those who read the log, in their language', async () => {
    const told = await notices(auditor);
    expect(told.map(({ params, path }) => ({ ...params, path }))).toEqual([
      { n: 9, day: yesterday, path: '/settings/audit?tab=unusual' },
      { n: 1, day: holiday, path: '/settings/audit?tab=unusual' },
    ]);
    expect(await notices(t.admin)).toHaveLength(2);
    for (const client of [security, user('tenfold')]) expect(await notices(client)).toEqual([]);
    expect(await night()).toBe(0);
    expect(await found()).toHaveLength(10);
    expect(await notices(auditor)).toHaveLength(2);
  });

  it('is found again the next day, by the settings of then', async () => {
    const before = (await security.get('/audit/unusual-settings')).body;
    expect(before).toMatchObject({ times: 4, workFrom: '07:00', workTo: '21:00', floors: { cards: 60, failures: 8 } });
    const { version, ...settings } = before;
    const changed = { ...settings, floors: { ...settings.floors, cards: 24 }, times: 3 };
    const path = '/audit/unusual-settings';
    expect((await security.send('PUT', path, changed, match(version))).body).toMatchObject({
      ...changed,
      version: version + 1,
    });
    await log('steady', companyDay(), 'view', 61);
    await log('tenfold', companyDay(), 'view', 200);
    await log('new', companyDay(), 'view', 24);
    expect(await night(1)).toBe(2);
    expect((await of('steady'))[0]).toEqual({ day: companyDay(), kind: 'cards', counted: 61, usual: 20, allowed: 60 });
    expect(await of('tenfold')).toHaveLength(2);
    expect(await notices(auditor)).toHaveLength(3);
    const kept = await t.asOwner(
      'select min(day)::text as oldest, count(*)::integer as days from access_figure where user_id = $1',
      [user('tenfold').userId],
    );
    expect(kept[0]).toEqual({ oldest: companyDay(-25), days: 23 });
  });

  it('forgets figures that are too old to tell what is usual', async () => {
    await t.asOwner('update access_figure set day = day - 40 where user_id = $1 and day < $2', [
      user('busy').userId,
      addDays(yesterday, -1),
    ]);
    await night(2);
    const kept = await t.asOwner('select day::text from access_figure where user_id = $1 order by day', [
      user('busy').userId,
    ]);
    expect(kept[0].day >= companyDay(-60)).toBe(true);
  });
});

describe('a finding', () => {
  const one = async (name: string): Promise<Json> => (await found(`&userId=${user(name).userId}`))[0];
  const decide = (item: Json, body: Json, client = auditor, version = item.version) =>
    client.send('PATCH', `/audit/unusual/${item.id}`, body, match(version));
  const yes = { state: 'explained', comment: '年度盘点，主管已确认' };

  it('is explained with a reason, opened again, and each step stands in the log', async () => {
    const item = await one('new');
    expect(item).toMatchObject({ userName: 'sales用户', state: 'open', comment: null, decidedBy: null });
    const done = await decide(item, yes);
    expect(done.status, JSON.stringify(done.body)).toBe(200);
    expect(done.body).toMatchObject({ ...yes, decidedBy: 'auditor用户', version: 2 });
    expect((await found('&state=open')).map(({ id }) => id)).not.toContain(item.id);
    expect((await found('&state=explained')).map(({ id }) => id)).toEqual([item.id]);
    const again = await decide(done.body, { state: 'open', comment: '说明与记录不符' }, t.admin);
    expect(again.body).toMatchObject({ state: 'open', decidedBy: '管理员甲', version: 3 });
    const events = (await auditor.get('/audit?log=event&what=unusualAccess')).body.items;
    expect(events.map(({ reason }: Json) => reason)).toEqual(['说明与记录不符', yes.comment]);
  });

  it('is decided by one of two at once, and never by the person it is about', async () => {
    const item = await one('lister');
    const both = await Promise.all([decide(item, yes), decide(item, yes, t.admin)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    const own = await one('auditor');
    const refused = await decide(own, yes);
    expect([refused.status, refused.body.code, refused.body.title]).toEqual([
      403,
      'unusual.own',
      '涉及您本人的异常访问须由他人说明。',
    ]);
    expect((await decide(own, yes, t.admin)).status).toBe(200);
  });

  it('is seen and decided by nobody else, and wrong requests say what is wrong', async () => {
    const item = await one('tenfold');
    for (const client of [user('tenfold'), security, await t.as('supervisor')]) {
      expect((await client.get('/audit/unusual')).status).toBe(403);
      expect((await decide(item, yes, client)).status).toBe(403);
    }
    const path = `/audit/unusual/${item.id}`;
    expect((await auditor.send('PATCH', path, yes)).status).toBe(428);
    expect((await decide(item, { ...yes, comment: ' ' })).body.errors[0].field).toBe('comment');
    expect((await decide(item, { ...yes, comment: 'x'.repeat(501) })).status).toBe(422);
    expect((await decide(item, { ...yes, state: 'gone' })).status).toBe(422);
    expect((await decide(item, { ...yes, day: yesterday })).status).toBe(400);
    expect((await decide({ ...item, id: crypto.randomUUID() }, yes)).status).toBe(404);
    expect((await decide(item, yes, auditor, 9)).status).toBe(412);
    for (const query of ['cursor=nonsense', 'nonsense=1'])
      expect((await auditor.get(`/audit/unusual?${query}`)).status).toBe(400);
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Json = (await auditor.get(`/audit/unusual?limit=5${cursor ? `&cursor=${cursor}` : ''}`)).body;
      pages.push(...page.items.map(({ id }: Json) => id));
      cursor = page.nextCursor;
    }
    expect(pages).toEqual((await found()).map(({ id }) => id));
    expect(pages).toEqual([...pages].sort().reverse());
  });
});

describe('the limits', () => {
  const path = '/audit/unusual-settings';

  it('are the security administrator’s, and refuse what makes no sense', async () => {
    const { version, ...settings } = (await security.get(path)).body;
    const put = (body: Json, client = security, at = version) => client.send('PUT', path, body, match(at));
    expect((await auditor.get(path)).status).toBe(403);
    expect((await put(settings, auditor)).status).toBe(403);
    expect((await security.send('PUT', path, settings)).status).toBe(428);
    expect((await put(settings, security, version - 1)).status).toBe(412);
    const late = await put({ ...settings, workFrom: '21:00' });
    expect([late.status, late.body.errors]).toMatchObject([422, [{ field: 'workTo', code: 'unusual.hours' }]]);
    const { cards: _cards, ...some } = settings.floors;
    for (const wrong of [
      { ...settings, floors: some },
      { ...settings, floors: { ...settings.floors, cards: 0 } },
      { ...settings, times: 0.5 },
      { ...settings, workTo: '24:00' },
    ])
      expect((await put(wrong)).status, JSON.stringify(wrong)).toBe(422);
    expect((await put({ ...settings, floors: { ...settings.floors, others: 1 } })).status).toBeGreaterThanOrEqual(400);
    const both = await Promise.all([put({ ...settings, times: 5 }), put({ ...settings, times: 6 }, t.admin)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});
