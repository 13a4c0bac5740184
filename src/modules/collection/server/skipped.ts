import { sql } from 'kysely';
import { dictionaryFor, hidesContacts } from '#modules/fields/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { insertMany } from '#platform/db/insert.ts';
import type { SkippedRow } from '#platform/sheets/target.ts';
import { pageOfRows } from '#shared/cursor.ts';

/** Keeps which rows were left out and why, in the transaction that passes over them. */
export const saveSkipped = (context: Context, importId: string, rows: SkippedRow[]): Promise<void> =>
  insertMany(
    context.tx,
    'import_skip',
    rows.map((row) => ({
      org_id: context.orgId,
      import_id: importId,
      row_number: row.row,
      label: row.label,
      reason: row.reason,
      because: row.because,
      customer_id: row.customerId,
    })),
  );

/** Fields whose values a row may be recognised by. */
const fieldsOfKey: Record<string, string[]> = {
  phone: ['customer.phones', 'contact.phones'],
  email: ['customer.emails', 'contact.emails'],
  uscc: ['customer.uscc'],
};

/** Whether the caller may be told that a row was recognised by this. */
async function toldKeys(context: Context): Promise<(because: string | null) => boolean> {
  const readable = new Set((await dictionaryFor(context)).fields.map((field) => `${field.object}.${field.key}`));
  return (because) => (fieldsOfKey[because ?? ''] ?? []).every((field) => readable.has(field));
}

/**
 * A page of them. A customer the caller may not see is not named, nor one recognised by what the caller may not read of it: the
 * row only tells that there is one.
 */
export async function listSkipped(context: Context, importId: string, query: { limit: number; cursor?: string }) {
  const after = /^\d{1,10}$/.test(query.cursor ?? '') ? Number(query.cursor) : 0;
  const found = await sql<{
    row_number: number;
    label: string;
    reason: SkippedRow['reason'];
    because: string | null;
    id: string | null;
    number: string | null;
    name: string | null;
    pool: string | null;
  }>`
    select s.row_number, s.label, s.reason, s.because, customer.id, customer.number, customer.name, customer.pool
    from import_skip s left join customer on customer.org_id = s.org_id and customer.id = s.customer_id
      and customer.state in ('active', 'trashed') and ${visible(context.actor, 'customer:read', 'customer')}
    where s.org_id = ${context.orgId} and s.import_id = ${importId} and s.row_number > ${after}
    order by s.row_number limit ${query.limit + 1}`.execute(context.tx);
  const { page, nextCursor } = pageOfRows(found.rows, query.limit, (last) => String(last.row_number));
  const mayTell = await toldKeys(context);
  return {
    items: page.map(({ row_number, label, reason, because, id, number, name, pool }) => {
      const reached = because === 'phone' || because === 'email';
      const told = id !== null && mayTell(because) && !(reached && hidesContacts(context.actor, { pool }));
      return {
        row: row_number,
        label,
        reason,
        because: told ? because : null,
        customer: told ? { id, number: number ?? '', name: name ?? '' } : null,
      };
    }),
    nextCursor,
  };
}
