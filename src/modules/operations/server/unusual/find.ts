import { sql } from 'kysely';
import { notify } from '#modules/notifications/index.ts';
import { permissionHolders } from '#modules/people/index.ts';
import { calendarDays } from '#modules/work/index.ts';
import { companyToday, timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { insertMany } from '#platform/db/insert.ts';
import type { JobContext } from '#platform/jobs/kinds.ts';
import { addDays, instantOf, laterDay } from '#shared/dates/zoned.ts';
import { firstIdOf, idSlack, newId } from '#shared/ids.ts';
import { keptDays } from '#shared/kept-days.ts';
import { type UnusualKind, type UnusualSettings, unusualKinds } from '../../unusual-contract.ts';
import { unusualSettings } from './settings.ts';

const workingDays = 30;
/** Older days are counted to know what is usual, but no longer reported. */
const reportedDays = 7;

/**
 * Looks at every day of the access log that is over and was not looked at yet. A day is one transaction: counted from the log once,
 * compared with what is usual for each user, reported.
 */
export async function findUnusual(job: JobContext): Promise<Record<string, unknown>> {
  const { today, first } = await job.inTransaction(async (context) => {
    const { orgId, tx } = context;
    const now = await companyToday(context);
    const oldest = addDays(now, -keptDays.accessFigure);
    await sql`delete from access_figure where org_id = ${orgId} and day < ${oldest}::date`.execute(tx);
    const last = await sql<{ day: string | null }>`
      select max(day)::text as day from access_figure where org_id = ${orgId}`.execute(tx);
    const next = last.rows[0]?.day ? addDays(last.rows[0].day, 1) : oldest;
    return { today: now, first: laterDay(next, oldest) };
  });
  let found = 0;
  let looked = 0;
  for (let day = first; day < today; day = addDays(day, 1)) {
    found += await job.inTransaction(async (context) => {
      const settings = await unusualSettings(context);
      await countDay(context, day, settings);
      return day < addDays(today, -reportedDays) ? 0 : reportDay(context, day, settings);
    });
    looked += 1;
    await job.progress(looked, null);
  }
  return { found };
}

/** Counts what each user did that day; of the log only the day is read, by its key. */
async function countDay(context: Context, day: string, settings: UnusualSettings): Promise<void> {
  const { orgId, tx } = context;
  const zone = await timeZoneOf(context);
  const [from, to] = [instantOf(day, zone), instantOf(addDays(day, 1), zone)];
  const [calendar] = await calendarDays(context, day, day);
  const works = calendar?.kind === 'workday';
  const workFrom = works ? instantOf(`${day}T${settings.workFrom}:00`, zone) : to;
  const workTo = works ? instantOf(`${day}T${settings.workTo}:00`, zone) : to;
  await sql`insert into access_figure (org_id, day, user_id, ${sql.join(unusualKinds.map((kind) => sql.ref(kind)))})
    select ${orgId}, ${day}::date, l.actor_id,
      count(distinct l.customer_id) filter (where l.action in ('view', 'reveal')),
      coalesce(sum(n.rows) filter (where l.action = 'list' and not coalesce(jsonb_exists(l.detail, 'part'), false)), 0),
      coalesce(sum(coalesce(n.rows, 1)) filter (where l.action = 'export'), 0),
      count(*) filter (where l.action in ('print', 'download')),
      count(*) filter (where l.action in ('view', 'reveal', 'list', 'search', 'export', 'print', 'download')
        and (l.at < ${workFrom} or l.at >= ${workTo})),
      count(*) filter (where l.action = 'signInFailed'),
      count(*) filter (where l.action = 'denied')
    from access_log l join app_user u on u.org_id = l.org_id and u.id = l.actor_id
    cross join lateral (select l.detail->case l.action when 'export' then 'rows' else 'count' end as told) d
    cross join lateral (select case when jsonb_typeof(d.told) = 'number' then least((d.told#>>'{}')::numeric, 10000000)::bigint end as rows) n
    where l.org_id = ${orgId} and l.id >= ${firstIdOf(from.getTime() - idSlack)}::uuid
      and l.id < ${firstIdOf(to.getTime() + idSlack)}::uuid and l.at >= ${from} and l.at < ${to}
    group by l.actor_id`.execute(tx);
}

interface Exceeded {
  user_id: string;
  kind: UnusualKind;
  counted: number;
  usual: number;
  allowed: number;
}

/** Writes what was far above the user's own usual, and tells it once to those who read the log. */
async function reportDay(context: Context, day: string, { times, floors }: UnusualSettings): Promise<number> {
  const { orgId, tx } = context;
  const usualDays = (await calendarDays(context, addDays(day, -keptDays.accessFigure), addDays(day, -1)))
    .flatMap((item) => (item.kind === 'workday' ? [item.day] : []))
    .slice(-workingDays);
  const medians = unusualKinds.map(
    (kind) => sql`percentile_cont(0.5) within group (order by ${sql.ref(kind)}) as ${sql.ref(kind)}`,
  );
  const counts = unusualKinds.map(
    (kind) =>
      sql`(${kind}::text, ${sql.ref(`f.${kind}`)}, coalesce(${sql.ref(`u.${kind}`)}, 0), ${floors[kind]}::bigint)`,
  );
  const { rows } = await sql<Exceeded>`
    with u as (select user_id, ${sql.join(medians)} from access_figure
      where org_id = ${orgId} and day = any(${usualDays}::date[]) group by user_id)
    select f.user_id, m.kind, m.counted, m.usual, greatest(m.lowest, floor(m.usual * ${times}::float8))::bigint as allowed
    from access_figure f left join u on u.user_id = f.user_id
    cross join lateral (values ${sql.join(counts)}) m(kind, counted, usual, lowest)
    where f.org_id = ${orgId} and f.day = ${day}::date and m.counted > greatest(m.lowest, m.usual * ${times}::float8)
    order by f.user_id, m.kind`.execute(tx);
  if (rows.length === 0) return 0;
  await insertMany(
    tx,
    'unusual_access',
    rows.map((row) => ({
      org_id: orgId,
      id: newId(),
      day,
      found_at: context.now(),
      state: 'open',
      version: 1,
      ...row,
    })),
  );
  await notify(context, {
    userIds: await permissionHolders(context, 'audit:read'),
    type: 'unusual.found',
    params: { n: rows.length, day },
    path: '/settings/audit?tab=unusual',
    key: `unusual:${day}`,
  });
  return rows.length;
}
