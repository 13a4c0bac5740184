import { newId } from '#shared/ids.ts';
import type { Context } from '../context.ts';
import { prepared } from '../db/database.ts';
import { insertMany } from '../db/insert.ts';

/** Before and after of one field. */
export interface Change {
  from: unknown;
  to: unknown;
  /** Where the new value comes from, when it was said of this field alone. */
  source?: string;
  /** What was known of the former value, where taking the change back gives it back. */
  was?: unknown;
}

export interface NewEvent {
  /** `object.verb` in the past tense: `customer.created`, `customer.updated`, `import.undone`. */
  kind: string;
  subjectKind: string;
  subjectId: string;
  customerId?: string | null;
  changes?: Record<string, Change>;
  data?: Record<string, unknown>;
  source?: string | null;
  /** Where single fields come from. */
  sources?: Record<string, { source: string }>;
  reason?: string | null;
  batchId?: string | null;
  /** When it really happened and who really did it, for imported history. */
  occurredAt?: Date | null;
  author?: string | null;
}

/**
 * Writes what happened, in the transaction of the change itself: no change without its event, no event without its change.
 * Timeline, field history, audit, notifications and webhooks are read from here.
 */
export async function recordEvents(context: Context, events: NewEvent[]): Promise<string[]> {
  if (events.length === 0) return [];
  const rows = events.map((event) => ({
    org_id: context.orgId,
    id: newId(),
    kind: event.kind,
    subject_kind: event.subjectKind,
    subject_id: event.subjectId,
    customer_id: event.customerId ?? null,
    actor_id: context.actor.kind === 'system' ? null : context.actor.userId,
    actor_kind: context.actor.kind,
    actor_name: context.actor.name,
    changes: withSources(event) ?? null,
    data: event.data ?? null,
    source: event.source ?? null,
    reason: event.reason ?? null,
    request_id: context.requestId,
    batch_id: event.batchId ?? null,
    occurred_at: event.occurredAt ?? null,
    author: event.author ?? null,
  }));
  await insertMany(context.tx, 'event', rows);
  return rows.map((row) => row.id);
}

export const recordEvent = (context: Context, event: NewEvent) => recordEvents(context, [event]);

export type AccessAction =
  | 'view'
  | 'list'
  | 'search'
  | 'export'
  | 'print'
  | 'download'
  | 'reveal'
  | 'signIn'
  | 'signInFailed'
  | 'signOut'
  | 'denied';

export interface AccessRecord {
  action: AccessAction;
  subjectKind: string;
  subjectId?: string | null;
  customerId?: string | null;
  detail?: Record<string, unknown>;
}

/** Writes who looked at what. If it cannot be written the request fails: an unlogged view must not happen. */
export async function logAccess(context: Context, record: AccessRecord): Promise<void> {
  await context.tx
    .insertInto('access_log')
    .values({
      org_id: context.orgId,
      id: newId(),
      action: record.action,
      subject_kind: record.subjectKind,
      subject_id: record.subjectId ?? null,
      customer_id: record.customerId ?? null,
      actor_id: context.actor.kind === 'system' ? null : context.actor.userId,
      actor_kind: context.actor.kind,
      actor_name: context.actor.name,
      detail: record.detail ? JSON.stringify(record.detail) : null,
      ip: context.ip,
      request_id: context.requestId,
    })
    .modifyEnd(prepared)
    .execute();
}

function withSources({ changes, sources }: NewEvent): Record<string, Change> | undefined {
  if (!changes || !sources) return changes;
  const told = Object.entries(changes).map(([key, change]) => {
    const source = sources[key]?.source;
    return [key, source ? { ...change, source } : change];
  });
  return Object.fromEntries(told);
}
