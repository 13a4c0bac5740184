import { sql } from 'kysely';
import { fullDictionary } from '#modules/fields/index.ts';
import { workSettings } from '#modules/work/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { type Route, serve } from '#platform/http/route.ts';
import { iso } from '#platform/time.ts';
import type { Scope } from '#shared/access.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { addDays, localDay } from '#shared/dates/zoned.ts';
import { type FieldChoice, fieldChoices } from '#shared/field-choices.ts';
import { keptDays } from '#shared/kept-days.ts';
import * as contract from '../governance-contract.ts';
import { storedSettings } from './completeness-settings.ts';
import { usageSince } from './governance-count.ts';

interface RoleRow {
  id: string;
  zh: string;
  en: string;
  users: number;
  scope: Scope | null;
  clearance: string;
  canExport: boolean;
}

/** Figures that counts of earlier versions lack, until the next night. */
const laterFigures = (day: string, timeZone: string): Partial<contract.NightlyFigures> => ({
  since: usageSince(day, timeZone).day,
  trashed: 0,
  sizes: [],
  months: [],
  firstLogDay: null,
});

async function getGovernance(context: Context): Promise<contract.Governance> {
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
  const counted = (choice: FieldChoice) => shown.filter(fieldChoices[choice]).length;
  const few = await sql<{ active: number; second: number; views: number }>`
    select count(*) filter (where state = 'active')::integer as active,
      count(*) filter (where state = 'active' and totp_enabled_at is not null)::integer as second,
      (select count(*)::integer from saved_view where org_id = ${orgId} and shared) as views
    from app_user where org_id = ${orgId}`.execute(tx);
  const roles = await sql<RoleRow>`
    select r.id, r.name_zh as zh, r.name_en as en, r.clearance, r.grants->>'customer:read' as scope,
      r.grants ? 'customer:export' as "canExport", count(u.id)::integer as users
    from role r left join user_role g on g.org_id = r.org_id and g.role_id = r.id
      left join app_user u on u.org_id = g.org_id and u.id = g.user_id and u.state = 'active'
    where r.org_id = ${orgId} group by r.id, r.name_zh, r.name_en, r.clearance, r.grants order by users desc, r.id limit 100`.execute(
    tx,
  );
  return {
    countedAt: last ? iso(last.counted_at) : null,
    nightly: last ? { ...laterFigures(last.day, timeZone), ...last.figures } : null,
    growth: history.rows.map(({ day, figures }) => ({
      day: String(day),
      customers: figures.customers,
      databaseBytes: figures.databaseBytes,
    })),
    fields: {
      total: shown.length,
      custom: counted('custom'),
      filterable: counted('filterable'),
      tracked: counted('tracked'),
      personal: counted('personal'),
      sensitive: counted('sensitive'),
      views: few.rows[0]?.views ?? 0,
    },
    users: { active: few.rows[0]?.active ?? 0, secondFactor: few.rows[0]?.second ?? 0 },
    kept: { ...keptDays, visitPlace: (await workSettings(context)).placeDays },
    roles: roles.rows,
  };
}

interface UsageRow {
  id: string;
  name: string | null;
  times: number;
}

/** What stands behind "people" and "customers viewed", as the night counted it: most first. */
async function listUsage(context: Context, query: { limit: number; cursor?: string; by: 'reader' | 'customer' }) {
  const { orgId, tx } = context;
  let beyond = sql`true`;
  if (query.cursor !== undefined) {
    const [times, id] = cursorParts(query.cursor, cursorPart.count, cursorPart.id);
    beyond = sql`(u.times, u.subject_id) < (${times}::bigint, ${id}::uuid)`;
  }
  const name =
    query.by === 'reader'
      ? sql`(select name from app_user p where p.org_id = ${orgId} and p.id = u.subject_id)`
      : sql`(select c.name from customer c where c.org_id = ${orgId} and c.id = u.subject_id and c.state = 'active'
          and ${visible(context.actor, 'customer:read', 'c')})`;
  const { rows } = await sql<UsageRow>`select u.subject_id as id, ${name} as name, u.times from usage_figure u
    where u.org_id = ${orgId} and u.about = ${query.by} and ${beyond}
    order by u.times desc, u.subject_id desc limit ${query.limit + 1}`.execute(tx);
  const { page: items, nextCursor } = pageOfRows(rows, query.limit, (end) => cursorOf(end.times, end.id));
  return { items, nextCursor };
}

export const governanceRoutes: Route[] = [
  serve(contract.getGovernance, (context) => getGovernance(context)),
  serve(contract.listUsage, (context, { query }) => listUsage(context, query)),
];
