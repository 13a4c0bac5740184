import { sql } from 'kysely';
import { notify } from '#modules/notifications/index.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { type Route, serve } from '#platform/http/route.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { newId } from '#shared/ids.ts';
import * as contract from '../../handover-contract.ts';
import { moveToOwner } from '../change.ts';
import type { CustomerRow } from '../store.ts';
import { handoverParts } from './handover-parts.ts';
import {
  customersToMove,
  endHandover,
  type HandoverRow,
  handoverItems,
  listHandovers,
  previewHandover,
  queueMove,
  startHandover,
} from './handovers.ts';

/** Customers of one transaction. */
const batchSize = 50;

const rowOf = (context: Context, id: string): Promise<HandoverRow | undefined> =>
  context.tx
    .selectFrom('handover')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .executeTakeFirst();

const setState = (context: Context, id: string, state: string) =>
  sql`update handover set state = ${state}, version = version + 1,
    customers = (select count(*) from handover_item where org_id = ${context.orgId} and handover_id = ${id})
    where org_id = ${context.orgId} and id = ${id}`.execute(context.tx);

/** Customers still with the person, locked in id order. */
const lockOwned = (context: Context, ids: string[], ownerId: string): Promise<CustomerRow[]> =>
  context.tx
    .selectFrom('customer')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .where('owner_id', '=', ownerId)
    .where('state', '=', 'active')
    .orderBy('id')
    .forUpdate()
    .execute();

async function briefOf(context: Context, row: CustomerRow) {
  const open: string[] = [];
  for (const part of handoverParts()) open.push(...((await part.brief?.(context, row.id)) ?? []));
  return { lastContactAt: row.last_contact_at, nextStepAt: row.next_step_at, open: open.slice(0, 50) };
}

/** Moves a batch; what moved already is no longer the giver's, so a restart goes on where it stopped. */
async function moveBatch(context: Context, handover: HandoverRow): Promise<number> {
  const ids = await customersToMove(
    context,
    { fromUserId: handover.from_user_id, customerIds: handover.customer_ids },
    batchSize,
  );
  if (ids.length === 0) return 0;
  const rows = await lockOwned(context, ids, handover.from_user_id);
  for (const row of rows) {
    await context.tx
      .insertInto('handover_item')
      .values({
        org_id: context.orgId,
        id: newId(),
        handover_id: handover.id,
        customer_id: row.id,
        brief: JSON.stringify(await briefOf(context, row)),
      })
      .onConflict((clash) => clash.columns(['org_id', 'handover_id', 'customer_id']).doNothing())
      .execute();
    await moveToOwner(context, row, { ownerId: handover.to_user_id }, null, {
      event: 'customer.handedOver',
      data: { handover: handover.id, kind: handover.kind, until: handover.to_on },
    });
  }
  await moveParts(context, handover, rows);
  return ids.length;
}

/** What hangs on the customers follows; remembered by customer and part, so that a stand-in gives back just this. */
async function moveParts(context: Context, handover: HandoverRow, rows: CustomerRow[]): Promise<void> {
  const move = { fromUserId: handover.from_user_id, toUserId: handover.to_user_id };
  const customerIds = rows.map((row) => row.id);
  const moved: Record<string, Record<string, string[]>> = Object.fromEntries(customerIds.map((id) => [id, {}]));
  for (const part of handoverParts()) {
    const items = await part.move(context, { ...move, customerIds });
    for (const [customerId, of] of Map.groupBy(items, (item) => item.customerId))
      moved[customerId] = { ...moved[customerId], [part.name]: of.map((item) => item.id) };
  }
  await sql`update handover_item i set moved = i.moved || m.moved
    from jsonb_each(${JSON.stringify(moved)}::jsonb) as m(customer_id, moved)
    where i.org_id = ${context.orgId} and i.handover_id = ${handover.id} and i.customer_id = m.customer_id::uuid`.execute(
    context.tx,
  );
}

async function runHandover(job: JobContext, { handoverId }: { handoverId: string }) {
  const handover = await job.inTransaction(async (context) => {
    // Locked: called off at the same moment, it is either moved or cancelled.
    await sql`select 1 from handover where org_id = ${context.orgId} and id = ${handoverId} for update`.execute(
      context.tx,
    );
    const row = await rowOf(context, handoverId);
    if (row?.state === 'planned') await setState(context, handoverId, 'moving');
    return row;
  });
  if (!handover || !['planned', 'moving'].includes(handover.state)) return { moved: 0 };
  let moved = 0;
  for (;;) {
    const done = await job.inTransaction((context) => moveBatch(context, handover));
    moved += done;
    if (done < batchSize) break;
    await job.progress(moved, null);
  }
  await job.complete(moved);
  await job.inTransaction(async (context) => {
    await setState(context, handoverId, 'moved');
    await notify(context, {
      userIds: [handover.to_user_id],
      type: 'customers.handedOver',
      params: { n: moved },
      path: '/handovers',
      key: `handover:${handoverId}`,
    });
  });
  return { moved };
}

