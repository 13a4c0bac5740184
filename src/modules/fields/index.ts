export type { FieldSpec, ObjectSpec, SectionSpec } from './spec.ts';
export { columnOf, fieldsOf, optionsFrom } from './spec.ts';
