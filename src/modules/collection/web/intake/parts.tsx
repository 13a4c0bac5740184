import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { IntakeRowView } from '../../intake-contract.ts';

const colors = { draft: 'default', submitted: 'blue', returned: 'warning', approved: 'success', refused: 'error' };

export function IntakeState({ intake }: { intake: Pick<IntakeRowView, 'state'> }) {
  const { t } = useTranslation();
  return <Tag color={colors[intake.state]}>{t(`collection.intake.states.${intake.state}`)}</Tag>;
}

/** By how many working days it is late; nothing while it is in time. */
export function Lateness({ intake }: { intake: Pick<IntakeRowView, 'daysLate'> }) {
  const { t } = useTranslation();
  if (intake.daysLate === 0) return null;
  return <Tag color="error">{t('collection.intake.daysLate', { n: intake.daysLate })}</Tag>;
}
