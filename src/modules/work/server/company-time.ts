import type { Context } from '#platform/context.ts';

const zones = new Map<string, { zone: string; readAt: number }>();

/** The company's time zone; days and recurring times are meant in it. */
export async function timeZoneOf(context: Context): Promise<string> {
  const now = context.now().getTime();
  const cached = zones.get(context.orgId);
  if (cached && now - cached.readAt < 60_000) return cached.zone;
  const row = await context.tx
    .selectFrom('org')
    .select('time_zone')
    .where('org_id', '=', context.orgId)
    .executeTakeFirst();
  const zone = row?.time_zone ?? 'Asia/Shanghai';
  zones.set(context.orgId, { zone, readAt: now });
  return zone;
}
