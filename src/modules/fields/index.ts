export type { FieldSpec, ObjectSpec, SectionSpec } from './spec.ts';
export { columnOf, optionsFrom } from './spec.ts';
