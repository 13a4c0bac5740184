import { useTranslation } from 'react-i18next';

/** The result of a revision in the timeline. */
export default function RevisionEntry({ entry }: { entry: { data: Record<string, unknown> | null } }) {
  const { t } = useTranslation();
  const { result, from, to } = entry.data ?? {};
  if (typeof to === 'string') return <div>{t('quality.revision.proposed', { from: String(from ?? '—'), to })}</div>;
  return typeof result === 'string' ? <div>{t(`quality.revision.results.${result}`)}</div> : null;
}
