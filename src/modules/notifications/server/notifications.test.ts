import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobActor } from '#app/job-actor.ts';
import { loadMessages } from '#app/messages.ts';
import { systemActor } from '#platform/access/actor.ts';
import { loadConfig } from '#platform/config.ts';
import type { Context } from '#platform/context.ts';
import { openVault } from '#platform/crypto/index.ts';
import { inJobTransaction, startRunner } from '#platform/jobs/runner.ts';
import { createLog } from '#platform/log.ts';
import { flattenMessages, type MessageTree } from '#shared/messages.ts';
import { type Client, match, startTestApp, type TestApp } from '#test/app.ts';
import { deliveryJobs } from './deliver.ts';
import { notify } from './notifications.ts';
import { checkWebhookUrl, isInnerAddress, postJson } from './outbound.ts';
import { sendingTime } from './settings.ts';
import type { Post } from './webhooks.ts';

let t: TestApp;
let user: Client;
beforeAll(async () => {
  t = await startTestApp();
  user = await t.as('sales');
});
afterAll(() => t.close());

const run = <T>(query: ReturnType<typeof sql<T>>) => t.app.db.inOrg(t.orgId, (tx) => query.execute(tx));
const asSystem = <T>(work: (context: Context) => Promise<T>) =>
  inJobTransaction(t.app.db, systemActor(t.orgId, []), 'test', createLog('silent'), work);
const tell = (key: string, type = 'task.due') =>
  asSystem((context) =>
    notify(context, {
      userIds: [user.userId],
      type,
      params: { title: '回访', at: '今天' },
      path: '/tasks',
      key,
    }),
  );
const mails = () => {
  const folder = join(t.dataDir, 'outbox');
  return existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')) : [];
};
const settings = { channels: {}, quietFrom: null, quietTo: null, digestAt: null };
const save = async (body: object) => {
  const { version } = (await user.get('/notification-settings')).body;
  return user.send('PUT', '/notification-settings', { ...settings, ...body }, match(version));
};
const deliveries = async () =>
  (
    await run<{ channel: string; state: string; attempts: number; digest: boolean }>(
      sql`select channel, state, attempts, digest from notification_delivery order by id`,
    )
  ).rows;

/** Processes of their own that send webhooks into a list. */
function senders(count: number, post: Post) {
  const sent: string[] = [];
  const means = {
    mailer: { send: async (mail: { subject: string }) => void sent.push(mail.subject) },
    vault: openVault(t.dataDir),
    translate: loadMessages(),
    publicUrl: 'https://kedang.example',
    post,
  };
  const runners = Array.from({ length: count }, (_, index) =>
    startRunner(
      {
        db: t.app.db,
        log: createLog('silent'),
        kinds: deliveryJobs(means),
        worker: `w${index}`,
        loadActor: jobActor(t.app.db, t.app.modules),
      },
      false,
    ),
  );
  return { sent, drain: () => Promise.all(runners.map((runner) => runner.drain())) };
}
const queue = (key: string) =>
  run(
    sql`insert into job (org_id, id, kind, unique_key) values (${t.orgId}, gen_random_uuid(), 'notifications.deliver', ${key})`,
  );

