import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
let sales: Client;
let other: Client;
let customerId: string;
beforeAll(async () => {
  t = await startTestApp();
  [sales, other] = await Promise.all([t.as('sales'), t.as('sales')]);
  customerId = (await sales.send('POST', '/customers', { kind: 'company', values: { name: '评论公司' } })).body.id;
});
afterAll(() => t.close());

const say = (client: Client, body: string, mentions: string[] = []) =>
  client.send('POST', `/customers/${customerId}/comments`, { body, mentions });
const run = <T>(query: ReturnType<typeof sql<T>>) => t.app.db.inOrg(t.orgId, (tx) => query.execute(tx));
const tellFollowers = async () => {
  await run(sql`insert into job (org_id, id, kind) values (${t.orgId}, gen_random_uuid(), 'work.followers')`);
  await t.drain();
};
const notices = async (client: Client) =>
  (await client.get('/notifications?limit=100')).body.items.map((item: { type: string }) => item.type);

describe('comments', () => {
  it('are text and nothing else, edited and removed by their author with a trace', async () => {
    const made = await say(sales, '<img src=x onerror=alert(1)> @管理员甲', [t.admin.userId]);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect(made.body).toMatchObject({
      body: '<img src=x onerror=alert(1)> @管理员甲',
      mentions: [{ id: t.admin.userId, name: '管理员甲' }],
    });
    expect(await notices(t.admin)).toEqual(['comment.mention']);
    const path = `/comments/${made.body.id}`;
    const edited = await sales.send('PATCH', path, { body: '更正', mentions: [t.admin.userId] }, match(1));
    expect(edited.body).toMatchObject({ body: '更正', version: 2 });
    expect(edited.body.editedAt).not.toBeNull();
    expect(await notices(t.admin)).toHaveLength(1);
    const admin = await t.admin.send('PATCH', path, { body: '改别人的' }, match(2));
    expect([admin.status, admin.body.code]).toEqual([409, 'comment.notYours']);
    expect((await sales.send('POST', `${path}/removal`, undefined, match(1))).status).toBe(412);
    expect((await sales.send('POST', `${path}/removal`, undefined, match(2))).status).toBe(204);
    expect((await sales.get(`/customers/${customerId}/comments`)).body.items).toEqual([]);
    const events = await run<{ kind: string; before: string }>(
      sql`select kind, data->>'before' as before from event where subject_id = ${made.body.id} order by id`,
    );
    expect(events.rows.map((row) => [row.kind, row.before])).toEqual([
      ['comment.added', null],
      ['comment.edited', '<img src=x onerror=alert(1)> @管理员甲'],
      ['comment.removed', '更正'],
    ]);
  });

  it('nobody is mentioned who could not see the customer', async () => {
    const refused = await say(sales, '看一下', [other.userId]);
    expect([refused.status, refused.body.errors[0].code]).toEqual([422, 'comment.mentionBlind']);
    expect(refused.body.errors[0].message).toContain('sales用户');
    const unknown = await say(sales, '看一下', ['01900000-0000-7000-8000-000000000000']);
    expect(unknown.body.errors[0].code).toBe('comment.unknownMention');
    const names = await sales.get(`/customers/${customerId}/mentionable`);
    const ids = names.body.items.map((item: { id: string }) => item.id);
    expect(ids).toContain(t.admin.userId);
    expect(ids).not.toContain(other.userId);
  });

  it('wrong input and scope', async () => {
    expect((await say(sales, 'x'.repeat(100_000))).status).toBe(422);
    expect((await say(sales, '   ')).status).toBe(422);
    expect((await say(other, '偷看')).status).toBe(404);
    expect((await other.get(`/customers/${customerId}/comments`)).status).toBe(404);
    expect((await other.get(`/customers/${customerId}/mentionable`)).status).toBe(404);
    expect((await other.send('PUT', `/customers/${customerId}/follow`)).status).toBe(404);
    expect((await sales.get(`/customers/${customerId}/comments?cursor=x`)).status).toBe(400);
  });
});

