import type { FieldDefinition, RecordObject, SectionDefinition } from '#shared/fields.ts';
import { useEndpoint } from '#ui/api.ts';
import { label } from '#ui/i18n.ts';
import { getDictionary } from '../contract.ts';

/** Everything that shows the dictionary is read anew after a change of it. */
export const dictionaryStale = ['/fields', '/customers', '/contacts', '/jobs'];

export interface ObjectDictionary {
  fields: FieldDefinition[];
  sections: SectionDefinition[];
  byKey: Map<string, FieldDefinition>;
  /** What hidden fields were called. */
  hidden: Map<string, FieldDefinition['label']>;
  /** What the field of a key is called, hidden since or not; the key where the reader is not shown it. */
  nameOf(key: string): string;
}

/** The readable fields and sections of one kind of record, in their order; undefined until loaded. */
export function useDictionary(object: RecordObject): ObjectDictionary | undefined {
  const { data } = useEndpoint(getDictionary, {}, { staleTime: 60_000 });
  if (!data) return undefined;
  const fields = data.fields
    .filter((field) => field.object === object && !field.hidden)
    .sort((a, b) => a.position - b.position);
  const sections = data.sections
    .filter((section) => section.object === object && !section.hidden)
    .sort((a, b) => a.position - b.position);
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const hidden = new Map(
    data.hiddenFields.filter((field) => field.object === object).map((field) => [field.key, field.label]),
  );
  const nameOf = (key: string) => {
    const called = byKey.get(key)?.label ?? hidden.get(key);
    return called ? label(called) : key;
  };
  return { fields, sections, byKey, hidden, nameOf };
}
