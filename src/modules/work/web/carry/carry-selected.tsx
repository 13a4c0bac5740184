import { MobileOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListSelection } from '#ui/module.ts';
import { carryMost } from '../../carry-contract.ts';
import TakeDialog from './take-dialog.tsx';

/** Takes the customers selected in the list along; with none selected there is nothing to take. */
export default function CarrySelected({ selection }: { selection: ListSelection }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const ids = selection.query.ids ?? [];
  if (ids.length === 0 || ids.length > carryMost || selection.query.state !== 'active') return null;
  return (
    <>
      <Button icon={<MobileOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t('work.carry.take')}
      </Button>
      {open ? <TakeDialog customerIds={ids} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
