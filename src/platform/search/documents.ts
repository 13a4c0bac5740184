import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { prepared } from '../db/database.ts';

export interface SearchDocument {
  kind: string;
  recordId: string;
  customerId: string;
  title: string;
  haystack: string;
  tokens: string[];
}

/** Writes or replaces search documents, in the transaction of the change they mirror. One that says the same is left alone: its index is dear. */
export async function putSearchDocuments(context: Context, documents: SearchDocument[]): Promise<void> {
  if (documents.length === 0) return;
  // Sent as one JSON value: thousands of token arrays as single parameters would pass the parameter limit. Tokens hold no blanks,
  // and one text split by the database costs it a third of a JSON list.
  const rows = documents.map((document) => ({
    kind: document.kind,
    record_id: document.recordId,
    customer_id: document.customerId,
    title: document.title,
    haystack: document.haystack,
    tokens: document.tokens.join(' '),
  }));
  await sql`insert into search_document (org_id, kind, record_id, customer_id, title, haystack, tokens)
    select ${context.orgId}::uuid, kind, record_id, customer_id, title, haystack, string_to_array(tokens, ' ')
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as row(kind text, record_id uuid, customer_id uuid, title text, haystack text, tokens text)
    on conflict (org_id, kind, record_id) do update set customer_id = excluded.customer_id, title = excluded.title,
      haystack = excluded.haystack, tokens = excluded.tokens
    where (search_document.customer_id, search_document.title, search_document.haystack, search_document.tokens)
      is distinct from (excluded.customer_id, excluded.title, excluded.haystack, excluded.tokens) ${prepared}`.execute(
    context.tx,
  );
}

export async function dropSearchDocuments(context: Context, recordIds: string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await context.tx
    .deleteFrom('search_document')
    .where('org_id', '=', context.orgId)
    .where('record_id', 'in', recordIds)
    .execute();
}
