import { type RawBuilder, sql } from 'kysely';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import type { Context } from '../context.ts';
import { iso } from '../time.ts';
import type { Change } from './index.ts';

/** Condition for events older than a page's last; event ids grow with time. Throws 400 for a cursor that is none. */
export function olderThan(cursor: string | undefined): RawBuilder<unknown> {
  return cursor ? sql`and id < ${idCursor(cursor)}::uuid` : sql``;
}

/** Whether what was said about a change may be read: it may tell any of the values it changed. */
export const mayReadReason = (changes: Record<string, Change> | null, readable: ReadonlySet<string>): boolean =>
  Object.keys(changes ?? {}).every((key) => readable.has(key));

/**
 * Every change of one field, newest first, among the events `of` selects (beginning with their org). The caller has checked that
 * the field may be read; `readable`: all fields of the record that may.
 */
export async function fieldChanges(
  context: Context,
  of: RawBuilder<unknown>,
  key: string,
  readable: ReadonlySet<string>,
  query: { limit: number; cursor?: string },
) {
  const result = await sql<{
    id: string;
    at: Date;
    occurred_at: Date | null;
    actor_name: string;
    author: string | null;
    source: string | null;
    reason: string | null;
    changes: Record<string, Change> | null;
  }>`select id, at, occurred_at, actor_name, author, source, reason, changes from event
    where ${of} and jsonb_exists(changes, ${key}) ${olderThan(query.cursor)}
    order by id desc limit ${query.limit + 1}`.execute(context.tx);
  const { page, nextCursor } = pageOfRows(result.rows, query.limit);
  return {
    items: page.map((row) => ({
      eventId: row.id,
      at: iso(row.occurred_at ?? row.at),
      by: row.author ?? row.actor_name,
      from: row.changes?.[key]?.from ?? null,
      to: row.changes?.[key]?.to ?? null,
      source: row.changes?.[key]?.source ?? row.source,
      reason: mayReadReason(row.changes, readable) ? row.reason : null,
    })),
    nextCursor,
  };
}
