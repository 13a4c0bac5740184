import { useDictionary } from '#modules/fields/web/index.tsx';
import { label } from '#ui/i18n.ts';

/** Which field an item was put into; what it says stays with those who may read it. */
export default function IntelligenceTimelineEntry({ entry }: { entry: { data: Record<string, unknown> | null } }) {
  const { field, contactId } = entry.data ?? {};
  const known = useDictionary(contactId ? 'contact' : 'customer')?.byKey.get(String(field ?? ''));
  return known ? <div>{label(known.label)}</div> : null;
}
