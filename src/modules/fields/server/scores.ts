import type { FieldDefinition, FieldValues } from '#shared/fields.ts';

/** Adds the computed scores: Σ weight × value (numbers, booleans as 0/1) or × filled (0/1). */
export function withScores(fields: Iterable<FieldDefinition>, values: FieldValues): FieldValues {
  const result = { ...values };
  for (const field of fields) {
    if (field.type !== 'score' || field.hidden) continue;
    let total = 0;
    for (const term of field.rules.score ?? []) {
      const value = values[term.field];
      const filled = value !== null && value !== undefined && value !== '';
      if (term.count === 'filled') total += filled ? term.weight : 0;
      else if (typeof value === 'number') total += term.weight * value;
      else if (value === true) total += term.weight;
    }
    result[field.key] = Math.round(total * 1e6) / 1e6;
  }
  return result;
}