describe('kinds of notices', () => {
  const kinds = async () =>
    ((await user.get('/notification-settings')).body.types as { type: string }[]).map(({ type }) => type).sort();

  it.each(['zh-CN', 'en-US'])(
    'all have a text, a name and a heading in %s, and none has them unregistered',
    async (lang) => {
      const files = globSync(`src/**/locales/${lang}.json`).map((file) => JSON.parse(readFileSync(file, 'utf8')));
      const keys = [...flattenMessages(files as MessageTree[]).keys()];
      const under = (start: string) =>
        keys
          .filter((key) => key.startsWith(start))
          .map((key) => key.slice(start.length))
          .sort();
      const registered = await kinds();
      expect(registered.length).toBeGreaterThan(40);
      expect(under('notifications.types.')).toEqual(registered);
      expect(under('notifications.typeNames.')).toEqual(registered);
      expect(under('notifications.areas.')).toEqual([...new Set(registered.map((type) => type.split('.')[0]))].sort());
    },
  );

  it('sent anywhere are registered', async () => {
    const registered = await kinds();
    const sources = globSync('src/modules/**/*.ts')
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => readFileSync(file, 'utf8'))
      .filter((source) => /\bnotify\(/.test(source));
    // What stands behind `type:` in a call: a word, one of two words, or a word with a hole.
    const calls = sources.flatMap((source) =>
      [...source.matchAll(/\bnotify\([\s\S]*?\n\s*\}\)/g)].flatMap((call) =>
        [...call[0].matchAll(/\btype:? ([^\n]*)/g)].map((found) => found[1] ?? ''),
      ),
    );
    expect(calls.length).toBeGreaterThan(25);
    const said = calls.flatMap((call) =>
      [...call.matchAll(/(['`])([\w.]+\.[\w.${}]+)\1/g)].map((found) => found[2] ?? ''),
    );
    const fits = (said: string) =>
      registered.some((type) =>
        said.includes('${') ? type.startsWith(said.slice(0, said.indexOf('${'))) : type === said,
      );
    expect(said.filter((type) => !fits(type))).toEqual([]);
  });

  it('that nobody registered are refused', async () => {
    await expect(tell('unknown', 'no.such')).rejects.toThrow('not registered');
  });
});

describe('channels', () => {
  it('a notice goes once to each channel of its type, however often it is told', async () => {
    expect(await tell('a')).toBe(1);
    expect(await tell('a')).toBe(0);
    await t.drain();
    await t.drain();
    expect(mails()).toHaveLength(1);
    expect(await deliveries()).toEqual([{ channel: 'mail', state: 'sent', attempts: 1, digest: false }]);
    expect((await user.get('/notifications/unread')).body.count).toBe(1);
  });

  it('are chosen per type; without the app the notice waits among the read ones', async () => {
    const before = await user.get('/notification-settings');
    expect(before.body.types).toContainEqual({ type: 'task.due', channels: ['app', 'mail'] });
    expect((await save({ channels: { 'task.due': [] } })).status).toBe(200);
    await tell('b');
    await t.drain();
    expect(mails()).toHaveLength(1);
    expect((await user.get('/notifications/unread')).body.count).toBe(1);
    expect((await user.get('/notifications')).body.items).toHaveLength(2);
  });

  it('wrong choices are told by field', async () => {
    expect((await save({ quietFrom: '22:00' })).body.errors[0]).toMatchObject({
      field: 'quietTo',
      code: 'notification.quietBoth',
    });
    expect((await save({ digestAt: '25:00' })).body.errors[0]).toMatchObject({
      field: 'digestAt',
      code: 'time.format',
    });
    expect((await save({ channels: { 'no.such': ['app'] } })).body.errors[0].code).toBe('notification.unknownType');
    expect((await save({ channels: { 'task.due': ['pigeon'] } })).status).toBe(422);
    const { version } = (await user.get('/notification-settings')).body;
    const put = () => user.send('PUT', '/notification-settings', settings, match(version));
    expect((await Promise.all([put(), put()])).map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await user.send('PUT', '/notification-settings', settings, match(99))).status).toBe(412);
    expect((await user.send('PUT', '/notification-settings', settings)).status).toBe(428);
  });

  it('a digest gathers the mails of a day into one', async () => {
    await save({ digestAt: '08:00' });
    await tell('c');
    await tell('d');
    await t.drain();
    expect(mails()).toHaveLength(1);
    await run(sql`update notification_delivery set due_at = now() where state = 'waiting'`);
    await queue('digest');
    await t.drain();
    expect(mails()).toHaveLength(2);
    expect((await deliveries()).filter((row) => row.digest).map((row) => row.state)).toEqual(['sent', 'sent']);
  });
});

describe('webhooks', () => {
  it('keep the address sealed and refuse inner ones', async () => {
    const put = (url: string) => user.send('PUT', '/notification-webhook', { kind: 'feishu', url });
    for (const url of ['http://open.feishu.cn/x', 'nonsense', 'https://u:p@open.feishu.cn/'])
      expect((await put(url)).body.code).toBe('webhook.url');
    for (const url of [
      'https://127.0.0.1/x',
      'https://[::1]/',
      'https://0x7f.1/',
      'https://localhost/',
      'https://10.1.2.3/',
    ])
      expect((await put(url)).body.code).toBe('webhook.inner');
    const set = await put('https://open.feishu.cn/open-apis/bot/v2/hook/secret-key');
    expect(set.body).toEqual({ webhook: { kind: 'feishu', host: 'open.feishu.cn', failing: false, lastError: null } });
    const stored = await run<{ sealed: Buffer }>(sql`select sealed from notification_webhook`);
    expect(stored.rows[0]?.sealed.toString('latin1')).not.toContain('secret-key');
    expect((await user.get('/notification-webhook/company')).status).toBe(403);
    expect((await t.admin.get('/notification-webhook/company')).body.webhook).toBeNull();
  });

  it('three processes send each once, in the form of the bot', async () => {
    await save({ channels: { 'task.due': ['app', 'webhook'] } });
    for (const key of ['e', 'f', 'g']) await tell(key);
    for (const key of ['1', '2', '3']) await queue(key);
    const posted: [string, unknown][] = [];
    const { drain } = senders(3, async (url, body) => {
      posted.push([url.href, body]);
      await new Promise((done) => setTimeout(done, 20));
      return { status: 200, text: '{"code":0}' };
    });
    await drain();
    expect(posted).toHaveLength(3);
    expect(posted[0]).toEqual([
      'https://open.feishu.cn/open-apis/bot/v2/hook/secret-key',
      { msg_type: 'text', content: { text: '客档：任务提醒：回访（今天）\nhttps://kedang.example/tasks' } },
    ]);
  });

  it('a refusal is tried again later, shown to the user, and given up after five times', async () => {
    await tell('h');
    const { drain } = senders(1, async () => ({ status: 200, text: '{"code":19001,"msg":"param invalid"}' }));
    for (let round = 0; round < 6; round += 1) {
      await run(sql`update notification_delivery set due_at = now() where state = 'waiting'`);
      await queue(`again${round}`);
      await drain();
    }
    expect((await deliveries()).at(-1)).toMatchObject({ state: 'failed', attempts: 5 });
    expect((await user.get('/notification-webhook')).body.webhook).toMatchObject({
      failing: true,
      lastError: '200 param invalid',
    });
    expect((await user.send('DELETE', '/notification-webhook')).status).toBe(204);
    expect((await user.send('DELETE', '/notification-webhook')).status).toBe(404);
  });

  it('nobody blocked gets anything', async () => {
    const leaver = await t.as('sales');
    await asSystem((context) =>
      notify(context, { userIds: [leaver.userId], type: 'task.due', params: {}, key: 'leaver' }),
    );
    await run(sql`update app_user set state = 'blocked' where id = ${leaver.userId}`);
    const count = mails().length;
    await t.drain();
    expect(mails()).toHaveLength(count);
  });

  it('inner addresses are known in every dress', async () => {
    for (const address of [
      '127.0.0.1',
      '10.0.0.1',
      '172.31.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '::1',
      '::',
      'fe80::1',
      'fd00::1',
      '::ffff:10.0.0.1',
      '::ffff:7f00:1',
      'junk',
    ])
      expect(isInnerAddress(address), address).toBe(true);
    for (const address of ['8.8.8.8', '172.32.0.1', '2400:3200::1', '::ffff:8.8.8.8'])
      expect(isInnerAddress(address), address).toBe(false);
    expect(() => checkWebhookUrl('https://[::ffff:127.0.0.1]/')).toThrow();
    // A name that leads inside is refused when it is connected to.
    await expect(postJson(new URL('https://ip6-localhost./'), {})).rejects.toThrow();
  });

  it('inside the own network are those the configuration names, and only over https', async () => {
    const { webhookHosts } = loadConfig({ KEDANG_WEBHOOK_HOSTS: ' Localhost, 10.0.0.5,' });
    expect(webhookHosts).toEqual(['localhost', '10.0.0.5']);
    expect(checkWebhookUrl('https://10.0.0.5/robot', webhookHosts).host).toBe('10.0.0.5');
    expect(() => checkWebhookUrl('https://10.0.0.6/robot', webhookHosts)).toThrow();
    expect(() => checkWebhookUrl('http://10.0.0.5/robot', webhookHosts)).toThrow();
    // Nothing listens there, but it was knocked at.
    await expect(postJson(new URL('https://localhost:1/'), {}, webhookHosts)).rejects.toThrow('ECONNREFUSED');
    expect(() => postJson(new URL('https://localhost:1/'), {})).toThrow('webhook.inner');
  });
});

describe('sending time', () => {
  const zone = 'Asia/Shanghai';
  const at = (local: string) => new Date(`${local}+08:00`);
  const choices = { channels: {}, quiet_from: '22:00', quiet_to: '08:00', digest_at: null };
  it('waits for the end of the quiet hours, also over midnight', () => {
    const when = (local: string) => sendingTime(choices, 'webhook', at(local), zone).getTime();
    expect(when('2026-11-25T23:30:00')).toBe(at('2026-11-26T08:00:00').getTime());
    expect(when('2026-11-26T07:59:00')).toBe(at('2026-11-26T08:00:00').getTime());
    expect(when('2026-11-26T08:00:00')).toBe(at('2026-11-26T08:00:00').getTime());
    expect(when('2026-11-26T12:00:00')).toBe(at('2026-11-26T12:00:00').getTime());
  });
  it('a digest takes mail to its hour, nothing else', () => {
    const digest = { ...choices, quiet_from: null, quiet_to: null, digest_at: '18:00' };
    expect(sendingTime(digest, 'mail', at('2026-11-25T18:00:00'), zone)).toEqual(at('2026-11-26T18:00:00'));
    expect(sendingTime(digest, 'webhook', at('2026-11-25T09:00:00'), zone)).toEqual(at('2026-11-25T09:00:00'));
  });
});
