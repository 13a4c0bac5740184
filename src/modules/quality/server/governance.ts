import { sql } from 'kysely';
import { fullDictionary } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { type Route, serve } from '#platform/http/route.ts';
import { iso } from '#platform/time.ts';
import type { Scope } from '#shared/access.ts';
import { addDays, localDay } from '#shared/dates/zoned.ts';
import { newId } from '#shared/ids.ts';
import * as contract from '../governance-contract.ts';
import { storedSettings } from './completeness-settings.ts';

/** The least UUID v7 of an instant: logs are read by their key, from a day on. */
const idFrom = (instant: Date): string => {
  const hex = instant.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};
const month = 30 * 86_400_000;

/** Counts the figures of the day; part of the night's job. */
export async function countGovernance(context: Context): Promise<void> {
  const { orgId, tx } = context;
  const since = new Date(context.now().getTime() - month);
  const from = idFrom(since);
  const counted = await sql<contract.NightlyFigures>`
    with base as (
      select coalesce(sum(customers), 0)::integer as customers, round(sum(score_sum) / nullif(sum(scored), 0), 1)::float8 as average,
        coalesce(sum(low), 0)::integer as low, coalesce(sum(stale), 0)::integer as stale,
        coalesce(sum(customers) filter (where owner_id is null), 0)::integer as no_owner
      from completeness_figure where org_id = ${orgId}
    ), used as (
      select count(*) filter (where action = 'view')::integer as views, count(*) filter (where action = 'search')::integer as searches,
        count(*) filter (where action = 'export')::integer as exports, count(distinct actor_id)::integer as readers,
        count(distinct customer_id)::integer as viewed, count(*) filter (where action = 'signInFailed')::integer as failed,
        count(*) filter (where action = 'denied')::integer as denied
      from access_log where org_id = ${orgId} and id >= ${from}::uuid
    )
    select base.customers, base.average, base.low, base.stale, base.no_owner as "noOwner", used.views as "views30",
      used.searches as "searches30", used.exports as "exports30", used.readers as "readers30", used.viewed as "viewedCustomers30",
      used.failed as "failedSignIns30", used.denied as "denied30",
      (select count(*)::integer from customer where org_id = ${orgId} and state = 'active' and created_at >= ${since}) as "customersNew30",
      (select count(*)::integer from customer where org_id = ${orgId} and state = 'active' and invalid_points > 0) as invalid,
      (select count(*)::integer from contact where org_id = ${orgId} and state = 'active') as contacts,
      (select count(*)::integer from event where org_id = ${orgId}) as events,
      pg_database_size(current_database())::float8 as "databaseBytes"
    from base, used`.execute(tx);
  const day = localDay(context.now(), (await storedSettings(context)).timeZone);
  await sql`insert into governance_figure (org_id, id, day, figures, counted_at)
    values (${orgId}, ${newId()}, ${day}, ${JSON.stringify(counted.rows[0])}::jsonb, ${context.now()})
    on conflict (org_id, day) do update set figures = excluded.figures, counted_at = excluded.counted_at`.execute(tx);
}

interface RoleRow {
  zh: string;
  en: string;
  users: number;
  scope: Scope | null;
  clearance: string;
  canExport: boolean;
}

async function getGovernance(context: Context) {
  const { orgId, tx } = context;
  const { timeZone } = await storedSettings(context);
  const since = addDays(localDay(context.now(), timeZone), -400);
  const history = await sql<{ day: string; figures: contract.NightlyFigures; counted_at: Date }>`
    select day, figures, counted_at from governance_figure where org_id = ${orgId} and day >= ${since}::date order by day`.execute(
    tx,
  );
  const last = history.rows.at(-1);
  const { fields } = await fullDictionary(context);
  const shown = fields.filter((field) => !field.hidden);
  const counted = (test: (field: (typeof shown)[number]) => boolean) => shown.filter(test).length;
  const few = await sql<{ active: number; second: number; views: number }>`
    select count(*) filter (where state = 'active')::integer as active,
      count(*) filter (where state = 'active' and totp_enabled_at is not null)::integer as second,
      (select count(*)::integer from saved_view where org_id = ${orgId} and shared) as views
    from app_user where org_id = ${orgId}`.execute(tx);
  const roles = await sql<RoleRow>`
    select r.name_zh as zh, r.name_en as en, r.clearance, r.grants->>'customer:read' as scope,
      r.grants ? 'customer:export' as "canExport", count(u.id)::integer as users
    from role r left join user_role g on g.org_id = r.org_id and g.role_id = r.id
      left join app_user u on u.org_id = g.org_id and u.id = g.user_id and u.state = 'active'
    where r.org_id = ${orgId} group by r.id, r.name_zh, r.name_en, r.clearance, r.grants order by users desc, r.id limit 100`.execute(
    tx,
  );
  return {
    countedAt: last ? iso(last.counted_at) : null,
    nightly: last?.figures ?? null,
    growth: history.rows.map(({ day, figures }) => ({
      day: String(day),
      customers: figures.customers,
      databaseBytes: figures.databaseBytes,
    })),
    fields: {
      total: shown.length,
      custom: counted((field) => !field.builtin),
      filterable: counted((field) => field.filterable),
      tracked: counted((field) => field.tracked),
      personal: counted((field) => field.personal !== 'none'),
      sensitive: counted((field) => field.sensitivity === 'confidential' || field.sensitivity === 'secret'),
      views: few.rows[0]?.views ?? 0,
    },
    users: { active: few.rows[0]?.active ?? 0, secondFactor: few.rows[0]?.second ?? 0 },
    roles: roles.rows,
  };
}

export const governanceRoutes: Route[] = [serve(contract.getGovernance, (context) => getGovernance(context))];
