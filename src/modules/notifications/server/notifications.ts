import { systemActor } from '#platform/access/actor.ts';
import { companyOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { newId } from '#shared/ids.ts';
import { type Choices, sendingTime } from './settings.ts';
import { channelsOf, requireRegistered } from './types.ts';

export interface Notice {
  userIds: string[];
  /** `area.what`, registered by the sending module; its text is `notifications.types.<area>.<what>` in that module's locale files. */
  type: string;
  params?: Record<string, string | number>;
  /** Page the notice leads to. */
  path?: string;
  customerId?: string | null;
  /** Same key, same receiver: sent once. Without one every call is a notice of its own. */
  key?: string;
}

/** Tells users something, in the transaction of what happened: no notice of what was rolled back, none forgotten. */
export async function notify(context: Context, notice: Notice): Promise<number> {
  requireRegistered(notice.type);
  const receivers = [...new Set(notice.userIds)];
  if (receivers.length === 0) return 0;
  const rows = receivers.map((userId) => {
    const id = newId();
    return {
      org_id: context.orgId,
      id,
      user_id: userId,
      type: notice.type,
      params: JSON.stringify(notice.params ?? {}),
      path: notice.path ?? null,
      customer_id: notice.customerId ?? null,
      key: notice.key ?? id,
    };
  });
  const choices = await choicesOf(context, receivers);
  const sent = await context.tx
    .insertInto('notification')
    // Whoever does not want it in the app finds it among the read ones; the row keeps it from being sent twice.
    .values(
      rows.map((row) => ({
        ...row,
        read_at: channelsOf(notice.type, choices.get(row.user_id)?.channels ?? {}).includes('app')
          ? null
          : context.now(),
      })),
    )
    .onConflict((conflict) => conflict.columns(['org_id', 'user_id', 'key']).doNothing())
    .returning(['id', 'user_id'])
    .execute();
  await queueDeliveries(context, notice.type, sent, choices);
  return sent.length;
}

async function choicesOf(context: Context, userIds: string[]): Promise<Map<string, Choices>> {
  const rows = await context.tx
    .selectFrom('notification_setting')
    .select(['user_id', 'channels', 'quiet_from', 'quiet_to', 'digest_at'])
    .where('org_id', '=', context.orgId)
    .where('user_id', 'in', userIds)
    .execute();
  return new Map(rows.map((row) => [row.user_id, { ...row, channels: row.channels as Choices['channels'] }]));
}

/** What goes out beside the app is written in the same transaction and sent by a job. */
async function queueDeliveries(
  context: Context,
  type: string,
  sent: { id: string; user_id: string }[],
  choices: Map<string, Choices>,
): Promise<void> {
  const wanted = sent.flatMap((row) =>
    channelsOf(type, choices.get(row.user_id)?.channels ?? {}).flatMap((channel) =>
      channel === 'app' ? [] : [{ ...row, channel }],
    ),
  );
  if (wanted.length === 0) return;
  const org = await companyOf(context);
  const now = context.now();
  await context.tx
    .insertInto('notification_delivery')
    .values(
      wanted.map(({ id, user_id, channel }) => ({
        org_id: context.orgId,
        id: newId(),
        notification_id: id,
        user_id,
        channel,
        due_at: sendingTime(choices.get(user_id), channel, now, org.timeZone),
        digest: channel === 'mail' && Boolean(choices.get(user_id)?.digest_at),
      })),
    )
    .execute();
  // Sent by the system: the mail goes out also when its cause was the sender's last act here.
  await enqueue(
    { ...context, actor: systemActor(context.orgId, []) },
    { kind: 'notifications.deliver', uniqueKey: 'deliver' },
  );
}

const mine = (context: Context) =>
  context.tx.selectFrom('notification').where('org_id', '=', context.orgId).where('user_id', '=', context.actor.userId);

export async function listNotifications(context: Context, query: { limit: number; cursor?: string; unread?: boolean }) {
  let rows = mine(context)
    .selectAll()
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  if (query.unread) rows = rows.where('read_at', 'is', null);
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return {
    items: page.map((row) => ({
      id: row.id,
      type: row.type,
      params: row.params as Record<string, unknown>,
      path: row.path,
      createdAt: iso(row.created_at),
      readAt: row.read_at ? iso(row.read_at) : null,
    })),
    nextCursor,
  };
}

export async function unreadCount(context: Context): Promise<{ count: number }> {
  const rows = await mine(context).select('id').where('read_at', 'is', null).limit(100).execute();
  return { count: rows.length };
}

export async function markRead(context: Context, ids: string[] | undefined): Promise<{ count: number }> {
  let update = context.tx
    .updateTable('notification')
    .set({ read_at: context.now() })
    .where('org_id', '=', context.orgId)
    .where('user_id', '=', context.actor.userId)
    .where('read_at', 'is', null);
  if (ids) update = update.where('id', 'in', ids.length > 0 ? ids : [newId()]);
  const done = await update.returning('id').execute();
  return { count: done.length };
}
