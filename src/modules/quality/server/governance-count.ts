import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { addDays, instantOf, localDay } from '#shared/dates/zoned.ts';
import { firstIdOf, newId } from '#shared/ids.ts';
import type { NightlyFigures, SizePart } from '../governance-contract.ts';
import { storedSettings } from './completeness-settings.ts';

/** First day of the last thirty, and the instant it began: figures and the lists they open begin alike. */
export function usageSince(today: string, timeZone: string) {
  const day = addDays(today, -30);
  const at = instantOf(day, timeZone);
  return { day, at, fromId: firstIdOf(at.getTime()) };
}

/** Tables by what they hold, asked in this order; the rest and the system's own are `other`. */
const tablesOf: [part: SizePart, pattern: string][] = [
  ['logs', '^(event|access_log|audit_.*)$'],
  ['search', '^(search_document|duplicate_.*|identity_key|unique_value)$'],
  ['contacts', '^(contact|employment|relation|relation_type)$'],
  ['customers', '^(customer.*|collaborator|purchase|class_.*|segment.*|completeness_figure|usage_figure|revision.*)$'],
  ['collected', '^(import_.*|form.*|intake.*|intelligence.*|business_card|capture|material.*|file)$'],
  [
    'work',
    '^(activity.*|note|visit.*|minutes.*|task.*|approval.*|comment.*|discussion.*|carry.*|day_card|inspection_.*)$',
  ],
];

async function sizesOf(context: Context, total: number): Promise<NightlyFigures['sizes']> {
  const part = sql`case ${sql.join(
    tablesOf.map(([name, pattern]) => sql`when relname ~ ${pattern} then ${name}`),
    sql` `,
  )} end`;
  const { rows } = await sql<{ part: SizePart; bytes: number }>`
    select ${part} as part, sum(pg_total_relation_size(oid))::float8 as bytes from pg_class
    where relkind = 'r' and relnamespace = (select relnamespace from pg_class where oid = 'customer'::regclass)
    group by 1`.execute(context.tx);
  const known = rows.filter((row) => row.part !== null);
  const rest = total - known.reduce((sum, row) => sum + row.bytes, 0);
  return [...known, { part: 'other' as const, bytes: rest }].sort((a, b) => b.bytes - a.bytes);
}

/** Counts by whom and of what the log of thirty days speaks: one pass a night, however long it is. */
async function countUsage(context: Context, since: ReturnType<typeof usageSince>): Promise<void> {
  const { orgId, tx } = context;
  await sql`delete from usage_figure where org_id = ${orgId}`.execute(tx);
  await sql`with used as (
      select actor_id, case when action = 'view' then customer_id end as customer_id from access_log
      where org_id = ${orgId} and id >= ${since.fromId}::uuid and at >= ${since.at} and at <= ${context.now()})
    insert into usage_figure (org_id, id, about, subject_id, times)
    select ${orgId}::uuid, gen_random_uuid(), 'reader', actor_id, count(*) from used where actor_id is not null group by actor_id
    union all
    select ${orgId}::uuid, gen_random_uuid(), 'customer', customer_id, count(*) from used where customer_id is not null group by customer_id`.execute(
    tx,
  );
}

/** Counts the figures of the day; part of the night's job. */
export async function countGovernance(context: Context): Promise<void> {
  const { orgId, tx } = context;
  const { timeZone } = await storedSettings(context);
  const day = localDay(context.now(), timeZone);
  const since = usageSince(day, timeZone);
  await countUsage(context, since);
  const usage = (about: string) =>
    sql`(select count(*)::integer from usage_figure where org_id = ${orgId} and about = ${about})`;
  const counted = await sql<Omit<NightlyFigures, 'since' | 'sizes' | 'months'>>`
    with base as (
      select coalesce(sum(customers), 0)::integer as customers, round(sum(score_sum) / nullif(sum(scored), 0), 1)::float8 as average,
        coalesce(sum(low), 0)::integer as low, coalesce(sum(stale), 0)::integer as stale,
        coalesce(sum(customers) filter (where owner_id is null), 0)::integer as no_owner
      from completeness_figure where org_id = ${orgId}
    ), used as (
      select count(*) filter (where action = 'view')::integer as views, count(*) filter (where action = 'search')::integer as searches,
        count(*) filter (where action = 'export')::integer as exports,
        count(*) filter (where action = 'signInFailed')::integer as failed, count(*) filter (where action = 'denied')::integer as denied
      from access_log where org_id = ${orgId} and id >= ${since.fromId}::uuid and at >= ${since.at} and at <= ${context.now()}
    )
    select base.customers, base.average, base.low, base.stale, base.no_owner as "noOwner", used.views as "views30",
      used.searches as "searches30", used.exports as "exports30", ${usage('reader')} as "readers30", ${usage('customer')} as "viewedCustomers30",
      used.failed as "failedSignIns30", used.denied as "denied30",
      (select count(*)::integer from customer where org_id = ${orgId} and state = 'active' and created_at >= ${since.at}) as "customersNew30",
      (select count(*)::integer from customer where org_id = ${orgId} and state = 'trashed') as trashed,
      (select count(*)::integer from customer where org_id = ${orgId} and state = 'active' and invalid_points > 0) as invalid,
      (select count(*)::integer from contact join customer c on c.org_id = contact.org_id and c.id = contact.customer_id and c.state = 'active'
        where contact.org_id = ${orgId} and contact.state = 'active') as contacts,
      (select count(*)::integer from event where org_id = ${orgId}) as events,
      (select (at at time zone ${timeZone})::date from event where org_id = ${orgId} order by id limit 1)::text as "firstLogDay",
      pg_database_size(current_database())::float8 as "databaseBytes"
    from base, used`.execute(tx);
  const figures = counted.rows[0];
  if (!figures) return;
  const months = await sql<{ month: string; customers: number }>`
    select to_char(created_at at time zone ${timeZone}, 'YYYY-MM') as month, count(*)::integer as customers
    from customer where org_id = ${orgId} and state = 'active' group by 1 order by 1 desc limit 24`.execute(tx);
  const whole: NightlyFigures = {
    ...figures,
    since: since.day,
    months: months.rows,
    sizes: await sizesOf(context, figures.databaseBytes),
  };
  await sql`insert into governance_figure (org_id, id, day, figures, counted_at)
    values (${orgId}, ${newId()}, ${day}, ${JSON.stringify(whole)}::jsonb, ${context.now()})
    on conflict (org_id, day) do update set figures = excluded.figures, counted_at = excluded.counted_at`.execute(tx);
}
