import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { Cell } from '#platform/sheets/cells.ts';
import { bad, type Checked } from '#shared/checked.ts';
import { badRequest, notFound } from '#shared/errors.ts';
import {
  type FieldDefinition,
  type FieldOption,
  type FieldRules,
  type FieldType,
  isConvertible,
  type MoneyValue,
} from '#shared/fields.ts';
import { minorDigits } from '#shared/money.ts';
import { checkValue } from '#shared/values/check.ts';
import { cellText } from '#shared/values/text.ts';
import { checkSettings } from './designer-checks.ts';
import { viewField } from './dictionary.ts';
import { isLinked, linkLabels, readLinks } from './links.ts';

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
  const convert = await converter(context, field, target);
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
    const present = rows.rows.filter(({ value }) => value !== null);
    total += present.length;
    const read = await convert(present.map(({ value }) => value));
    for (const [index, { id }] of present.entries()) {
      const { text, checked } = read[index] ?? { text: '', checked: bad('input.type') };
      if (checked.ok) converted.push({ id, value: checked.value });
      else failures.push({ recordId: id, value: text.slice(0, 100), code: checked.code, params: checked.params });
    }
    if (write && converted.length > 0) {
      await sql`update ${sql.table(field.object)} r set custom = custom || jsonb_build_object(${field.key}::text, n.value)
        from jsonb_to_recordset(${JSON.stringify(converted)}::jsonb) as n(id uuid, value jsonb)
        where r.org_id = ${context.orgId} and r.id = n.id`.execute(context.tx);
    }
    const last = rows.rows.at(-1);
    if (!last || rows.rows.length < 2000) {
      const whole = field.defaultValue === null ? undefined : (await convert([field.defaultValue]))[0]?.checked;
      return { total, failures, defaultValue: whole?.ok ? whole.value : null };
    }
    after = last.id;
  }
}

const isChoice = (type: FieldType) => type === 'choice' || type === 'multichoice';

/** Reads values of the field as a person reads them, so that the new type takes them as if they were typed again. */
async function converter(context: Context, field: FieldDefinition, target: FieldDefinition) {
  const reading = await checkContextOf(context);
  const { currency, timeZone } = reading;
  const written = (value: unknown, labels: Record<string, string>): Cell => {
    // An option stays itself, whatever it is called now.
    if (isChoice(field.type) && isChoice(target.type)) return [value].flat().join('; ');
    const money = value as MoneyValue;
    if (field.type === 'money' && target.type === 'number' && money.currency === currency)
      return Number(money.amount) / 10 ** minorDigits(currency);
    return cellText(field, value, context.lang, labels, timeZone);
  };
  return async (values: unknown[]): Promise<{ text: string; checked: Checked<unknown> }[]> => {
    const labels = await linkLabels(
      context,
      [field],
      values.map((value) => ({ [field.key]: value })),
    );
    const texts = values.map((value) => written(value, labels));
    const links = isLinked(target.type) ? await readLinks(context, target.type, texts.map(String)) : undefined;
    return texts.map((text) => ({
      text: String(text ?? ''),
      checked: links?.get(String(text)) ?? checkValue(target, text, reading),
    }));
  };
}
