import { SendOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListSelection } from '#ui/module.ts';
import { SendMany } from './send-many.tsx';

/** Button of the customer list: personal links for the ticked customers, or for all a narrowed list shows. */
export default function SendToSelected({ selection }: { selection: ListSelection }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { state, ids, filter, q } = selection.query;
  // Never to everybody by a slip: some must be ticked, or the list narrowed.
  if (state !== 'active' || !(ids?.length || filter || q)) return null;
  return (
    <>
      <Button icon={<SendOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t('collection.forms.sendForm')}
      </Button>
      {open ? <SendMany selection={selection.query} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
