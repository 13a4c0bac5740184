import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { insertMany } from '#platform/db/insert.ts';
import type { SkippedRow } from '#platform/sheets/target.ts';

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

/** A page of them. A customer the caller may not see is not named: the row only tells that there is one. */
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
  }>`
    select s.row_number, s.label, s.reason, s.because, customer.id, customer.number, customer.name
    from import_skip s left join customer on customer.org_id = s.org_id and customer.id = s.customer_id
      and customer.state in ('active', 'trashed') and ${visible(context.actor, 'customer:read', 'customer')}
    where s.org_id = ${context.orgId} and s.import_id = ${importId} and s.row_number > ${after}
    order by s.row_number limit ${query.limit + 1}`.execute(context.tx);
  const page = found.rows.slice(0, query.limit);
  return {
    items: page.map(({ row_number, label, reason, because, id, number, name }) => ({
      row: row_number,
      label,
      reason,
      // By what it was recognised would tell a number of a customer the caller may not see.
      because: id ? because : null,
      customer: id ? { id, number: number ?? '', name: name ?? '' } : null,
    })),
    nextCursor: found.rows.length > query.limit ? String(page.at(-1)?.row_number ?? 0) : null,
  };
}
