import { useTranslation } from 'react-i18next';

/** Which material an entry of the timeline is about, and to whom it went. */
export default function MaterialTimelineEntry({
  entry,
}: {
  entry: { kind: string; subjectId: string; data: Record<string, unknown> | null };
}) {
  const { t } = useTranslation();
  const { title, edition, to, channel } = entry.data ?? {};
  const what = [
    title ? `《${title}》` : '',
    edition ? t('materials.edition', { n: Number(edition) }) : '',
    to ? `→ ${to}` : '',
  ];
  const parts = [
    what.filter((part) => part !== '').join(' '),
    typeof channel === 'string' ? t(`materials.send.by.${channel}`) : '',
  ].filter((part) => part !== '');
  return <div className="note-text">{parts.join(' · ')}</div>;
}
