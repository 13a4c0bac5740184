import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { MaterialState as State } from '../contract.ts';

const colors: Record<State, string | undefined> = {
  current: 'success',
  empty: undefined,
  expired: 'warning',
  withdrawn: 'error',
};

export function MaterialState({ state }: { state: State }) {
  const { t } = useTranslation();
  return <Tag color={colors[state]}>{t(`materials.states.${state}`)}</Tag>;
}
