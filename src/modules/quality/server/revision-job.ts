import { sql } from 'kysely';
import { recordsWhere } from '#modules/fields/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { insertMany } from '#platform/db/insert.ts';
import { recordEvent } from '#platform/events/index.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import type { Condition } from '#shared/conditions.ts';
import { addDays } from '#shared/dates/zoned.ts';
import { newId } from '#shared/ids.ts';
import { createRevision, loadRevision } from './revision.ts';
import { addMonths, revisionSettingsOf } from './revision-settings.ts';

const batch = 1000;

interface Filled {
  last: string | null;
  customers: number;
}

/** The next customers of the scope; what is written tells a restart where to go on. */
async function fillNext(context: Context, revisionId: string): Promise<Filled | null> {
  const revision = await loadRevision(context, revisionId, true);
  if (revision.state !== 'preparing') return null;
  const where = await recordsWhere(context, {
    object: 'customer',
    ...(revision.scope ? { filter: revision.scope as Condition } : {}),
  });
  const beyond = revision.last_id ? sql`and customer.id > ${revision.last_id}::uuid` : sql``;
  const { rows } = await sql<{ id: string; owner_id: string | null; team_id: string | null; region_id: string | null }>`
    select id, owner_id, team_id, region_id from customer where ${where} ${beyond} order by customer.id limit ${batch}`.execute(
    context.tx,
  );
  await insertMany(
    context.tx,
    'revision_item',
    rows.map(({ id, ...place }) => ({
      org_id: context.orgId,
      id: newId(),
      revision_id: revisionId,
      customer_id: id,
      version: 1,
      ...place,
    })),
  );
  const last = rows.at(-1)?.id ?? null;
  const customers = revision.customers + rows.length;
  const more = rows.length === batch;
  await context.tx
    .updateTable('revision')
    .set({ customers, last_id: last ?? revision.last_id, state: more ? 'preparing' : 'open' })
    .where('org_id', '=', context.orgId)
    .where('id', '=', revisionId)
    .execute();
  if (!more) await tellOwners(context, revisionId, revision.name, revision.due_on);
  return more ? { last, customers } : null;
}

async function tellOwners(context: Context, revisionId: string, name: string, dueOn: string): Promise<void> {
  const owners = await sql<{
    owner_id: string;
    count: number;
  }>`select owner_id, count(*)::integer as count from revision_item
    where org_id = ${context.orgId} and revision_id = ${revisionId} and owner_id is not null group by owner_id`.execute(
    context.tx,
  );
  for (const { owner_id, count } of owners.rows)
    await notify(context, {
      userIds: [owner_id],
      type: 'revision.assigned',
      params: { name, count: String(count), dueOn },
      path: `/revisions/${revisionId}`,
      key: `revision.assigned:${revisionId}`,
    });
}

async function fill(job: JobContext, { revisionId }: { revisionId: string }): Promise<Record<string, unknown>> {
  for (;;) {
    const step: Filled | null = await job.inTransaction((context) => fillNext(context, revisionId));
    if (!step) return {};
    await job.progress(step.customers, null);
  }
}

/** A revision whose lists were not all made is closed: nobody was told of it, and a new one can be started. */
async function giveUp(context: Context, revisionId: string): Promise<void> {
  const revision = await loadRevision(context, revisionId, true);
  if (revision.state !== 'preparing') return;
  await context.tx
    .updateTable('revision')
    .set({ state: 'closed', closed_at: context.now(), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', revisionId)
    .execute();
  await recordEvent(context, {
    kind: 'revision.closed',
    subjectKind: 'revision',
    subjectId: revisionId,
    data: { customers: revision.customers, decided: revision.decided },
  });
}

/** Lists follow their customers: what a night's sweep or an owner's new team moved goes along, what is gone need not be gone through. */
async function follow(context: Context): Promise<void> {
  await sql`update revision_item i set owner_id = c.owner_id, team_id = c.team_id, region_id = c.region_id
    from revision r, customer c where i.org_id = ${context.orgId} and r.org_id = i.org_id and r.id = i.revision_id and r.state = 'open'
      and c.org_id = i.org_id and c.id = i.customer_id and i.result is null
      and row(i.owner_id, i.team_id, i.region_id) is distinct from row(c.owner_id, c.team_id, c.region_id)`.execute(
    context.tx,
  );
  await sql`with gone as (
      delete from revision_item i using revision r, customer c where i.org_id = ${context.orgId} and r.org_id = i.org_id
        and r.id = i.revision_id and r.state = 'open' and c.org_id = i.org_id and c.id = i.customer_id
        and i.result is null and c.state <> 'active' returning i.revision_id),
    counted as (select revision_id, count(*)::integer as n from gone group by revision_id)
    update revision r set customers = r.customers - counted.n from counted
      where r.org_id = ${context.orgId} and r.id = counted.revision_id`.execute(context.tx);
}

/** Starts the revision that is due; the row lock keeps two processes from starting it twice. */
async function startDue(context: Context): Promise<{ started: string | null }> {
  const settings = await revisionSettingsOf(context, true);
  const day = await companyToday(context);
  if (settings.months === 0 || settings.nextOn > day) return { started: null };
  let next = settings.nextOn;
  while (next <= day) next = addMonths(next, settings.months);
  await context.tx.updateTable('revision_setting').set({ next_on: next }).where('org_id', '=', context.orgId).execute();
  const made = await createRevision(context, {
    name: day,
    scope: settings.scope,
    dueOn: addDays(day, settings.days),
    scheduled: true,
  });
  return { started: made.id };
}

/** Days before the end at which owners with customers left are reminded; the negative one is the day after it. */
const remindAt = [3, 0, -1];

/** Reminds owners who are not through: shortly before the last day, on it, and once when it has passed. */
async function remind(context: Context): Promise<void> {
  const day = await companyToday(context);
  const days = remindAt.map((before) => addDays(day, before));
  const { rows } = await sql<{ id: string; name: string; due_on: string; owner_id: string; count: number }>`
    select r.id, r.name, r.due_on, i.owner_id, count(*)::integer as count from revision r
    join revision_item i on i.org_id = r.org_id and i.revision_id = r.id and i.result is null and i.owner_id is not null
    where r.org_id = ${context.orgId} and r.state = 'open' and r.due_on = any(${days}::date[])
    group by r.id, r.name, r.due_on, i.owner_id`.execute(context.tx);
  for (const row of rows)
    await notify(context, {
      userIds: [row.owner_id],
      type: row.due_on < day ? 'revision.overdue' : 'revision.due',
      params: { name: row.name, count: String(row.count), dueOn: row.due_on },
      path: `/revisions/${row.id}`,
      key: `revision.due:${row.id}:${day}`,
    });
}

export const revisionJobs = [
  defineJob<{ revisionId: string }>({
    kind: 'quality.revisionFill',
    heavy: false,
    run: fill,
    ended: (context, { revisionId }) => giveUp(context, revisionId),
  }),
  defineJob({
    kind: 'quality.revisionDue',
    heavy: false,
    async run(job) {
      await job.inTransaction(follow);
      await job.inTransaction(remind);
      return job.inTransaction(startDue);
    },
  }),
];
