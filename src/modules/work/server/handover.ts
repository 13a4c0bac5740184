import { sql } from 'kysely';
import { registerHandover } from '#modules/customers/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvents } from '#platform/events/index.ts';

interface Move {
  fromUserId: string;
  toUserId: string;
  customerIds: string[];
}
type Table = 'task' | 'visit' | 'minutes';

/** What is still to be done in each table, and whose it is. */
const open: Record<Table, { person: string; condition: string }> = {
  task: { person: 'assignee_id', condition: `state = 'open'` },
  visit: { person: 'visitor_id', condition: `state not in ('done', 'cancelled')` },
  minutes: { person: 'author_id', condition: `state not in ('confirmed', 'waived')` },
};

const where = (context: Context, table: Table, { fromUserId, customerIds }: Omit<Move, 'toUserId'>) =>
  sql`org_id = ${context.orgId} and customer_id = any(${customerIds}::uuid[])
    and ${sql.ref(open[table].person)} = ${fromUserId}::uuid and ${sql.raw(open[table].condition)}`;

async function count(context: Context, table: Table, of: Omit<Move, 'toUserId'>): Promise<number> {
  const found = await sql<{ n: number }>`
    select count(*)::integer as n from ${sql.table(table)} where ${where(context, table, of)}`.execute(context.tx);
  return found.rows[0]?.n ?? 0;
}

async function move(context: Context, table: Table, change: Move): Promise<void> {
  const moved = await sql<{ id: string; customer_id: string; title: string }>`
    update ${sql.table(table)} set ${sql.ref(open[table].person)} = ${change.toUserId}::uuid, version = version + 1
    where ${where(context, table, change)}
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
      data: { title: row.title, from: change.fromUserId, to: change.toUserId },
    })),
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
    move: (context, change) => move(context, table, change),
    brief: briefs[table],
  });
}
