import { type RawBuilder, sql } from 'kysely';
import { registerHandover } from '#modules/customers/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvents } from '#platform/events/index.ts';

interface People {
  fromUserId: string;
  toUserId: string;
}
type Table = 'task' | 'visit' | 'minutes';

/** What is still to be done in each table, and whose it is. */
const open: Record<Table, { person: string; condition: string }> = {
  task: { person: 'assignee_id', condition: `state = 'open'` },
  visit: { person: 'visitor_id', condition: `state not in ('done', 'cancelled')` },
  minutes: { person: 'author_id', condition: `state not in ('confirmed', 'waived')` },
};

async function count(
  context: Context,
  table: Table,
  of: { fromUserId: string; customerIds: string[] },
): Promise<number> {
  const found = await sql<{ n: number }>`
    select count(*)::integer as n from ${sql.table(table)}
    where org_id = ${context.orgId} and customer_id = any(${of.customerIds}::uuid[])
      and ${sql.ref(open[table].person)} = ${of.fromUserId}::uuid and ${sql.raw(open[table].condition)}`.execute(
    context.tx,
  );
  return found.rows[0]?.n ?? 0;
}

/** Gives rows of a table to somebody else, each with its event. */
async function give(context: Context, table: Table, which: RawBuilder<unknown>, people: People) {
  const moved = await sql<{ id: string; customer_id: string; title: string }>`
    update ${sql.table(table)} set ${sql.ref(open[table].person)} = ${people.toUserId}::uuid, version = version + 1
    where org_id = ${context.orgId} and ${sql.ref(open[table].person)} = ${people.fromUserId}::uuid
      and ${sql.raw(open[table].condition)} and ${which}
    returning id, customer_id, ${sql.ref(table === 'task' ? 'title' : table === 'visit' ? 'aim' : 'subject')} as title`.execute(
    context.tx,
  );
  await recordEvents(
    context,
    moved.rows.map((row) => ({
      kind: `${table}.handedOver`,
      subjectKind: table,
      subjectId: row.id,
      customerId: row.customer_id,
      data: { title: row.title, from: people.fromUserId, to: people.toUserId },
    })),
  );
  return moved.rows.map((row) => ({ id: row.id, customerId: row.customer_id }));
}

const among = (ids: string[]) => sql`id = any(${ids}::uuid[])`;
/** Tasks with the occurrences that came after them. */
const series = (context: Context, ids: string[]) => sql`(${among(ids)} or series_id in (
    select series_id from task where org_id = ${context.orgId} and ${among(ids)} and series_id is not null))`;

/** What moved goes back, and what grew out of it: next occurrences of a task, the task of a visit approved meanwhile. */
async function giveBack(context: Context, table: Table, { ids, ...people }: People & { ids: string[] }): Promise<void> {
  if (ids.length === 0) return;
  await give(context, table, table === 'task' ? series(context, ids) : among(ids), people);
  if (table === 'visit')
    await give(
      context,
      'task',
      sql`id in (select task_id from visit where org_id = ${context.orgId} and ${among(ids)})`,
      people,
    );
}

const listed = 20;

/** What was promised to the customer, for whoever takes over. */
async function promises(context: Context, customerId: string): Promise<string[]> {
  const rows = await context.tx
    .selectFrom('task')
    .select(['title', 'due_on'])
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', customerId)
    .where('state', '=', 'open')
    .orderBy('due_on')
    .orderBy('id')
    .limit(listed)
    .execute();
  return rows.map((row) => (row.due_on ? `${row.due_on} ${row.title}` : row.title));
}

/** Minutes still owed or not confirmed. */
async function unfinished(context: Context, customerId: string): Promise<string[]> {
  const rows = await context.tx
    .selectFrom('minutes')
    .select(['subject', 'due_on'])
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', customerId)
    .where('state', 'not in', ['confirmed', 'waived'])
    .orderBy('due_on')
    .orderBy('id')
    .limit(listed)
    .execute();
  return rows.map((row) => `${row.due_on} ${row.subject}`);
}

const briefs: Partial<Record<Table, (context: Context, customerId: string) => Promise<string[]>>> = {
  task: promises,
  minutes: unfinished,
};
/** Names of the parts on the page of hand-overs. */
const names: Record<Table, string> = { task: 'tasks', visit: 'visits', minutes: 'minutes' };

// A planned visit is among the tasks too, so that the brief names it once.
for (const table of ['task', 'visit', 'minutes'] as const) {
  registerHandover({
    name: names[table],
    preview: (context, of) => count(context, table, of),
    move: (context, { customerIds, ...people }) =>
      give(context, table, sql`customer_id = any(${customerIds}::uuid[])`, people),
    giveBack: (context, back) => giveBack(context, table, back),
    brief: briefs[table],
  });
}
