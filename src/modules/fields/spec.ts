import type { CustomerKind, FieldOption, FieldRules, FieldType, RecordObject, Sensitivity } from '#shared/fields.ts';

/** A built-in field as the owning module declares it; stored per company, so that labels and rules can be changed there. */
export interface FieldSpec {
  key: string;
  type: FieldType;
  section: string;
  zh: string;
  en: string;
  kinds?: CustomerKind[];
  rules?: FieldRules;
  options?: FieldOption[];
  sensitivity?: Sensitivity;
  personal?: 'personal' | 'sensitive';
  purpose?: string;
  required?: boolean;
  unique?: boolean;
  tracked?: boolean;
  searchable?: boolean;
  filterable?: boolean;
  readOnly?: boolean;
  weight?: number;
  helpZh?: string;
  helpEn?: string;
  defaultValue?: unknown;
}

export interface SectionSpec {
  key: string;
  zh: string;
  en: string;
  kinds?: CustomerKind[];
}

/** The built-in part of the dictionary of one kind of record. Columns are the snake case of the keys. */
export interface ObjectSpec {
  object: RecordObject;
  table: 'customer' | 'contact';
  sections: SectionSpec[];
  fields: FieldSpec[];
}

/** `nameEn` → `name_en`. */
export const columnOf = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Options from `key zh en` triples. */
export function optionsFrom(rows: [key: string, zh: string, en: string, color?: string][]): FieldOption[] {
  return rows.map(([key, zh, en, color]) => ({ key, zh, en, ...(color ? { color } : {}) }));
}

type FieldRow = [
  key: string,
  type: FieldType,
  zh: string,
  en: string,
  more?: Omit<FieldSpec, 'key' | 'type' | 'section' | 'zh' | 'en'>,
];

/** The fields of one section, a row each. */
export function fieldsOf(section: string, rows: FieldRow[]): FieldSpec[] {
  return rows.map(([key, type, zh, en, more]) => ({ key, type, section, zh, en, ...more }));
}
