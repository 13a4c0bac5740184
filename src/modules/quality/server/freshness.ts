import { type RawBuilder, sql } from 'kysely';
import { localTime } from '#shared/dates/zoned.ts';
import type { FieldValues, Provenance } from '#shared/fields.ts';
import { filledSql, isFilled, type ScoredField } from './completeness-score.ts';

/** Field key, or `section:<key>`, to the days after which its value is stale; 0: never. */
export type Limits = Record<string, number>;

const days = (keys: string[], count: number) => Object.fromEntries(keys.map((key) => [key, count]));
export const defaultLimits: Limits = {
  ...days(['uscc', 'orgForm', 'legalRepresentative', 'registeredCapital'], 365),
  ...days(['phones', 'emails', 'addresses', 'wechat'], 180),
  ...days(['assets', 'annualRevenue', 'section:finance'], 400),
};

const day = 86_400_000;

export const limitOf = (item: ScoredField, limits: Limits): number =>
  limits[item.field.key] ?? limits[`section:${item.field.section}`] ?? 0;

export interface Age {
  key: string;
  at: string;
  days: number;
  limit: number;
}

/** Ages of the tracked, filled fields of a card: from when the value came, was verified or confirmed by the customer last. */
export function agesOf(
  fields: ScoredField[],
  card: { kind: string; values: FieldValues; provenance: Record<string, Provenance> },
  limits: Limits,
  now: Date,
): Age[] {
  return fields.flatMap((item) => {
    const { key } = item.field;
    const entry = card.provenance[key];
    if (!item.field.tracked || !item.kinds.includes(card.kind) || !entry || !isFilled(card.values[key])) return [];
    const { at: came, verifiedAt, confirmedAt } = entry;
    const last = Math.max(...[came, verifiedAt, confirmedAt].flatMap((time) => (time ? Date.parse(time) : [])));
    const age = Math.floor((now.getTime() - last) / day);
    return [{ key, at: new Date(last).toISOString(), days: age, limit: limitOf(item, limits) }];
  });
}

export const isStale = (age: Age): boolean => age.limit > 0 && age.days > age.limit;

export function freshestOn(ages: Age[], timeZone: string): string | null {
  const last = ages.reduce((best, age) => Math.max(best, Date.parse(age.at)), 0);
  return last > 0 ? localTime(new Date(last), timeZone).slice(0, 10) : null;
}

/** The same by sets: how many fields are stale, and the day of the newest. */
export function freshnessSql(
  fields: ScoredField[],
  limits: Limits,
  now: Date,
  timeZone: string,
): { stale: RawBuilder<number>; freshest: RawBuilder<string | null> } {
  const tracked = fields.filter((item) => item.field.tracked && item.kinds.length > 0);
  if (tracked.length === 0) return { stale: sql`0::numeric`, freshest: sql`null::date` };
  const at = (item: ScoredField) => {
    const entry = sql`customer.provenance->${sql.lit(item.field.key)}`;
    return sql`case when customer.kind in (${sql.join(item.kinds.map((kind) => sql.lit(kind)))}) and ${filledSql(item.field)}
      then greatest((${entry}->>'at')::timestamptz, (${entry}->>'verifiedAt')::timestamptz, (${entry}->>'confirmedAt')::timestamptz) end`;
  };
  const limited = tracked.filter((item) => limitOf(item, limits) > 0);
  const counts = limited.map((item) => {
    // Whole days are counted as the card counts them: stale from the day after the limit.
    const cutoff = new Date(now.getTime() - (limitOf(item, limits) + 1) * day);
    return sql`case when ${at(item)} <= ${cutoff}::timestamptz then 1 else 0 end`;
  });
  return {
    stale: counts.length > 0 ? sql`(${sql.join(counts, sql` + `)})::numeric` : sql`0::numeric`,
    freshest: sql`(greatest(${sql.join(tracked.map(at))}) at time zone ${timeZone})::date`,
  };
}
