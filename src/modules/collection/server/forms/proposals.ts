import { canonical } from '#modules/fields/index.ts';
import type { FieldDefinition, TextPointValue } from '#shared/fields.ts';

const lists = ['phones', 'emails', 'urls', 'addresses', 'texts', 'multichoice'];
const identity = (item: unknown): string =>
  typeof item === 'object' && item !== null
    ? String((item as TextPointValue).value ?? (item as { text?: string }).text ?? '')
    : String(item);

/**
 * The value a record has when an answer is accepted. Who could not see the present list adds to it; only who was shown it has
 * said that what is missing is gone.
 */
export function acceptedValue(field: FieldDefinition, present: unknown, answer: unknown, shown: boolean): unknown {
  if (shown || !lists.includes(field.type) || !Array.isArray(present) || !Array.isArray(answer)) return answer;
  const known = new Set(present.map(identity));
  return [...present, ...answer.filter((item) => !known.has(identity(item)))];
}

/** Whether accepting the answer would change the record. */
export const differs = (field: FieldDefinition, present: unknown, answer: unknown, shown: boolean): boolean =>
  canonical(acceptedValue(field, present, answer, shown)) !== canonical(present);

/** Whether the answer says all that the record has and nothing else, however it is written. */
export const agrees = (field: FieldDefinition, present: unknown, answer: unknown): boolean =>
  !differs(field, present, answer, false) && !differs(field, answer, present, false);
