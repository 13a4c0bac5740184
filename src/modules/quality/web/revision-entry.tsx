import { useTranslation } from 'react-i18next';

/** The result of a revision in the timeline. */
export default function RevisionEntry({ entry }: { entry: { data: Record<string, unknown> | null } }) {
  const { t } = useTranslation();
  const result = entry.data?.result;
  return typeof result === 'string' ? <div>{t(`quality.revision.results.${result}`)}</div> : null;
}
