import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { badRequest, notFound } from '#shared/errors.ts';
import {
  type FieldDefinition,
  type FieldOption,
  type FieldRules,
  type FieldType,
  isConvertible,
} from '#shared/fields.ts';
import { minorDigits } from '#shared/money.ts';
import { checkValue } from '#shared/values/check.ts';
import { checkSettings } from './designer-checks.ts';
import { viewField } from './dictionary.ts';

export interface Conversion {
  type: FieldType;
  options?: FieldOption[];
  rules?: FieldRules;
}

/** Failures that are told; the rest is counted. */
const mostTold = 50;

/** Tries every present value of a custom field in the new type. */
export async function previewConversion(context: Context, id: string, wanted: Conversion) {
  const row = await context.tx
    .selectFrom('field')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw notFound('field');
  const field = viewField(row);
  const { total, failures, defaultValue } = await convertAll(context, field, wanted, false);
  const told = failures.slice(0, mostTold);
  const names = await namesOf(context, field, told);
  return {
    total,
    convertible: total - failures.length,
    failures: told.map((failure) => ({ ...failure, ...names.get(failure.recordId) })),
    defaultLost: field.defaultValue !== null && defaultValue === null,
  };
}

/** Whose the values are, as far as the caller may see them: names, and the customer whose page shows them. */
async function namesOf(context: Context, { object }: FieldDefinition, failures: { recordId: string }[]) {
  const ids = failures.map((failure) => failure.recordId);
  const customerId = object === 'customer' ? sql`r.id` : sql`r.customer_id`;
  const { rows } = await sql<{ id: string; name: string; customerId: string }>`
    select r.id, r.name, c.id as "customerId" from ${sql.table(object)} r
      join customer c on c.org_id = r.org_id and c.id = ${customerId}
    where r.org_id = ${context.orgId} and r.id = any(${ids}::uuid[]) and c.state = 'active'
      and ${visible(context.actor, 'customer:read', 'c')}`.execute(context.tx);
  return new Map(rows.map(({ id, name, customerId }) => [id, { name, customerId }] as const));
}

/** Reads every value of the field, and its default, as one of the new type, and writes the values when told. */
export async function convertAll(context: Context, field: FieldDefinition, wanted: Conversion, write: boolean) {
  if (field.builtin || !isConvertible(wanted.type) || !isConvertible(field.type))
    throw badRequest('field.cannotConvert', { field: 'type' });
  const { type, options = field.options, rules = field.rules } = wanted;
  const target: FieldDefinition = { ...field, type, options, rules };
  await checkSettings(context, target, { options, rules, unique: field.unique });
  const failures: { recordId: string; value: string; code: string; params?: Record<string, string | number> }[] = [];
  const reading = await checkContextOf(context);
  let total = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const rows = await sql<{
      id: string;
      value: unknown;
    }>`select id, custom->${sql.lit(field.key)} as value from ${sql.table(field.object)}
      where org_id = ${context.orgId} and id > ${after}::uuid and jsonb_exists(custom, ${field.key}) order by id limit 2000`.execute(
      context.tx,
    );
    const converted: { id: string; value: unknown }[] = [];
    for (const { id, value } of rows.rows) {
      if (value === null) continue;
      total += 1;
      const checked = checkValue(target, plain(value), reading);
      if (checked.ok) converted.push({ id, value: checked.value });
      else {
        const { code, params } = checked;
        failures.push({ recordId: id, value: plainText(plain(value)).slice(0, 100), code, params });
      }
    }
    if (write && converted.length > 0) {
      await sql`update ${sql.table(field.object)} r set custom = custom || jsonb_build_object(${field.key}::text, n.value)
        from jsonb_to_recordset(${JSON.stringify(converted)}::jsonb) as n(id uuid, value jsonb)
        where r.org_id = ${context.orgId} and r.id = n.id`.execute(context.tx);
    }
    const last = rows.rows.at(-1);
    if (!last || rows.rows.length < 2000) {
      const whole = checkValue(target, plain(field.defaultValue), reading);
      return { total, failures, defaultValue: whole.ok ? whole.value : null };
    }
    after = last.id;
  }
}

/** A value as a person would have typed it, so that the new type can read it. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainText).join('; ');
  if (typeof value === 'object' && value !== null) return plainText(value);
  return typeof value === 'boolean' ? String(value) : value;
}
function plainText(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const {
      value: inner,
      text,
      amount,
      currency,
    } = value as { value?: unknown; text?: unknown; amount?: string; currency?: string };
    if (amount && currency) return `${currency} ${Number(amount) / 10 ** minorDigits(currency)}`;
    return String(inner ?? text ?? JSON.stringify(value));
  }
  return String(value);
}
