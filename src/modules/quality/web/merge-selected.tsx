import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ListSelection } from '#ui/module.ts';

/** Puts the customers selected in the list side by side. */
export default function MergeSelected({ selection }: { selection: ListSelection }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { ids = [], state } = selection.query;
  if (ids.length < 2 || ids.length > 10 || state !== 'active') return null;
  const open = () => void navigate({ to: '/duplicates/merge', search: { ids: ids.join(',') } });
  return <Button onClick={open}>{t('quality.duplicates.merge')}</Button>;
}
