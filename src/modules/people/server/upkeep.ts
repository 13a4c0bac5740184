import { sql } from 'kysely';
import { defineJob, type Schedule } from '#platform/jobs/kinds.ts';

/** Removes sessions and one-time links that ended a month ago: until then they help to reconstruct an incident. */
export const peopleUpkeep = defineJob({
  kind: 'people.upkeep',
  heavy: false,
  run: (job) =>
    job.inTransaction(async ({ tx, orgId }) => {
      await sql`delete from session where org_id = ${orgId} and expires_at < now() - interval '30 days'`.execute(tx);
      await sql`delete from password_reset where org_id = ${orgId} and expires_at < now() - interval '30 days'`.execute(
        tx,
      );
      return undefined;
    }),
});

export const peopleSchedules: Schedule[] = [{ key: 'people.upkeep', cron: '20 3 * * *', kind: 'people.upkeep' }];
