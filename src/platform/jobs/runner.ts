import { sql } from 'kysely';
import { Problem } from '#shared/errors.ts';
import { type Actor, systemActor } from '../access/actor.ts';
import { type Context, inContext } from '../context.ts';
import type { Database, Tx } from '../db/database.ts';
import type { Log } from '../log.ts';
import type { JobContext, JobKind } from './kinds.ts';
import { type ClaimedJob, claim, hasDue, orgIds } from './queue.ts';
import { queueReach } from './reach.ts';

const leaseSeconds = 15;
/** A job outlives blocks and changes of roles: they count within a second, as for requests. */
const rightsMs = 900;

export interface RunnerOptions {
  db: Database;
  log: Log;
  kinds: JobKind[];
  worker: string;
  pollMs?: number;
  loadActor(orgId: string, userId: string | null): Promise<Actor>;
  /** Called when nothing was due for a while. */
  onIdle?(idleMs: number): void;
}

export interface Runner {
  /** Finishes the running step, then stops. */
  stop(): Promise<void>;
  /** Runs everything due now, in this process, and returns. For tests and commands. */
  drain(): Promise<void>;
}

class Cancelled extends Error {}
/** Stepped aside for work somebody waits for. */
class SteppedAside extends Error {}

/** Runs jobs of the given kinds, one at a time per process, until stopped. */
export function startRunner(options: RunnerOptions, autostart = true): Runner {
  const { db, log, worker } = options;
  const kinds = new Map(options.kinds.map((kind) => [kind.kind, kind]));
  const names = [...kinds.keys()];
  const background = options.kinds.filter((kind) => kind.background).map((kind) => kind.kind);
  const waitedFor = names.filter((name) => !background.includes(name));
  const stopping = new AbortController();
  let idleSince = Date.now();

  async function runNext(): Promise<boolean> {
    for (const orgId of await orgIds(db)) {
      const job = await claim(db, orgId, names, worker, leaseSeconds, background);
      if (job) {
        await run(job);
        return true;
      }
    }
    return false;
  }

  async function run(job: ClaimedJob): Promise<void> {
    const kind = kinds.get(job.kind);
    if (!kind) return;
    const abort = new AbortController();
    const stop = () => abort.abort();
    stopping.signal.addEventListener('abort', stop);
    const beat = setInterval(() => {
      renew(job, abort).catch((error: unknown) => log.warn({ err: error, job: job.id }, 'job lease not renewed'));
    }, 3000);
    try {
      if (job.cancel_requested) throw new Cancelled();
      // It ended its process again and again without ever failing: out of memory, or killed.
      if (job.attempts > job.max_attempts) throw new Problem(500, 'job.unexpected');
      const actor = await actorOf(job);
      const result = await kind.run(jobContext(job, actor, abort.signal), job.payload as never);
      await finish(job, 'done', { result: result ?? {} });
    } catch (error) {
      await settle(job, error, abort.signal.aborted);
    } finally {
      clearInterval(beat);
      stopping.signal.removeEventListener('abort', stop);
    }
  }

  const actorOf = async (job: ClaimedJob): Promise<Actor> => {
    const actor = await options.loadActor(job.org_id, kinds.get(job.kind)?.forCompany ? null : job.created_by);
    return { ...actor, lang: job.lang ?? actor.lang };
  };

  async function settle(job: ClaimedJob, error: unknown, aborted: boolean): Promise<void> {
    if (error instanceof Cancelled || (await wasCancelled(job))) return finish(job, 'cancelled', {});
    if (error instanceof SteppedAside) return release(job, 0, job.attempts - 1);
    if (stopping.signal.aborted && aborted) return release(job, 0, job.attempts - 1);
    const problem = error instanceof Problem;
    log.error({ err: error, job: job.id, kind: job.kind }, 'job failed');
    const detail = problem
      ? { code: error.code, params: error.params, field: error.field }
      : { code: 'job.unexpected', params: {} };
    // A problem is the user's to solve; anything else may pass by itself.
    if (problem || job.attempts >= job.max_attempts) return finish(job, 'failed', { error: detail });
    return release(job, 2 ** job.attempts, job.attempts);
  }

  async function wasCancelled(job: ClaimedJob): Promise<boolean> {
    const found = await db.inOrg(job.org_id, (tx) =>
      sql`select 1 from job where org_id = ${job.org_id} and id = ${job.id} and locked_by = ${worker} and cancel_requested`.execute(
        tx,
      ),
    );
    return found.rows.length > 0;
  }

  async function release(job: ClaimedJob, delaySeconds: number, attempts: number): Promise<void> {
    await db.inOrg(job.org_id, (tx) =>
      sql`update job set state = 'queued', locked_by = null, lease_until = null, attempts = ${attempts},
        run_at = now() + make_interval(secs => ${delaySeconds})
        where org_id = ${job.org_id} and id = ${job.id} and locked_by = ${worker}`.execute(tx),
    );
  }

  async function finish(job: ClaimedJob, state: string, end: { result?: unknown; error?: unknown }): Promise<void> {
    await inJobTransaction(db, systemActor(job.org_id, []), job.id, log, async (context) => {
      const ended = await context.tx
        .updateTable('job')
        .set({
          state,
          // One that was cancelled still tells how far it came.
          ...(state === 'cancelled' ? {} : { result: end.result ? JSON.stringify(end.result) : null }),
          error: end.error ? JSON.stringify(end.error) : null,
          finished_at: new Date(),
          lease_until: null,
        })
        .where('org_id', '=', job.org_id)
        .where('id', '=', job.id)
        .where('locked_by', '=', worker)
        .returning('id')
        .execute();
      if (ended.length > 0 && (state === 'failed' || state === 'cancelled'))
        await kinds.get(job.kind)?.ended?.(context, job.payload as never, state, job.id);
    });
  }

  /** Keeps the lease; a cancelled or lost job is aborted. */
  async function renew(job: ClaimedJob, abort: AbortController): Promise<void> {
    const result = await db.inOrg(job.org_id, (tx) =>
      sql<{ cancel_requested: boolean }>`update job set lease_until = now() + make_interval(secs => ${leaseSeconds})
        where org_id = ${job.org_id} and id = ${job.id} and locked_by = ${worker} and state = 'running'
        returning cancel_requested`.execute(tx),
    );
    if (!result.rows[0] || result.rows[0].cancel_requested) abort.abort();
  }

  /**
   * Ties a step to the lease: once another process took the job over, this one writes nothing more. While the step runs
   * nobody takes it over; renewing the lease is not hindered by this lock.
   */
  async function holdLease(tx: Tx, job: ClaimedJob): Promise<void> {
    const mine = await sql`select 1 from job where org_id = ${job.org_id} and id = ${job.id} and locked_by = ${worker}
      and state = 'running' for key share`.execute(tx);
    if (mine.rows.length === 0) throw new Error('job lease lost');
  }

  function jobContext(job: ClaimedJob, actor: Actor, signal: AbortSignal): JobContext {
    let present = actor;
    let readAt = Date.now();
    async function whoNow(): Promise<Actor> {
      if (Date.now() - readAt > rightsMs) {
        present = await actorOf(job);
        readAt = Date.now();
      }
      return present;
    }
    return {
      id: job.id,
      orgId: job.org_id,
      actor,
      db,
      log,
      signal,
      inTransaction: async (work) =>
        inJobTransaction(db, await whoNow(), job.id, log, async (context) => {
          await holdLease(context.tx, job);
          return work(context);
        }),
      async progress(done, total, message) {
        const result = await db.inOrg(job.org_id, (tx) =>
          sql<{ cancel_requested: boolean }>`update job set progress_done = ${done}, progress_total = ${total},
            message = ${message ?? null}, lease_until = now() + make_interval(secs => ${leaseSeconds})
            where org_id = ${job.org_id} and id = ${job.id} and locked_by = ${worker} and state = 'running'
            returning cancel_requested`.execute(tx),
        );
        if (!result.rows[0]) throw new Error('job lease lost');
        if (result.rows[0].cancel_requested) throw new Cancelled();
        if (stopping.signal.aborted) throw new Error('stopping');
        if (kinds.get(job.kind)?.background === 'inParts' && (await hasDue(db, [job.org_id], waitedFor)))
          throw new SteppedAside();
      },
      async complete(done) {
        await db.inOrg(job.org_id, (tx) =>
          sql`update job set progress_done = ${done}, progress_total = ${done}
            where org_id = ${job.org_id} and id = ${job.id} and locked_by = ${worker} and state = 'running'`.execute(
            tx,
          ),
        );
      },
      kept: job.result,
      async keep(context, state) {
        await sql`update job set result = ${JSON.stringify(state)}::jsonb
          where org_id = ${job.org_id} and id = ${job.id} and locked_by = ${worker}`.execute(context.tx);
      },
    };
  }

  const reach = queueReach(log);
  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      let worked = false;
      try {
        worked = names.length > 0 && (await runNext());
        reach.reached();
      } catch (error) {
        reach.lost(error);
      }
      if (worked) idleSince = Date.now();
      else {
        options.onIdle?.(Date.now() - idleSince);
        await pause(options.pollMs ?? 500, stopping.signal);
      }
    }
  }

  const running = autostart ? loop() : Promise.resolve();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
    async drain() {
      while (await runNext());
    },
  };
}

/** A transaction of a job, with the same context a request has. */
export const inJobTransaction = <T>(
  db: Database,
  actor: Actor,
  requestId: string,
  log: Log,
  work: (context: Context) => Promise<T>,
): Promise<T> => inContext({ db, log }, { actor, lang: actor.lang, requestId, ip: null, ifMatch: null }, work);

/** Waits, or returns at once when told to stop. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
