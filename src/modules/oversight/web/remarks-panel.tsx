import { Badge, Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { companyToday } from '#ui/format.ts';
import { useCan } from '#ui/session.tsx';
import { customerRemarks } from '../contract.ts';
import { NewRemarkDialog, Remark } from './remark.tsx';

/** Remarks on this card that wait for the rep or the check; lets a supervisor remark on the spot. */
export function RemarksPanel({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const [open, setOpen] = useState(false);
  const [writing, setWriting] = useState(false);
  const { data } = useEndpoint(customerRemarks, { params: { id: customerId }, query: { limit: 50 } });
  const remarks = data?.items ?? [];
  if (remarks.length === 0 && !can('inspection:manage')) return null;
  return (
    <>
      <Badge count={remarks.length} size="small" color="#b4232a">
        <Button size="small" onClick={() => setOpen(true)}>
          {t('oversight.panel')}
        </Button>
      </Badge>
      {open ? (
        <Modal open title={t('oversight.panel')} footer={null} width={620} onCancel={() => setOpen(false)}>
          {remarks.length === 0 ? <p className="muted">{t('oversight.panelNone')}</p> : null}
          <ul className="cards">
            {remarks.map((remark) => (
              <li key={remark.id} className="list-row">
                <Remark remark={remark} />
              </li>
            ))}
          </ul>
          {can('inspection:manage') ? (
            <Button onClick={() => setWriting(true)}>{t('oversight.remarkCard')}</Button>
          ) : null}
        </Modal>
      ) : null}
      {writing ? (
        <NewRemarkDialog
          customerId={customerId}
          itemId={null}
          field={null}
          fixBy={companyToday(5)}
          onClose={() => setWriting(false)}
        />
      ) : null}
    </>
  );
}