/** Gives back what is still with the stand-in; a customer given to somebody else meanwhile stays there. */
async function runReturn(job: JobContext, { handoverId }: { handoverId: string }) {
  const handover = await job.inTransaction((context) => rowOf(context, handoverId));
  if (handover?.state !== 'moved') return { returned: 0 };
  let returned = 0;
  for (;;) {
    const done = await job.inTransaction(async (context) => {
      const items = await sql<{
        customer_id: string;
        moved: Record<string, string[]>;
      }>`update handover_item set returned_at = ${context.now()}
        where org_id = ${context.orgId} and id in (select id from handover_item where org_id = ${context.orgId}
          and handover_id = ${handoverId} and returned_at is null order by id limit ${batchSize}) returning customer_id, moved`.execute(
        context.tx,
      );
      const ids = items.rows.map((item) => item.customer_id);
      if (ids.length === 0) return 0;
      const rows = await lockOwned(context, ids, handover.to_user_id);
      for (const row of rows)
        await moveToOwner(context, row, { ownerId: handover.from_user_id }, null, {
          event: 'customer.handedBack',
          data: { handover: handoverId },
        });
      const back = { fromUserId: handover.to_user_id, toUserId: handover.from_user_id };
      const given = new Set(rows.map((row) => row.id));
      const moved = items.rows.filter((item) => given.has(item.customer_id)).map((item) => item.moved);
      for (const part of handoverParts())
        await part.giveBack(context, { ...back, ids: moved.flatMap((of) => of[part.name] ?? []) });
      return ids.length;
    });
    returned += done;
    if (done < batchSize) break;
    await job.progress(returned, null);
  }
  await job.complete(returned);
  await job.inTransaction(async (context) => {
    await setState(context, handoverId, 'returned');
    await notify(context, {
      userIds: [handover.from_user_id, handover.to_user_id],
      type: 'customers.handedBack',
      params: { n: returned },
      path: '/handovers',
      key: `handoverBack:${handoverId}`,
    });
  });
  return { returned };
}

/** Every morning: hand-overs whose day has come begin, stand-ins whose last day is over end. */
async function runDue(job: JobContext) {
  return job.inTransaction(async (context) => {
    const today = await companyToday(context);
    const due = await context.tx
      .selectFrom('handover')
      .selectAll()
      .where('org_id', '=', context.orgId)
      .where((eb) =>
        eb.or([
          eb.and([eb('state', '=', 'planned'), eb('from_on', '<=', today)]),
          eb.and([eb('state', '=', 'moved'), eb('kind', '=', 'standIn'), eb('to_on', '<', today)]),
        ]),
      )
      .limit(1000)
      .execute();
    for (const row of due) {
      // Customers move with the rights of who arranged it, as they are now.
      const arranged: Context = { ...context, actor: { ...context.actor, kind: 'user', userId: row.created_by } };
      if (row.state === 'planned') await queueMove(arranged, row.id);
      else
        await enqueue(context, {
          kind: 'customers.handoverReturn',
          payload: { handoverId: row.id },
          uniqueKey: row.id,
        });
    }
    return { due: due.length };
  });
}

export const handoverJobs = [
  defineJob<{ handoverId: string }>({
    kind: 'customers.handover',
    heavy: true,
    run: runHandover,
    async ended(context, { handoverId }) {
      await setState(context, handoverId, 'failed');
    },
  }),
  defineJob<{ handoverId: string }>({ kind: 'customers.handoverReturn', heavy: true, run: runReturn }),
  defineJob({ kind: 'customers.handoverDue', heavy: false, run: runDue }),
];
export const handoverSchedule = { key: 'customers.handoverDue', cron: '10 0 * * *', kind: 'customers.handoverDue' };

export const handoverRoutes: Route[] = [
  serve(contract.listHandovers, (context, { query }) => listHandovers(context, query)),
  serve(contract.previewHandover, (context, { body }) => previewHandover(context, body)),
  serve(contract.startHandover, (context, { body }) => startHandover(context, body)),
  serve(contract.endHandover, (context, { params }) => endHandover(context, params.id)),
  serve(contract.handoverItems, (context, { params, query }) => handoverItems(context, params.id, query)),
];
