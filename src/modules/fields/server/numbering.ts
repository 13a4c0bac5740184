import { sql } from 'kysely';
import { z } from 'zod';
import type { Context } from '#platform/context.ts';

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
  const [year = '', month = ''] = dayInChina(context.now()).split('-');
  const period = rule.reset === 'year' ? `:${year}` : rule.reset === 'month' ? `:${year}-${month}` : '';
  const result = await sql<{ value: number }>`
    insert into counter (org_id, key, value) values (${context.orgId}, ${key + period}, ${count})
    on conflict (org_id, key) do update set value = counter.value + ${count} returning value`.execute(context.tx);
  const last = result.rows[0]?.value ?? count;
  return Array.from({ length: count }, (_, index) => format(rule.pattern, last - count + 1 + index, year, month));
}

function format(pattern: string, sequence: number, year: string, month: string): string {
  return pattern
    .replace('{YYYY}', year)
    .replace('{YY}', year.slice(2))
    .replace('{MM}', month)
    .replace(/\{SEQ:(\d)\}/, (_, digits: string) => String(sequence).padStart(Number(digits), '0'));
}

const dayInChina = (now: Date) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(now);

/** What the first number of the rule looks like today. */
export function exampleNumber(rule: NumberingRule, now: Date): string {
  const [year = '', month = ''] = dayInChina(now).split('-');
  return format(rule.pattern, 1, year, month);
}
