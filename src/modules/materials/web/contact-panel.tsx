import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getContact } from '#modules/contacts/contract.ts';
import { useEndpoint } from '#ui/api.ts';
import { useCan } from '#ui/session.tsx';
import { SendDialog } from './send-dialog.tsx';
import { SendList } from './send-list.tsx';

/** What this person got of us to read. */
export default function ContactPanel({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const [sending, setSending] = useState(false);
  const { data } = useEndpoint(getContact, { params: { id: contactId } }, { staleTime: 30_000 });
  return (
    <section className="panel" aria-labelledby={`materials-${contactId}`}>
      <div className="row">
        <h2 id={`materials-${contactId}`} className="grow">
          {t('materials.tab')}
        </h2>
        {can('material:send') && data?.state === 'active' ? (
          <Button size="small" onClick={() => setSending(true)}>
            {t('materials.send.action')}
          </Button>
        ) : null}
      </div>
      <SendList of={{ contactId }} />
      {sending && data ? (
        <SendDialog customerId={data.customerId} contactId={contactId} onClose={() => setSending(false)} />
      ) : null}
    </section>
  );
}
