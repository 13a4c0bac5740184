import { SendOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '#ui/session.tsx';
import { SendDialog } from './send-dialog.tsx';
import { SendList } from './send-list.tsx';

/** What the customer got of us to read, and whether it was. */
export default function CustomerTab({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const [sending, setSending] = useState(false);
  return (
    <>
      {can('material:send') ? (
        <div className="bar">
          <Button type="primary" icon={<SendOutlined aria-hidden />} onClick={() => setSending(true)}>
            {t('materials.send.action')}
          </Button>
        </div>
      ) : null}
      <section className="panel" aria-label={t('materials.recipients')}>
        <SendList of={{ customerId }} />
      </section>
      {sending ? <SendDialog customerId={customerId} onClose={() => setSending(false)} /> : null}
    </>
  );
}
