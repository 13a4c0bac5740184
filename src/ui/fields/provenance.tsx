import { CheckCircleFilled, QuestionCircleOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Provenance } from '#shared/fields.ts';
import { clauses, formatTime } from '#ui/format.ts';

/** Where a value came from and whether somebody verified it, as a small mark with the details on focus or hover. */
export function ProvenanceMark({ provenance }: { provenance: Provenance }) {
  const { t } = useTranslation();
  const verified = provenance.verifiedAt !== null;
  const source = `${t(`ui.source.${provenance.source}`)} · ${formatTime(provenance.at)}${provenance.by ? ` · ${provenance.by}` : ''}`;
  const state = verified
    ? `${t('ui.verified')} · ${formatTime(provenance.verifiedAt)}${provenance.verifiedBy ? ` · ${provenance.verifiedBy}` : ''}`
    : t('ui.unverified');
  const again = provenance.confirmedAt ? [t('ui.confirmedAgain', { time: formatTime(provenance.confirmedAt) })] : [];
  const text = clauses([state, ...again, source, ...(provenance.note ? [provenance.note] : [])]);
  return (
    <Tooltip title={text} trigger={['hover', 'focus']}>
      <button type="button" className={verified ? 'mark verified' : 'mark'} aria-label={text}>
        {verified ? <CheckCircleFilled aria-hidden /> : <QuestionCircleOutlined aria-hidden />}
        <span>{t(`ui.source.${provenance.source}`)}</span>
      </button>
    </Tooltip>
  );
}
