import { sql } from 'kysely';
import { type CardState, loadCustomer, registerFactSource, storedOf } from '#modules/customers/index.ts';
import { dictionaryFor, extendObject, fieldsOf, fullDictionary } from '#modules/fields/index.ts';
import { userNames } from '#modules/people/index.ts';
import { mayTouch, visibleByOwner } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { type Route, serve } from '#platform/http/route.ts';
import * as contract from '../completeness-contract.ts';
import { invalidPoints, isFilled, scoredFields, scoreOf, weightOf } from './completeness-score.ts';
import { calculateAll, getSettings, storedSettings, updateSettings } from './completeness-settings.ts';
import { agesOf, freshestOn, isStale } from './freshness.ts';

const plain = { weight: 0, sensitivity: 'open' } as const;

/** Puts completeness and freshness on the card and keeps them with every change; called once at start. */
export function connectCompleteness(): void {
  extendObject('customer', {
    fields: fieldsOf('facts', [
      ['completeness', 'number', '完整度', 'Completeness', { ...plain, rules: { unit: '%' } }],
      ['staleFields', 'number', '待更新字段数', 'Stale fields', plain],
      ['freshestOn', 'date', '最近更新资料日', 'Freshest value on', plain],
      ['invalidPoints', 'number', '有误的联系方式', 'Wrong contact points', plain],
      ['confirmedOn', 'date', '最近整体确认', 'Confirmed as a whole on', plain],
    ]),
  });
  registerFactSource(async (context) => {
    const fields = scoredFields(await fullDictionary(context));
    const { multipliers, limits, timeZone } = await storedSettings(context);
    const now = context.now();
    return (card: CardState) => {
      const ages = agesOf(fields, card, limits, now);
      return {
        completeness: scoreOf(fields, card.kind, card.values, multipliers),
        staleFields: ages.filter(isStale).length,
        freshestOn: freshestOn(ages, timeZone),
        invalidPoints: invalidPoints(fields, card.values),
      };
    };
  });
}

const shownMissing = 8;

/** What the card's panel shows; fields the caller may not read are neither named nor counted. */
export async function customerCompleteness(context: Context, id: string): Promise<contract.CustomerCompleteness> {
  const row = await loadCustomer(context, id, 'customer:read');
  const card = await storedOf(context, row);
  const readable = new Set((await dictionaryFor(context, 'customer')).fields.map((field) => field.key));
  const fields = scoredFields(await fullDictionary(context));
  const { multipliers, limits, timeZone } = await storedSettings(context);
  const mine = fields.filter((item) => item.kinds.includes(row.kind));
  const weight = (item: (typeof mine)[number]) => weightOf(item, row.kind, card.values.grade, multipliers);
  const total = mine.reduce((sum, item) => sum + weight(item), 0);
  const missing = mine
    .filter((item) => readable.has(item.field.key) && !isFilled(card.values[item.field.key]) && weight(item) > 0)
    .sort((a, b) => weight(b) - weight(a) || a.field.position - b.field.position);
  const ages = agesOf(fields, card, limits, context.now());
  const seen = ages.filter((age) => readable.has(age.key));
  const may = (permission: string) => row.state === 'active' && mayTouch(context.actor, permission, row);
  return {
    score: scoreOf(fields, row.kind, card.values, multipliers),
    version: row.version,
    missing: missing.slice(0, shownMissing).map((item) => ({
      key: item.field.key,
      weight: weight(item),
      points: Math.round((1000 * weight(item)) / total) / 10,
    })),
    missingCount: missing.length,
    stale: seen.filter(isStale).sort((a, b) => b.days - b.limit - (a.days - a.limit)),
    freshestOn: freshestOn(seen, timeZone),
    can: { update: may('customer:update'), verify: may('customer:verify') },
  };
}

interface FigureRow {
  id: string | null;
  customers: number;
  average: number | null;
  low: number;
  middle: number;
  high: number;
  stale: number;
}

const sums = sql`sum(customers)::integer as customers,
  round(sum(score_sum) / nullif(sum(scored), 0), 1)::float8 as average, coalesce(sum(low), 0)::integer as low,
  coalesce(sum(middle), 0)::integer as middle, coalesce(sum(high), 0)::integer as high, coalesce(sum(stale), 0)::integer as stale`;

/** Figures as the night counted them, of the customers the caller may see. */
export async function completenessFigures(context: Context, by: (typeof contract.completenessGroups)[number]) {
  const group = { owner: sql`owner_id`, team: sql`above.id`, kind: sql`kind`, grade: sql`grade` }[by];
  const seen = sql`completeness_figure.org_id = ${context.orgId}
    and ${visibleByOwner(context.actor, 'customer:read', 'completeness_figure')}`;
  // A team's customers are those of its present members and of the teams below, as a condition on the owner's team finds them.
  const teams = sql`left join app_user u on u.org_id = completeness_figure.org_id and u.id = owner_id
    left join team on team.org_id = u.org_id and team.id = u.team_id left join lateral unnest(team.path) as above(id) on true`;
  const { rows } =
    await sql<FigureRow>`select ${group} as id, ${sums} from completeness_figure ${by === 'team' ? teams : sql``}
    where ${seen} group by 1 order by customers desc, 1 limit 500`.execute(context.tx);
  const whole = await sql<FigureRow>`select null as id, ${sums} from completeness_figure where ${seen}`.execute(
    context.tx,
  );
  const ids = rows.flatMap((row) => (row.id ? [row.id] : []));
  const names = by === 'owner' ? await userNames(context, ids) : by === 'team' ? await teamNames(context, ids) : {};
  const view = (row: FigureRow | undefined) => ({
    id: row?.id ?? null,
    name: row?.id ? (names[row.id] ?? row.id) : null,
    customers: row?.customers ?? 0,
    average: row?.average ?? null,
    low: row?.low ?? 0,
    middle: row?.middle ?? 0,
    high: row?.high ?? 0,
    stale: row?.stale ?? 0,
  });
  const { calculatedAt } = await storedSettings(context);
  return { items: rows.map(view), total: view(whole.rows[0]), calculatedAt: calculatedAt?.toISOString() ?? null };
}

async function teamNames(context: Context, ids: string[]): Promise<Record<string, string>> {
  if (ids.length === 0) return {};
  const rows = await context.tx
    .selectFrom('team')
    .select(['id', 'name'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.id, row.name]));
}

export const completenessRoutes: Route[] = [
  serve(contract.customerCompleteness, (context, { params }) => customerCompleteness(context, params.id)),
  serve(contract.completenessFigures, (context, { query }) => completenessFigures(context, query.by)),
  serve(contract.calculateCompleteness, (context) => calculateAll(context)),
  serve(contract.getQualitySettings, (context) => getSettings(context)),
  serve(contract.updateQualitySettings, (context, { body }) => updateSettings(context, body)),
];
