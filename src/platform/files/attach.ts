import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { conflict, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { Context } from '../context.ts';
import { recordEvent } from '../events/index.ts';
import { type AttachmentRules, receiveAttachment } from './attachment.ts';
import type { FileStore } from './store.ts';

/** The list of files on a kind of record: where it is kept and how long it may grow. */
export interface AttachmentList extends AttachmentRules {
  table: string;
  /** Column that names the record. */
  record: string;
  /** Columns the table has beside record and file. */
  more?(context: Context): Record<string, string>;
  most: number;
  /** Code of the refusal when it is full. */
  full: string;
  purpose: string;
  event: { kind: string; subjectKind: string };
}

interface Upload {
  files: FileStore;
  orgId: string;
  request: FastifyRequest;
  inTransaction<T>(work: (context: Context) => Promise<T>): Promise<T>;
}

/**
 * Attaches the file of a multipart request to a record. `open` loads and locks the record if the caller may attach to it; it is
 * asked before the bytes are read and again when the file is kept, so that two at once cannot pass the limit together.
 */
export async function attachFile<Row extends { id: string; customer_id: string | null }, View>(
  { files, orgId, request, inTransaction }: Upload,
  list: AttachmentList,
  open: (context: Context) => Promise<Row>,
  view: (context: Context, row: Row) => Promise<View>,
): Promise<View> {
  if (!request.isMultipart()) throw new Problem(415, 'request.mediaType');
  await inTransaction(open);
  const { received, name, mime } = await receiveAttachment(files, orgId, request, list);
  return inTransaction(async (context) => {
    const row = await open(context);
    const present = await sql`select id from ${sql.table(list.table)} where org_id = ${context.orgId}
      and ${sql.ref(list.record)} = ${row.id} limit ${list.most}`.execute(context.tx);
    if (present.rows.length >= list.most) throw conflict(list.full, { params: { limit: list.most } });
    const file = await files.register(context, received, { name, mime, purpose: list.purpose });
    const columns = {
      org_id: context.orgId,
      id: newId(),
      [list.record]: row.id,
      file_id: file.id,
      ...list.more?.(context),
    };
    await sql`insert into ${sql.table(list.table)} (${sql.join(Object.keys(columns).map((key) => sql.ref(key)))})
      values (${sql.join(Object.values(columns))})`.execute(context.tx);
    await recordEvent(context, {
      ...list.event,
      subjectId: row.id,
      customerId: row.customer_id,
      data: { text: name },
    });
    return view(context, row);
  });
}
