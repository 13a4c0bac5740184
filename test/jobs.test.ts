import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobActor } from '#app/job-actor.ts';
import { defineJob, type JobContext, type JobKind } from '#platform/jobs/kinds.ts';
import { claim } from '#platform/jobs/queue.ts';
import { startRunner } from '#platform/jobs/runner.ts';
import { startScheduler } from '#platform/jobs/scheduler.ts';
import { createLog } from '#platform/log.ts';
import { badRequest } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { type Json, startTestApp, type TestApp } from './app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const log = createLog('silent');
const runner = (kinds: JobKind[], autostart = false) =>
  startRunner(
    { db: t.app.db, log, kinds, worker: newId(), pollMs: 20, loadActor: jobActor(t.app.db, t.app.modules) },
    autostart,
  );
async function queue(kind: string, more: Record<string, unknown> = {}): Promise<string> {
  const row = { id: newId(), kind, created_by: t.admin.userId, ...more };
  const names = Object.keys(row);
  await t.asOwner(
    `insert into job (org_id, ${names.join(', ')}) values ('${t.orgId}', ${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
  return row.id;
}
const stateOf = async (id: string): Promise<Json> =>
  (await t.asOwner('select state, attempts, error, result, progress_done from job where id = $1', [id]))[0];
const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (done: () => boolean | Promise<boolean>) => {
  for (let turn = 0; turn < 200 && !(await done()); turn += 1) await soon(20);
  expect(await done()).toBe(true);
};

describe('a job', () => {
  it('is run once, however many processes look', async () => {
    const ran: string[] = [];
    const kind = defineJob({
      kind: 'test.once',
      heavy: false,
      async run(job) {
        ran.push(job.id);
        await soon(5);
        return undefined;
      },
    });
    const ids = await Promise.all(Array.from({ length: 20 }, () => queue('test.once')));
    await Promise.all(Array.from({ length: 4 }, () => runner([kind]).drain()));
    expect(ran.sort()).toEqual(ids.sort());
  });

  it('of a process that died is taken over, and the dead one writes nothing more when it wakes', async () => {
    const [first, second] = [newId(), newId()];
    const id = await queue('test.lease');
    const wrote: string[] = [];
    let wake = () => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let sleeping = false;
    const step = (job: JobContext, name: string) => job.inTransaction(async () => void wrote.push(name));
    const start = (worker: string, run: (job: JobContext) => Promise<undefined>) =>
      startRunner(
        {
          db: t.app.db,
          log,
          kinds: [defineJob({ kind: 'test.lease', heavy: false, run })],
          worker,
          loadActor: jobActor(t.app.db, t.app.modules),
        },
        false,
      ).drain();
    const dead = start(first, async (job) => {
      await step(job, 'first');
      sleeping = true;
      await asleep;
      await step(job, 'first again');
      return undefined;
    });
    await until(() => sleeping);
    expect(await claim(t.app.db, t.orgId, ['test.lease'], second, 15)).toBeUndefined();
    await t.asOwner(`update job set lease_until = now() - interval '1 second' where id = $1`, [id]);
    await start(second, async (job) => {
      await step(job, 'second');
      return undefined;
    });
    wake();
    await dead;
    expect(wrote).toEqual(['first', 'second']);
    expect(await stateOf(id)).toMatchObject({ state: 'done', attempts: 2 });
  });

  it('cannot be taken over in the middle of a step', async () => {
    const id = await queue('test.step');
    let taken: unknown = 'not tried';
    const kind = defineJob({
      kind: 'test.step',
      heavy: false,
      async run(job) {
        await job.inTransaction(async () => {
          await t.asOwner(`update job set lease_until = now() - interval '1 second' where id = $1`, [id]);
          taken = await claim(t.app.db, t.orgId, ['test.step'], newId(), 15);
        });
        return undefined;
      },
    });
    await runner([kind]).drain();
    expect(taken).toBeUndefined();
  });

  it('is tried again after a passing failure, later each time, and then given up', async () => {
    const kind = defineJob({
      kind: 'test.fails',
      heavy: false,
      async run() {
        throw new Error('the network is away');
      },
    });
    const id = await queue('test.fails', { max_attempts: 2 });
    await runner([kind]).drain();
    expect(await stateOf(id)).toMatchObject({ state: 'queued', attempts: 1 });
    expect((await t.asOwner('select run_at > now() as later from job where id = $1', [id]))[0].later).toBe(true);
    await t.asOwner('update job set run_at = now() where id = $1', [id]);
    await runner([kind]).drain();
    expect(await stateOf(id)).toMatchObject({ state: 'failed', attempts: 2, error: { code: 'job.unexpected' } });
  });

  it('that ends in a problem of the user is not tried again and says why in the language of the reader', async () => {
    const kind = defineJob({
      kind: 'test.problem',
      heavy: false,
      async run() {
        throw badRequest('field.unknown', { params: { field: 'x' } });
      },
    });
    const id = await queue('test.problem');
    await runner([kind]).drain();
    expect((await t.admin.get(`/jobs/${id}`)).body.error.message).toMatch(/[一-鿿]/);
    const english = await t.admin.get(`/jobs/${id}`, { 'accept-language': 'en' });
    expect(english.body).toMatchObject({ state: 'failed', error: { code: 'field.unknown' } });
    expect(english.body.error.message).not.toMatch(/[一-鿿]|errors\./);
    expect((await (await t.as('sales')).get(`/jobs/${id}`)).status).toBe(404);
  });

  it('that kills its process each time is given up, not taken for ever', async () => {
    const id = await queue('test.killer', { max_attempts: 3 });
    for (let turn = 1; turn <= 3; turn += 1) {
      expect((await claim(t.app.db, t.orgId, ['test.killer'], newId(), 15))?.attempts).toBe(turn);
      await t.asOwner(`update job set lease_until = now() - interval '1 second' where id = $1`, [id]);
    }
    const ends: string[] = [];
    await runner([
      defineJob({
        kind: 'test.killer',
        heavy: false,
        run: () => Promise.reject(new Error('ran once more')),
        ended: async (_context, _payload, state) => void ends.push(state),
      }),
    ]).drain();
    expect(await stateOf(id)).toMatchObject({ state: 'failed', error: { code: 'job.unexpected' } });
    expect(ends).toEqual(['failed']);
  });

  it('is cancelled while it waits, at its next step while it runs, and when its process is gone', async () => {
    const waiting = await queue('test.cancel', { run_at: new Date(Date.now() + 60_000) });
    expect((await t.admin.send('POST', `/jobs/${waiting}/cancellation`)).body.state).toBe('cancelled');
    expect((await t.admin.send('POST', `/jobs/${waiting}/cancellation`)).body.state).toBe('cancelled');

    const id = await queue('test.cancel');
    const steps: number[] = [];
    const kind = defineJob({
      kind: 'test.cancel',
      heavy: false,
      async run(job) {
        for (let step = 1; step <= 5; step += 1) {
          steps.push(step);
          await job.inTransaction((context) => job.keep(context, { step }));
          // Also in the middle of a step, which must not make who cancels wait for its end.
          if (step === 2) await job.inTransaction(() => t.admin.send('POST', `/jobs/${id}/cancellation`));
          await job.progress(step, 5, `step ${step}`);
        }
        return undefined;
      },
    });
    await runner([kind]).drain();
    expect(steps).toEqual([1, 2]);
    // How far it came is still there for whoever asks what it did.
    expect((await t.asOwner('select result from job where id = $1', [id]))[0].result).toEqual({ step: 2 });
    // A job that stumbles because it was cancelled is not tried again.
    const stumbling = await queue('test.stumble');
    await runner([
      defineJob({
        kind: 'test.stumble',
        heavy: false,
        async run() {
          await t.admin.send('POST', `/jobs/${stumbling}/cancellation`);
          throw new Error('aborted');
        },
      }),
    ]).drain();
    const dead = await queue('test.gone');
    await claim(t.app.db, t.orgId, ['test.gone'], newId(), 15);
    await t.admin.send('POST', `/jobs/${dead}/cancellation`);
    await t.asOwner(`update job set lease_until = now() - interval '1 second' where id = $1`, [dead]);
    const ends: string[] = [];
    await runner([
      defineJob({
        kind: 'test.gone',
        heavy: false,
        run: () => Promise.reject(new Error('ran although cancelled')),
        ended: async (_context, _payload, state) => void ends.push(state),
      }),
    ]).drain();
    expect(ends).toEqual(['cancelled']);
    for (const job of [id, stumbling, dead]) expect((await stateOf(job)).state).toBe('cancelled');
  });

  it('given back by a process that stops does not count as a try', async () => {
    const id = await queue('test.stop');
    let begun = false;
    const running = runner(
      [
        defineJob({
          kind: 'test.stop',
          heavy: false,
          async run(job) {
            begun = true;
            for (let step = 0; ; step += 1) {
              await soon(10);
              await job.progress(step, null);
            }
          },
        }),
      ],
      true,
    );
    await until(() => begun);
    await running.stop();
    expect(await stateOf(id)).toMatchObject({ state: 'queued', attempts: 0 });
  });

  it('nobody waits for comes last, steps aside between two steps, and goes on with what it kept', async () => {
    const ran: string[] = [];
    const background = defineJob({
      kind: 'test.sweep',
      heavy: false,
      background: 'inParts',
      async run(job) {
        for (let step = Number(job.kept?.step ?? 0) + 1; step <= 3; step += 1) {
          ran.push(`sweep ${step}`);
          await job.inTransaction((context) => job.keep(context, { step }));
          if (step === 2 && !ran.includes('awaited')) await queue('test.awaited');
          await job.progress(step, 3);
        }
        return { steps: 3 };
      },
    });
    const awaited = defineJob({
      kind: 'test.awaited',
      heavy: false,
      async run() {
        ran.push('awaited');
        return undefined;
      },
    });
    const sweep = await queue('test.sweep', { run_at: new Date(Date.now() - 60_000) });
    await queue('test.awaited');
    await runner([background, awaited]).drain();
    expect(ran).toEqual(['awaited', 'sweep 1', 'sweep 2', 'sweep 3']);
    expect(await stateOf(sweep)).toMatchObject({ state: 'done', attempts: 1, result: { steps: 3 } });

    ran.length = 0;
    const second = await queue('test.sweep');
    await runner([background, awaited]).drain();
    expect(ran).toEqual(['sweep 1', 'sweep 2', 'awaited', 'sweep 3']);
    expect(await stateOf(second)).toMatchObject({ state: 'done', attempts: 1 });
  });

  it('runs with the rights its user has now', async () => {
    const sales = await t.as('sales');
    const id = await queue('test.rights', { created_by: sales.userId });
    await t.asOwner(`update app_user set state = 'blocked' where id = $1`, [sales.userId]);
    let ran = false;
    await runner([
      defineJob({
        kind: 'test.rights',
        heavy: false,
        async run() {
          ran = true;
          return undefined;
        },
      }),
    ]).drain();
    expect(ran).toBe(false);
    expect(await stateOf(id)).toMatchObject({ state: 'failed', error: { code: 'job.userGone' } });
  });

  it('ends within a second when its user is blocked meanwhile', async () => {
    const sales = await t.as('sales');
    const id = await queue('test.blocked', { created_by: sales.userId });
    let steps = 0;
    await runner([
      defineJob({
        kind: 'test.blocked',
        heavy: false,
        async run(job) {
          for (; ; steps += 1) {
            await job.inTransaction(async ({ actor }) => expect(actor.userId).toBe(sales.userId));
            if (steps === 0) await t.asOwner(`update app_user set state = 'blocked' where id = $1`, [sales.userId]);
            await soon(100);
          }
        },
      }),
    ]).drain();
    expect(steps).toBeLessThan(15);
    expect(await stateOf(id)).toMatchObject({ state: 'failed', error: { code: 'job.userGone' } });
  });
});

describe('a schedule', () => {
  it('missed many times is caught up once, by one of several processes', async () => {
    const schedules = [{ key: 'test.hourly', cron: '0 * * * *', kind: 'test.hourly' }];
    const processes = Array.from({ length: 3 }, () => startScheduler(t.app.db, log, schedules, 3_600_000));
    const count = async () => (await t.asOwner(`select count(*)::int as n from job where kind = 'test.hourly'`))[0].n;
    const tick = (now: string) => Promise.all(processes.map((process) => process.tick(new Date(now))));
    await tick('2026-03-01T08:30:00Z');
    expect(await count()).toBe(1);
    await tick('2026-03-01T08:59:00Z');
    expect(await count()).toBe(1);
    await t.asOwner(`update job set state = 'done' where kind = 'test.hourly'`);
    await tick('2026-03-05T12:00:01Z');
    expect(await count()).toBe(2);
    // Still waiting: no second one of the same schedule piles up.
    await tick('2026-03-05T13:00:01Z');
    expect(await count()).toBe(2);
    for (const process of processes) process.stop();
  });

  it('follows the time zone of the company', async () => {
    await t.asOwner(`update org set time_zone = 'America/New_York'`);
    const process = startScheduler(
      t.app.db,
      log,
      [{ key: 'test.zone', cron: '10 2 * * *', kind: 'test.zone' }],
      3_600_000,
    );
    await process.tick(new Date('2026-01-10T12:00:00Z'));
    const [row] = await t.asOwner(`select last_due from job_schedule where key = 'test.zone'`);
    expect(row.last_due.toISOString()).toBe('2026-01-10T07:10:00.000Z');
    process.stop();
  });
});