describe('files', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  it('are kept by what they are, served as downloads only', async () => {
    const made = await say(sales, '附图');
    const path = `/comments/${made.body.id}/files`;
    const attached = await sales.upload(path, '../报价<1>.html', png);
    expect(attached.status, JSON.stringify(attached.body)).toBe(201);
    expect(attached.body.files).toMatchObject([{ mime: 'image/png', size: png.length }]);
    const file = attached.body.files[0];
    const got = await sales.get(`${path}/${file.id}`);
    expect(got.raw.equals(png)).toBe(true);
    expect(got.headers['content-disposition']).toMatch(/^attachment/);
    expect(got.headers['content-type']).toBe('image/png');
    expect(got.headers['x-content-type-options']).toBe('nosniff');
    const page = await sales.upload(path, 'page.html', Buffer.from('<script>alert(1)</script>'));
    expect(page.body.files[1].mime).toBe('application/octet-stream');
    expect((await other.get(`${path}/${file.id}`)).status).toBe(404);
    expect((await t.admin.upload(path, 'a.png', png)).body.code).toBe('comment.notYours');
    const elsewhere = await say(sales, '另一条');
    expect((await sales.get(`/comments/${elsewhere.body.id}/files/${file.id}`)).status).toBe(404);
  });

  it('programs, empty and huge ones are refused', async () => {
    const made = await say(sales, '不好的附件');
    const path = `/comments/${made.body.id}/files`;
    const program = await sales.upload(path, '照片.png', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(6000)]));
    expect([program.status, program.body.code]).toEqual([422, 'comment.fileProgram']);
    expect((await sales.upload(path, 'empty.txt', Buffer.alloc(0))).body.code).toBe('comment.fileEmpty');
    const huge = await sales.upload(path, 'huge.bin', Buffer.alloc(52 * 1024 * 1024));
    expect([huge.status, huge.body.code]).toEqual([413, 'comment.fileTooLarge']);
    expect((await sales.get(`/customers/${customerId}/comments`)).body.items[0].files).toEqual([]);
  });
});

describe('following', () => {
  it('tells what others did, once, and only who may still see the customer', async () => {
    const supervisor = await t.as('service');
    expect((await supervisor.send('PUT', `/customers/${customerId}/follow`)).body.following).toBe(true);
    await supervisor.send('PUT', `/customers/${customerId}/follow`);
    expect((await sales.get(`/customers/${customerId}/follow`)).body).toMatchObject({
      following: false,
      followers: ['service用户'],
    });
    const card = await sales.get(`/customers/${customerId}`);
    await sales.send('PATCH', `/customers/${customerId}`, { values: { shortName: '评' } }, match(card.body.version));
    await tellFollowers();
    await tellFollowers();
    expect(await notices(supervisor)).toEqual(['follow.updated']);
    // What the follower does himself is no news to him.
    await say(supervisor, '我自己说的');
    await tellFollowers();
    expect(await notices(supervisor)).toEqual(['follow.updated']);
    await run(sql`update role set grants = grants - 'customer:read' where key = 'service'`);
    await say(sales, '他看不到了');
    await tellFollowers();
    const kept = await run<{ count: number }>(
      sql`select count(*) as count from notification where user_id = ${supervisor.userId}`,
    );
    expect(kept.rows[0]?.count).toBe(1);
    expect((await sales.send('DELETE', `/customers/${customerId}/follow`)).body.following).toBe(false);
  });
});

describe('today', () => {
  it('names neglected customers and how the team stands', async () => {
    await run(sql`update customer set created_at = now() - interval '90 days' where id = ${customerId}`);
    const neglected = await sales.get('/today/customers');
    expect(neglected.body).toMatchObject({ days: 30, total: 1, items: [{ id: customerId, lastContactAt: null }] });
    await sales.send('POST', '/activities', {
      customerId,
      type: 'call',
      subject: '问候',
      happenedAt: new Date().toISOString(),
    });
    expect((await sales.get('/today/customers')).body.total).toBe(0);
    expect((await sales.get('/today/team')).status).toBe(403);
    const team = await t.admin.get('/today/team');
    const mine = team.body.items.find((item: { id: string }) => item.id === sales.userId);
    expect(mine).toMatchObject({ customers: 1, neglected: 0, activities7d: 1, overdue: 0 });
    expect(team.body.more).toBe(false);
  });

  it('shows of a large team those with the most overdue tasks, and says that there are more', async () => {
    await run(sql`insert into app_user (org_id, id, name, name_sort, email, email_key, state)
      select ${t.orgId}, gen_random_uuid(), 'A' || n, 'a' || lpad(n::text, 3, '0'), 'many' || n || '@example.com', 'many' || n || '@example.com', 'active'
      from generate_series(1, 60) n`);
    await run(sql`insert into task (org_id, id, title, assignee_id, state, due_on, created_by)
      select ${t.orgId}, gen_random_uuid(), '逾期', id, 'open', current_date - 5, id from app_user
      where org_id = ${t.orgId} and name = 'A60'`);
    const { items, more } = (await t.admin.get('/today/team')).body;
    expect(items).toHaveLength(50);
    expect(more).toBe(true);
    expect(items[0]).toMatchObject({ name: 'A60', overdue: 1 });
  });
});
