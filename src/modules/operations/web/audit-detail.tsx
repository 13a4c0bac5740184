import { useTranslation } from 'react-i18next';
import { formatNumber, listed } from '#ui/format.ts';

const known = [
  ...['part', 'q', 'purpose', 'reason', 'field', 'fields', 'count', 'rows', 'nodes', 'birthdays'],
  ...['format', 'number', 'edition', 'device', 'log', 'what', 'from', 'to'],
];

/** What an access record says, in words; the record as it was written stands behind a fold. */
export function AuditDetail({ detail, nameOf }: { detail: Record<string, unknown>; nameOf(field: string): string }) {
  const { t } = useTranslation();
  const textOf = (key: string, value: unknown): string => {
    if (typeof value === 'number') return formatNumber(value);
    if (key === 'part') return t(`operations.audit.parts.${value}`, { defaultValue: String(value) });
    if (key === 'log') return t(`operations.audit.logs.${value}`, { defaultValue: String(value) });
    if (key === 'what') return t(`operations.audit.actions.${value}`, { defaultValue: String(value) });
    if (key === 'field') return nameOf(String(value));
    return Array.isArray(value) ? listed(value.map((item) => nameOf(String(item)))) : String(value);
  };
  const shown = known.filter((key) => {
    const value = detail[key];
    return value !== null && value !== undefined && value !== '' && (typeof value !== 'object' || Array.isArray(value));
  });
  return (
    <>
      {shown.map((key) => (
        <span key={key} className="audit-fact">
          <span className="muted">{t(`operations.audit.details.${key}`)}</span> {textOf(key, detail[key])}{' '}
        </span>
      ))}
      <details>
        <summary className="muted small">{t('operations.audit.technical')}</summary>
        <code>{JSON.stringify(detail)}</code>
      </details>
    </>
  );
}
