import type { Leaf } from '#shared/conditions.ts';
import { badRequest } from '#shared/errors.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { isId } from '#shared/ids.ts';

/** One operand of a condition, checked against its field's type and given as text for a typed parameter. */
export function conditionValue(field: FieldDefinition, value: unknown, leaf: Leaf): string {
  const text = operandText(field, value);
  if (text === undefined || text.includes('\0')) throw unfit(leaf, reasonOf(field));
  return text;
}

/** The refusal of a leaf's value; the compiler adds the place. */
export const unfit = (leaf: Leaf, code: string) =>
  badRequest(code, { field: leaf.field, params: { field: leaf.field } });

/** What the value should have been. */
function reasonOf(field: FieldDefinition): string {
  switch (field.type) {
    case 'number':
    case 'score':
      return 'condition.notNumber';
    case 'money':
      return 'condition.notMoney';
    case 'boolean':
      return 'condition.notBoolean';
    case 'date':
    case 'datetime':
      return 'condition.notDay';
    case 'user':
    case 'customer':
    case 'contact':
      return 'condition.notId';
    default:
      return 'condition.notText';
  }
}

function operandText(field: FieldDefinition, value: unknown): string | undefined {
  switch (field.type) {
    case 'number':
    case 'score': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? String(number) : undefined;
    }
    case 'money': {
      const amount = (value as { amount?: unknown } | null)?.amount;
      return typeof amount === 'string' && /^-?\d{1,18}$/.test(amount) ? amount : undefined;
    }
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'date':
    case 'datetime':
      return typeof value === 'string' && isDay(value.slice(0, 10)) ? value.slice(0, 10) : undefined;
    case 'user':
    case 'customer':
    case 'contact':
      return typeof value === 'string' && isId(value) ? value : undefined;
    default:
      return typeof value === 'string' && value.length > 0 && value.length <= 1000 ? value : undefined;
  }
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** `{ count: 30, unit: 'day' }` as a PostgreSQL interval. */
export function relativeInterval(leaf: Leaf): string {
  const { count, unit } = (leaf.value ?? {}) as { count?: unknown; unit?: unknown };
  const fits = typeof count === 'number' && Number.isInteger(count) && count > 0 && count <= 10_000;
  if (!fits || !['day', 'week', 'month', 'year'].includes(String(unit))) {
    throw unfit(leaf, 'condition.notPeriod');
  }
  return `${count} ${unit}s`;
}
