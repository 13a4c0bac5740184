import type { FieldDefinition } from './fields.ts';

type Chosen = Pick<FieldDefinition, 'builtin' | 'filterable' | 'tracked' | 'personal' | 'sensitivity'>;

/** Kinds of field the governance page counts and the designer lists: one test for both, so that figure and list agree. */
export const fieldChoices = {
  all: () => true,
  custom: (field: Chosen) => !field.builtin,
  filterable: (field: Chosen) => field.filterable,
  tracked: (field: Chosen) => field.tracked,
  personal: (field: Chosen) => field.personal !== 'none',
  sensitive: (field: Chosen) => field.sensitivity === 'confidential' || field.sensitivity === 'secret',
} as const;
export type FieldChoice = keyof typeof fieldChoices;
export const isFieldChoice = (value: unknown): value is FieldChoice =>
  typeof value === 'string' && Object.hasOwn(fieldChoices, value);
