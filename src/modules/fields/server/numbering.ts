import { sql } from 'kysely';
import { z } from 'zod';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { prepared } from '#platform/db/database.ts';

/** Rule of a number people read: text, `{YYYY}` `{YY}` `{MM}` and one `{SEQ:n}` padded to n digits. */
export const numberingRule = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .max(60)
    .regex(/^(?:[\p{L}\p{N}\-_/·.]|\{YYYY\}|\{YY\}|\{MM\}|\{SEQ:[1-9]\})+$/u, 'numbering.pattern')
    .refine((text) => text.match(/\{SEQ:[1-9]\}/g)?.length === 1, 'numbering.oneSequence'),
  /** When the sequence starts again; the pattern must then hold that period, else numbers would repeat. */
  reset: z.enum(['never', 'year', 'month']),
});
export type NumberingRule = z.infer<typeof numberingRule>;

export const defaultNumbering: NumberingRule = { pattern: 'KD{YYYY}{SEQ:6}', reset: 'year' };

/** The company's rule for one kind of number, from its settings. */
export async function numberingOf(context: Context, key: string): Promise<NumberingRule> {
  const row = await context.tx
    .selectFrom('org')
    .select('settings')
    .where('org_id', '=', context.orgId)
    .modifyEnd(prepared)
    .executeTakeFirst();
  const settings = (row?.settings ?? {}) as { numbering?: Record<string, unknown> };
  const parsed = numberingRule.safeParse(settings.numbering?.[key]);
  return parsed.success ? parsed.data : defaultNumbering;
}

/**
 * Takes `count` consecutive numbers. The counter's row lock orders concurrent takers and is held until the transaction
 * ends, so a rolled-back create leaves no gap and no number is ever given twice. Call it late in a transaction.
 */
export async function takeNumbers(context: Context, key: string, count: number): Promise<string[]> {
  const rule = await numberingOf(context, key);
  const [year = '', month = ''] = (await companyToday(context)).split('-');
  const period = rule.reset === 'year' ? `:${year}` : rule.reset === 'month' ? `:${year}-${month}` : '';
  const result = await sql<{ value: number; fresh: boolean }>`
    insert into counter (org_id, key, value) values (${context.orgId}, ${key + period}, ${count})
    on conflict (org_id, key) do update set value = counter.value + ${count} returning value, xmax = 0 as fresh ${prepared}`.execute(
    context.tx,
  );
  const begun = result.rows[0];
  // A sequence that begins may meet numbers of an earlier rule: it begins behind them.
  if (begun?.fresh && key === 'customer')
    begun.value = await beginBehind(context, key + period, rule, count, year, month);
  const last = begun?.value ?? count;
  return Array.from({ length: count }, (_, index) => format(rule.pattern, last - count + 1 + index, year, month));
}

/**
 * Raises a counter just begun above every number its rule could repeat: those there are, and those given and gone. Only
 * numbers with the rule's beginning are read, of a new year or month none; all only where the sequence is written first.
 */
async function beginBehind(
  context: Context,
  counter: string,
  rule: NumberingRule,
  count: number,
  year: string,
  month: string,
): Promise<number> {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const dated = (text: string) => text.replace('{YYYY}', year).replace('{YY}', year.slice(2)).replace('{MM}', month);
  const [before = '', after = ''] = rule.pattern.split(/\{SEQ:\d\}/);
  const shapeOf = (part: string) =>
    part
      .split(/(\{YYYY\}|\{YY\}|\{MM\})/)
      .map((piece) =>
        rule.reset === 'never' && piece.startsWith('{') ? `\\d{${piece.length - 2}}` : literal(dated(piece)),
      )
      .join('');
  const shape = `^${shapeOf(before)}(\\d{1,15})${shapeOf(after)}$`;
  // A sequence that never begins again runs through the years: its numbers share only what stands before the date.
  const from = rule.reset === 'never' ? (before.split('{')[0] ?? '') : dated(before);
  // What follows the beginning is a digit; the colon is the sign behind 9.
  const within = sql`number >= ${from} and number < ${`${from}:`} and number ~ ${shape}`;
  const result = await sql<{ value: number }>`
    update counter set value = ${count} + coalesce((select max(substring(n.number from ${shape})::bigint) from (
        select number from customer where org_id = ${context.orgId} and ${within}
        union all
        select number from retired_number where org_id = ${context.orgId} and key = 'customer' and ${within}) n), 0)
    where org_id = ${context.orgId} and key = ${counter} returning value`.execute(context.tx);
  return result.rows[0]?.value ?? count;
}

/** Numbers whose records are gone stay taken. */
export async function retireNumbers(context: Context, key: string, numbers: readonly string[]): Promise<void> {
  await sql`insert into retired_number (org_id, key, number)
    select ${context.orgId}, ${key}, unnest(${numbers}::text[]) on conflict do nothing`.execute(context.tx);
}

/** After a change of the rule every sequence begins anew, behind the numbers there are. */
export async function restartNumbers(context: Context, key: string): Promise<void> {
  await sql`delete from counter where org_id = ${context.orgId} and (key = ${key} or starts_with(key, ${`${key}:`}))`.execute(
    context.tx,
  );
}

function format(pattern: string, sequence: number, year: string, month: string): string {
  return pattern
    .replace('{YYYY}', year)
    .replace('{YY}', year.slice(2))
    .replace('{MM}', month)
    .replace(/\{SEQ:(\d)\}/, (_, digits: string) => String(sequence).padStart(Number(digits), '0'));
}

/** What the first number of the rule looks like today. */
export function exampleNumber(rule: NumberingRule, day: string): string {
  const [year = '', month = ''] = day.split('-');
  return format(rule.pattern, 1, year, month);
}
