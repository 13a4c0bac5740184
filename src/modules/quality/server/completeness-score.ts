import { type RawBuilder, sql } from 'kysely';
import { columnOf, ofDictionary } from '#modules/fields/index.ts';
import { customerKinds, type FieldDefinition, type FieldType, type FieldValues } from '#shared/fields.ts';
import { kindGroup } from '../completeness-targets.ts';

/** Grade, or `kind:<kind>`, to field key to multiplier of the field's weight; who has both weighs by both. */
export type Multipliers = Record<string, Record<string, number>>;

/** A field that counts, with the kinds of customer it counts for. */
export interface ScoredField {
  field: FieldDefinition;
  kinds: readonly string[];
}

const kept = new Set(['number', 'kind', 'ownerId', 'createdAt', 'updatedAt']);

/** The fields of a card a person can fill in: neither hidden nor kept by the system, with a weight. */
export const scoredFields = ofDictionary((dictionary): ScoredField[] => {
  return dictionary.fields.flatMap((field) => {
    if (field.object !== 'customer' || field.hidden || field.readOnly || kept.has(field.key)) return [];
    if (field.type === 'score' || field.weight <= 0) return [];
    const kinds = customerKinds.filter((kind) => field.kinds?.includes(kind) ?? true);
    return [{ field, kinds }];
  });
});

/** Whether a value counts: there, and for contact points at least one valid. */
export function isFilled(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return false;
  if (Array.isArray(value)) return value.some(isFilled);
  return !(typeof value === 'object' && (value as { valid?: boolean }).valid === false);
}

export function weightOf(item: ScoredField, kind: string, grade: unknown, multipliers: Multipliers): number {
  const by = (group: unknown) => (typeof group === 'string' ? multipliers[group]?.[item.field.key] : undefined) ?? 1;
  return item.field.weight * by(kindGroup(kind)) * by(grade);
}

/** 100 × weights filled ÷ weights that apply to the customer's kind; null where nothing applies. */
export function scoreOf(
  fields: ScoredField[],
  kind: string,
  values: FieldValues,
  multipliers: Multipliers,
): number | null {
  let total = 0;
  let filled = 0;
  for (const item of fields) {
    if (!item.kinds.includes(kind)) continue;
    const weight = weightOf(item, kind, values.grade, multipliers);
    total += weight;
    if (isFilled(values[item.field.key])) filled += weight;
  }
  return total > 0 ? Math.round((100 * filled) / total) : null;
}

const texts: FieldType[] = ['text', 'longtext', 'email', 'url', 'choice', 'country', 'region'];
const points: FieldType[] = ['phone', 'phones', 'emails', 'urls', 'addresses'];
const lists: FieldType[] = ['multichoice', 'texts'];
const valid = sql.lit('$[*] ? (!(@.valid == false))');

/** `isFilled` in SQL over the row `customer`. */
export function filledSql(field: FieldDefinition): RawBuilder<boolean> {
  if (!field.builtin) return sql`coalesce(jsonb_path_exists(customer.custom->${sql.lit(field.key)}, ${valid}), false)`;
  const column = sql.ref(`customer.${columnOf(field.key)}`);
  if (points.includes(field.type)) return sql`coalesce(jsonb_path_exists(${column}, ${valid}), false)`;
  if (lists.includes(field.type)) return sql`coalesce(cardinality(${column}) > 0, false)`;
  if (texts.includes(field.type)) return sql`(${column} is not null and ${column} <> '')`;
  return sql`(${column} is not null)`;
}

const anyOf = (kinds: readonly string[]) => sql`customer.kind in (${sql.join(kinds.map((kind) => sql.lit(kind)))})`;

/** `scoreOf` in SQL over the row `customer`: the night's job works by sets. */
export function scoreSql(fields: ScoredField[], multipliers: Multipliers): RawBuilder<number | null> {
  const counted = fields.filter((item) => item.kinds.length > 0);
  if (counted.length === 0) return sql`null::numeric`;
  const weights = counted.map((item) => {
    const factor = (column: RawBuilder<unknown>, groups: [name: string, group: string][]) => {
      const cases = groups.flatMap(([name, group]) => {
        const by = multipliers[group]?.[item.field.key];
        return by === undefined ? [] : [sql`when ${sql.lit(name)} then ${sql.lit(by)}`];
      });
      return cases.length > 0 ? sql` * (case ${column} ${sql.join(cases, sql` `)} else 1 end)` : sql``;
    };
    const grades = Object.keys(multipliers).map((grade): [string, string] => [grade, grade]);
    const kinds = item.kinds.map((kind): [string, string] => [kind, kindGroup(kind)]);
    return sql`${sql.lit(item.field.weight)}::numeric${factor(sql`customer.kind`, kinds)}${factor(sql`customer.grade`, grades)}`;
  });
  const sum = (wanted: (item: ScoredField) => RawBuilder<unknown>) =>
    sql.join(
      counted.map((item, index) => sql`case when ${wanted(item)} then ${weights[index]} else 0 end`),
      sql` + `,
    );
  return sql`round(100 * (${sum((item) => sql`${anyOf(item.kinds)} and ${filledSql(item.field)}`)})
    / nullif(${sum((item) => anyOf(item.kinds))}, 0))`;
}

const wrong = (value: unknown) => typeof value === 'object' && (value as { valid?: boolean } | null)?.valid === false;

/** Phones, emails and sites of the card that cannot be right. */
export const invalidPoints = (fields: ScoredField[], values: FieldValues): number =>
  fields
    .filter((item) => points.includes(item.field.type))
    .reduce((sum, item) => sum + [values[item.field.key]].flat().filter(wrong).length, 0);

/** `invalidPoints` in SQL over the row `customer`. */
export function invalidPointsSql(fields: ScoredField[]): RawBuilder<number> {
  const counts = fields
    .filter((item) => points.includes(item.field.type))
    .map(({ field }) => {
      const value = field.builtin
        ? sql`${sql.ref(`customer.${columnOf(field.key)}`)}`
        : sql`(customer.custom->${sql.lit(field.key)})`;
      return sql`coalesce(jsonb_array_length(jsonb_path_query_array(${value}, '$[*] ? (@.valid == false)')), 0)`;
    });
  return counts.length > 0 ? sql`(${sql.join(counts, sql` + `)})::numeric` : sql`0::numeric`;
}
