import type { FlowStep, SnapshotField, StepCondition } from '../flow-shapes.ts';

/**
 * Whether a step is asked for this snapshot. A field the snapshot lacks counts as fulfilled:
 * a missing amount must not spare the signature that large amounts need.
 */
export const isAsked = (step: FlowStep, snapshot: Record<string, unknown>): boolean =>
  step.conditions.every((condition) => holdsFor(condition, snapshot[condition.field]));

function holdsFor({ op, value }: StepCondition, actual: unknown): boolean {
  if (actual === null || actual === undefined) return true;
  if (op === 'contains') return String(actual).toLowerCase().includes(String(value).toLowerCase());
  if (op === 'eq') return String(actual) === String(value);
  if (op === 'ne') return String(actual) !== String(value);
  const order = compare(actual, value);
  if (order === undefined) return true;
  return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[op];
}

function compare(a: unknown, b: unknown): number | undefined {
  if (typeof b === 'number') {
    const number = typeof a === 'number' ? a : Number(a);
    return Number.isNaN(number) ? undefined : number - b;
  }
  // Days are text of fixed form: their order is that of the text.
  return typeof a === 'string' && typeof b === 'string' ? (a < b ? -1 : a > b ? 1 : 0) : undefined;
}

/** Whether the value fits the field's type, as the designer must send it. */
export function valueFits(field: SnapshotField, value: unknown): boolean {
  if (field.type === 'number') return typeof value === 'number' && Number.isFinite(value);
  if (field.type === 'boolean') return typeof value === 'boolean';
  if (typeof value !== 'string' || value === '') return false;
  if (field.type === 'date') return /^\d{4}-\d{2}-\d{2}$/.test(value);
  return field.type === 'text' || (field.options?.some((option) => option.value === value) ?? true);
}
