import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { VisitState as State } from '../../visit-contract.ts';

const colors: Partial<Record<State, string>> = {
  pending: 'warning',
  returned: 'warning',
  refused: 'error',
  approved: 'blue',
  departed: 'processing',
  arrived: 'processing',
  left: 'processing',
  done: 'success',
};

/** Where a visit stands. */
export function VisitState({ state }: { state: State }) {
  const { t } = useTranslation();
  return <Tag color={colors[state]}>{t(`work.visit.states.${state}`)}</Tag>;
}
