import { useTranslation } from 'react-i18next';
import { label } from '#ui/i18n.ts';

interface EntryProps {
  entry: { kind: string; subjectId: string; data: Record<string, unknown> | null };
}

/** Whose post changed. */
export default function PersonEntry({ entry }: EntryProps) {
  const { t } = useTranslation();
  const superior = entry.data?.reportsTo;
  return (
    <div>
      {String(entry.data?.name ?? '')}
      {typeof superior === 'string' ? ` → ${t('relations.ties.reportsTo')}: ${superior}` : ''}
    </div>
  );
}

/** Which kind of relation changed; the other end is told by the list of relations to who may see it. */
export function RelationEntry({ entry }: EntryProps) {
  const type = entry.data?.type as { zh: string; en: string } | undefined;
  return type ? <div>{label(type)}</div> : null;
}
