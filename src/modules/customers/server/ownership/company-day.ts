import type { Context } from '#platform/context.ts';
import { dayIn } from '#platform/time.ts';

/** Today and the time zone of the company. */
export async function companyDay(context: Context): Promise<{ today: string; timeZone: string }> {
  const org = await context.tx
    .selectFrom('org')
    .select('time_zone')
    .where('org_id', '=', context.orgId)
    .executeTakeFirst();
  const timeZone = org?.time_zone ?? 'Asia/Shanghai';
  return { today: dayIn(timeZone, context.now()), timeZone };
}
