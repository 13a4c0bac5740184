import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { loadActor, userNames } from '#modules/people/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { defineJob, type JobKind } from '#platform/jobs/kinds.ts';
import { newId } from '#shared/ids.ts';

export async function followState(context: Context, customerId: string) {
  await loadCustomer(context, customerId, 'customer:read');
  const rows = await context.tx
    .selectFrom('customer_follow')
    .select('user_id')
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', customerId)
    .limit(100)
    .execute();
  const ids = rows.map((row) => row.user_id);
  const names = await userNames(context, ids);
  return { following: ids.includes(context.actor.userId), followers: ids.map((id) => names[id] ?? '') };
}

export async function follow(context: Context, customerId: string) {
  await loadCustomer(context, customerId, 'customer:read');
  await context.tx
    .insertInto('customer_follow')
    .values({ org_id: context.orgId, id: newId(), customer_id: customerId, user_id: context.actor.userId })
    .onConflict((oc) => oc.columns(['org_id', 'customer_id', 'user_id']).doNothing())
    .execute();
  return followState(context, customerId);
}

export async function unfollow(context: Context, customerId: string) {
  await context.tx
    .deleteFrom('customer_follow')
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', customerId)
    .where('user_id', '=', context.actor.userId)
    .execute();
  return followState(context, customerId);
}

/** Kinds of event followers are told of, and the text they get. */
const told: Record<string, string> = {
  'customer.updated': 'follow.updated',
  'customer.assigned': 'follow.assigned',
  'customer.trashed': 'follow.trashed',
  'contact.created': 'follow.contact',
  'contact.updated': 'follow.contact',
  'activity.recorded': 'follow.activity',
  'comment.added': 'follow.comment',
  'note.added': 'follow.comment',
};

/** Transactions that began before the last look may commit after it: events are looked for this much further back. */
const overlapMinutes = 10;
const most = 500;

interface Told {
  event_id: string;
  kind: string;
  actor_name: string;
  user_id: string;
  customer_id: string;
  customer_name: string;
}

/** Tells followers what happened since the last run; the event's id is in the key, so that looking twice tells once. */
async function tellFollowers(context: Context): Promise<number> {
  const state = await context.tx
    .selectFrom('follow_state')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .forUpdate()
    .executeTakeFirst();
  const now = context.now();
  const from = new Date((state ? new Date(state.seen_until) : now).getTime() - overlapMinutes * 60_000);
  // Ids begin with the time in milliseconds: the index on (customer, id) is entered at the right place.
  const bound = `${from
    .getTime()
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})(.{4})$/, '$1-$2')}-7000-8000-000000000000`;
  const found = await sql<Told>`
    select e.id as event_id, e.kind, e.actor_name, f.user_id, f.customer_id, c.name as customer_name
    from customer_follow f
    join event e on e.org_id = f.org_id and e.customer_id = f.customer_id and e.id > ${bound}::uuid
    join customer c on c.org_id = f.org_id and c.id = f.customer_id
    join app_user u on u.org_id = f.org_id and u.id = f.user_id and u.state = 'active'
    where f.org_id = ${context.orgId} and e.kind = any(${Object.keys(told)}::text[])
      and e.actor_id is distinct from f.user_id and e.at > f.created_at
      and not exists (select 1 from notification n where n.org_id = f.org_id and n.user_id = f.user_id
        and n.key = 'follow:' || e.id)
    order by e.id limit ${most}`.execute(context.tx);
  const seen = new Map<string, boolean>();
  for (const row of found.rows) {
    const pair = `${row.user_id} ${row.customer_id}`;
    if (!seen.has(pair)) seen.set(pair, await maySee(context, row.user_id, row.customer_id));
    if (seen.get(pair) !== true) continue;
    await notify(context, {
      userIds: [row.user_id],
      type: told[row.kind] ?? 'follow.updated',
      params: { customer: row.customer_name, by: row.actor_name },
      path: `/customers/${row.customer_id}`,
      customerId: row.customer_id,
      key: `follow:${row.event_id}`,
    });
  }
  if (found.rows.length < most) {
    if (state)
      await context.tx
        .updateTable('follow_state')
        .set({ seen_until: now })
        .where('org_id', '=', context.orgId)
        .where('id', '=', state.id)
        .execute();
    else
      await context.tx
        .insertInto('follow_state')
        .values({ org_id: context.orgId, id: newId(), seen_until: now })
        .execute();
  }
  return found.rows.length;
}

/** Whoever lost sight of the customer since is told nothing more of it. */
async function maySee(context: Context, userId: string, customerId: string): Promise<boolean> {
  const actor = await loadActor(context.tx, context.orgId, userId, 'user', null);
  if (!actor) return false;
  const row = await context.tx
    .selectFrom('customer')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('id', '=', customerId)
    .where(visible(actor, 'customer:read', 'customer'))
    .executeTakeFirst();
  return row !== undefined;
}

export const followJobs: JobKind[] = [
  defineJob({
    kind: 'work.followers',
    heavy: false,
    run: async (job) => ({ found: await job.inTransaction(tellFollowers) }),
  }),
];
