import { useTranslation } from 'react-i18next';

/** What a timeline entry about an activity, task or comment says beside its heading. */
export default function WorkTimelineEntry({
  entry,
}: {
  entry: { kind: string; subjectId: string; data: Record<string, unknown> | null };
}) {
  const { t } = useTranslation();
  const { type, subject, title, outcome, dueOn, by, to, reason, text } = (entry.data ?? {}) as Record<
    string,
    string | null
  >;
  const parts = [
    type ? t(`work.type.${type}`) : '',
    subject ?? title ?? text ?? '',
    outcome ? t(`work.outcome.${outcome}`) : '',
    dueOn ?? '',
    by ?? to ?? '',
    reason ?? '',
    text && text !== (subject ?? title ?? text) ? text : '',
  ].filter((part) => part !== '');
  return <div className="note-text">{parts.join(' · ')}</div>;
}
