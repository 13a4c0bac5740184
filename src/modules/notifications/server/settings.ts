import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { requireVersion } from '#platform/http/version.ts';
import { addDays, instantOf, localTime } from '#shared/dates/zoned.ts';
import { invalid } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { Channel, NotificationSettings } from '../contract.ts';
import { channelsOf, notificationTypes } from './types.ts';

export interface Choices {
  channels: Record<string, Channel[]>;
  quiet_from: string | null;
  quiet_to: string | null;
  digest_at: string | null;
}

const select = (context: Context) =>
  context.tx
    .selectFrom('notification_setting')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('user_id', '=', context.actor.userId);

export async function getSettings(context: Context, lock = false): Promise<NotificationSettings> {
  const row = await (lock ? select(context).forUpdate() : select(context)).executeTakeFirst();
  const chosen = (row?.channels ?? {}) as Record<string, Channel[]>;
  return {
    version: row?.version ?? 1,
    types: notificationTypes().map(({ type }) => ({ type, channels: channelsOf(type, chosen) })),
    quietFrom: row?.quiet_from ?? null,
    quietTo: row?.quiet_to ?? null,
    digestAt: row?.digest_at ?? null,
  };
}

export async function saveSettings(
  context: Context,
  input: {
    channels: Record<string, Channel[]>;
    quietFrom: string | null;
    quietTo: string | null;
    digestAt: string | null;
  },
): Promise<NotificationSettings> {
  if ((input.quietFrom === null) !== (input.quietTo === null))
    throw invalid([{ field: input.quietFrom === null ? 'quietFrom' : 'quietTo', code: 'notification.quietBoth' }]);
  const known = new Set(notificationTypes().map((item) => item.type));
  const unknown = Object.keys(input.channels).find((type) => !known.has(type));
  if (unknown) throw invalid([{ field: `channels.${unknown}`, code: 'notification.unknownType' }]);
  await context.tx
    .insertInto('notification_setting')
    .values({ org_id: context.orgId, id: newId(), user_id: context.actor.userId })
    .onConflict((clash) => clash.columns(['org_id', 'user_id']).doNothing())
    .execute();
  const present = await getSettings(context, true);
  requireVersion(context, present.version, () => present);
  await context.tx
    .updateTable('notification_setting')
    .set({
      channels: JSON.stringify(input.channels),
      quiet_from: input.quietFrom,
      quiet_to: input.quietTo,
      digest_at: input.digestAt,
      updated_at: context.now(),
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('user_id', '=', context.actor.userId)
    .execute();
  return getSettings(context);
}

/** When something may go out: at once, after the quiet hours, or with the day's digest. */
export function sendingTime(choices: Choices | undefined, channel: Channel, now: Date, zone: string): Date {
  const local = localTime(now, zone);
  const day = local.slice(0, 10);
  const clock = local.slice(11, 16);
  const next = (time: string) => instantOf(`${time > clock ? day : addDays(day, 1)}T${time}:00`, zone);
  if (channel === 'mail' && choices?.digest_at) return next(choices.digest_at);
  const { quiet_from: from, quiet_to: to } = choices ?? {};
  if (!from || !to || from === to) return now;
  const quiet = from < to ? clock >= from && clock < to : clock >= from || clock < to;
  return quiet ? next(to) : now;
}
