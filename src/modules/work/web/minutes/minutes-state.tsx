import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { MinutesView } from '../../minutes-contract.ts';

const colors: Record<MinutesView['state'], string | undefined> = {
  draft: 'default',
  review: 'warning',
  returned: 'warning',
  approved: 'processing',
  sent: 'processing',
  commented: 'warning',
  confirmed: 'success',
  waived: 'default',
};

/** Where minutes stand, and whether they are late. */
export function MinutesState({ minutes }: { minutes: MinutesView }) {
  const { t } = useTranslation();
  return (
    <span className="nowrap">
      {minutes.overdue ? <Tag color="error">{t('work.task.overdue')}</Tag> : null}
      <Tag color={colors[minutes.state]}>{t(`work.minutes.states.${minutes.state}`)}</Tag>
    </span>
  );
}
