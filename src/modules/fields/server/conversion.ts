import { sql } from 'kysely';
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
import { viewField } from './dictionary.ts';

export interface Conversion {
  type: FieldType;
  options?: FieldOption[];
  rules?: FieldRules;
}

/** Tries every present value of a custom field in the new type. */
export async function previewConversion(context: Context, id: string, wanted: Conversion) {
  const row = await context.tx
    .selectFrom('field')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw notFound('field');
  const { total, failures } = await convertAll(context, viewField(row), wanted, false);
  return { total, convertible: total - failures.length, failures: failures.slice(0, 50) };
}

/** Reads every value of the field as one of the new type, and writes them when told. */
export async function convertAll(context: Context, field: FieldDefinition, wanted: Conversion, write: boolean) {
  if (field.builtin || !isConvertible(wanted.type) || !isConvertible(field.type))
    throw badRequest('field.cannotConvert', { field: 'type' });
  const target: FieldDefinition = {
    ...field,
    type: wanted.type,
    options: wanted.options ?? field.options,
    rules: wanted.rules ?? field.rules,
  };
  const failures: { recordId: string; value: string; code: string }[] = [];
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
      else failures.push({ recordId: id, value: plainText(value).slice(0, 100), code: checked.code });
    }
    if (write && converted.length > 0) {
      await sql`update ${sql.table(field.object)} r set custom = custom || jsonb_build_object(${field.key}::text, n.value)
        from jsonb_to_recordset(${JSON.stringify(converted)}::jsonb) as n(id uuid, value jsonb)
        where r.org_id = ${context.orgId} and r.id = n.id`.execute(context.tx);
    }
    const last = rows.rows.at(-1);
    if (!last || rows.rows.length < 2000) return { total, failures };
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
