import { Cron } from 'croner';
import { sql } from 'kysely';
import { newId } from '#shared/ids.ts';
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import type { Schedule } from './kinds.ts';
import { orgIds } from './queue.ts';

/**
 * Queues scheduled work when due. The row of each schedule decides between processes; a time missed while nothing ran is
 * caught up once, however many were missed.
 */
export function startScheduler(
  db: Database,
  log: Log,
  schedules: Schedule[],
  everyMs = 20_000,
): { stop(): void; tick(now?: Date): Promise<void> } {
  async function tick(now = new Date()): Promise<void> {
    for (const orgId of await orgIds(db)) {
      for (const schedule of schedules) await queueIfDue(db, orgId, schedule, now);
    }
  }
  const timer = setInterval(() => {
    tick().catch((error: unknown) => log.warn({ err: error }, 'scheduler'));
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer), tick };
}

async function queueIfDue(db: Database, orgId: string, schedule: Schedule, now: Date): Promise<void> {
  await db.inOrg(orgId, async (tx) => {
    const org = await tx.selectFrom('org').select('time_zone').where('org_id', '=', orgId).executeTakeFirst();
    const due = new Cron(schedule.cron, { timezone: org?.time_zone ?? 'Asia/Shanghai' }).previousRuns(1, now)[0];
    if (!due) return;
    const claimed =
      await sql`insert into job_schedule (org_id, key, last_due) values (${orgId}, ${schedule.key}, ${due})
      on conflict (org_id, key) do update set last_due = excluded.last_due where job_schedule.last_due < excluded.last_due returning key`.execute(
        tx,
      );
    if (claimed.rows.length === 0) return;
    await sql`insert into job (org_id, id, kind, unique_key) values (${orgId}, ${newId()}, ${schedule.kind}, ${schedule.key}) on conflict do nothing`.execute(
      tx,
    );
  });
}
