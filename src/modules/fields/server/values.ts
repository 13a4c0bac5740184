import { badRequest, type FieldError } from '#shared/errors.ts';
import type { FieldDefinition, FieldValues } from '#shared/fields.ts';
import { type CheckContext, checkValue } from '#shared/values/check.ts';
import { columnOf } from '../spec.ts';
import { sqlKindOf } from './columns.ts';

/** Values as they lie in a row: built-in fields in columns, the rest in `custom`. */
export interface RowValues {
  columns: Record<string, unknown>;
  custom: Record<string, unknown>;
}

export interface CheckOptions extends CheckContext {
  kind: string | null;
  /** Create: defaults are filled in and required fields must be there. */
  create: boolean;
}

/**
 * Checks input against the dictionary. Unknown, unreadable and read-only keys end in 400 naming them; wrong values are
 * collected, so that a form shows all of them at once.
 */
export function checkValues(
  fields: Map<string, FieldDefinition>,
  input: FieldValues,
  options: CheckOptions,
): { values: FieldValues; errors: FieldError[] } {
  const values: FieldValues = {};
  const errors: FieldError[] = [];
  for (const [key, raw] of Object.entries(input)) {
    const field = fields.get(key);
    if (!field) throw badRequest('field.unknown', { field: `values.${key}`, params: { field: key } });
    if (field.readOnly || field.type === 'score') {
      throw badRequest('field.readOnly', { field: `values.${key}`, params: { field: key } });
    }
    const checked = checkValue(field, raw, options);
    if (!checked.ok) errors.push({ field: `values.${key}`, code: checked.code, params: checked.params });
    else if (checked.value === null && field.required) errors.push({ field: `values.${key}`, code: 'input.required' });
    else if (checked.value !== null && !applies(field, options.kind)) {
      errors.push({ field: `values.${key}`, code: 'field.notForKind' });
    } else values[key] = checked.value;
  }
  if (options.create) {
    for (const field of fields.values()) {
      if (field.key in input || !applies(field, options.kind) || field.readOnly) continue;
      if (field.defaultValue !== null && field.defaultValue !== undefined) values[field.key] = field.defaultValue;
      else if (field.required) errors.push({ field: `values.${field.key}`, code: 'input.required' });
    }
  }
  return { values, errors };
}

export const applies = (field: FieldDefinition, kind: string | null): boolean =>
  !field.kinds || !kind || field.kinds.includes(kind as never);

/** Values to columns and `custom`, as they are. */
export function toColumns(fields: Map<string, FieldDefinition>, values: FieldValues): RowValues {
  const row: RowValues = { columns: {}, custom: {} };
  for (const [key, value] of Object.entries(values)) {
    const field = fields.get(key);
    if (!field) continue;
    if (field.builtin) row.columns[columnOf(key)] = value;
    else row.custom[key] = value;
  }
  return row;
}

/** The same for a parametrised statement; jsonb columns are stringified because the driver would send arrays as PostgreSQL arrays. */
export function toRow(fields: Map<string, FieldDefinition>, values: FieldValues): RowValues {
  const row = toColumns(fields, values);
  for (const [key, value] of Object.entries(values)) {
    const field = fields.get(key);
    if (field?.builtin && value !== null && isJsonColumn(field)) row.columns[columnOf(key)] = JSON.stringify(value);
  }
  return row;
}

const isJsonColumn = (field: FieldDefinition) => ['money', 'points', 'json'].includes(sqlKindOf(field));

/** Values of a stored row (`select *`), absent ones left out. */
export function fromRow(fields: Iterable<FieldDefinition>, row: Record<string, unknown>): FieldValues {
  const custom = (row.custom ?? {}) as FieldValues;
  const values: FieldValues = {};
  for (const field of fields) {
    const value = field.builtin ? row[columnOf(field.key)] : custom[field.key];
    if (value !== null && value !== undefined) values[field.key] = outward(value);
  }
  return values;
}

/** Values of a list row (`f_<key>` columns). */
export function fromListRow(fields: FieldDefinition[], row: Record<string, unknown>): FieldValues {
  const values: FieldValues = {};
  for (const field of fields) {
    const value = row[`f_${field.key}`];
    if (value !== null && value !== undefined) values[field.key] = outward(value);
  }
  return values;
}

const outward = (value: unknown) => (value instanceof Date ? value.toISOString() : value);

/** Stable text of a value: two values are the same if and only if these are. */
export function canonical(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return `{${entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}
