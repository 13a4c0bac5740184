import { sql } from 'kysely';
import { registerTeamFollower } from '#modules/people/index.ts';
import type { Context } from '#platform/context.ts';
import { defineJob } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';

const kind = 'customers.followTeam';
/** Customers of one transaction. */
const batchSize = 1000;

// A customer's team is its owner's: who may see it as a team's changes when the owner changes teams.
registerTeamFollower((context, userId) => enqueue(context, { kind, payload: { userId } }));

/** No new version and no event: what the customer is stays, and the move is told with the user's. */
async function moveBatch(context: Context, userId: string | undefined): Promise<number> {
  const moved = await sql`update customer set team_id = stray.to_team from (
      select c.id, u.team_id as to_team from customer c join app_user u on u.org_id = c.org_id and u.id = c.owner_id
      where c.org_id = ${context.orgId} and c.team_id is distinct from u.team_id
        ${userId ? sql`and c.owner_id = ${userId}::uuid` : sql``}
      order by c.id limit ${batchSize} for update of c) stray
    where customer.org_id = ${context.orgId} and customer.id = stray.id`.execute(context.tx);
  return Number(moved.numAffectedRows ?? 0);
}

export const followTeamJob = defineJob<{ userId?: string }>({
  kind,
  heavy: false,
  async run(job, { userId }) {
    let moved = 0;
    for (;;) {
      const more = await job.inTransaction((context) => moveBatch(context, userId));
      if (more === 0) return { moved };
      moved += more;
      await job.progress(moved, null);
    }
  },
});
/** Every night for those given to an owner in the moment the owner changed teams. */
export const followTeamSchedule = { key: kind, cron: '40 2 * * *', kind };
