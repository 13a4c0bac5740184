import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { errorsByField, FormField } from '#ui/fields/form-field.tsx';
import { formatTime } from '#ui/format.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { liftMaterialRefusal, listMaterialRefusals, refuseMaterials } from '../send-contract.ts';

const stale = ['/customers/:id/material'];

/** Addresses that want no such mail: noted here or by their owners, and sent to again only when they ask. */
export function Refusals({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const { data, error } = useEndpoint(listMaterialRefusals, { params: { id: customerId } });
  const [dialog, setDialog] = useState<'note' | { id: string; email: string } | null>(null);
  if (error) return null;
  return (
    <>
      {data && data.items.length > 0 ? (
        <section className="panel" aria-label={t('materials.refusals')}>
          <h2>{t('materials.refusals')}</h2>
          <ul className="cards">
            {data.items.map((item) => (
              <li key={item.id} className="list-row">
                <span className="grow">
                  {item.email}{' '}
                  <span className="muted small">
                    {formatTime(item.at)} · {t(`materials.refuse.${item.toldBy}`)}
                    {item.note ? ` · ${item.note}` : ''}
                  </span>
                </span>
                <Button
                  size="small"
                  aria-label={t('materials.lift.of', { email: item.email })}
                  onClick={() => setDialog(item)}
                >
                  {t('materials.lift.action')}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <Button type="link" onClick={() => setDialog('note')}>
        {t('materials.refuse.action')}
      </Button>
      {dialog === 'note' ? <NoteDialog customerId={customerId} onClose={() => setDialog(null)} /> : null}
      {dialog && dialog !== 'note' ? (
        <LiftDialog customerId={customerId} refusal={dialog} onClose={() => setDialog(null)} />
      ) : null}
    </>
  );
}

function NoteDialog({ customerId, onClose }: { customerId: string; onClose(): void }) {
  const { t } = useTranslation();
  const refuse = useSend(refuseMaterials, stale);
  const [email, setEmail] = useState('');
  const [note, setNote] = useState('');
  const errors = errorsByField(refuse.error?.errors ?? []);
  return (
    <Modal
      open
      title={t('materials.refuse.title')}
      okText={t('ui.save')}
      okButtonProps={{ loading: refuse.isPending }}
      cancelText={t('ui.cancel')}
      onCancel={onClose}
      onOk={() =>
        refuse.mutate({ params: { id: customerId }, body: { email: email.trim(), note } }, { onSuccess: onClose })
      }
    >
      {errors.email ? null : <ProblemAlert problem={refuse.error} />}
      <FormField id="refuse-email" label={t('materials.refuse.email')} required error={errors.email}>
        <Input
          id="refuse-email"
          type="email"
          maxLength={320}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </FormField>
      <FormField id="refuse-note" label={t('materials.refuse.note')} error={errors.note}>
        <Input id="refuse-note" maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </FormField>
    </Modal>
  );
}

function LiftDialog({
  customerId,
  refusal,
  onClose,
}: {
  customerId: string;
  refusal: { id: string; email: string };
  onClose(): void;
}) {
  const { t } = useTranslation();
  const lift = useSend(liftMaterialRefusal, stale);
  const [reason, setReason] = useState('');
  const errors = errorsByField(lift.error?.errors ?? []);
  return (
    <Modal
      open
      title={t('materials.lift.title', { email: refusal.email })}
      okText={t('materials.lift.action')}
      okButtonProps={{ loading: lift.isPending }}
      cancelText={t('ui.cancel')}
      onCancel={onClose}
      onOk={() =>
        lift.mutate({ params: { id: customerId, refusalId: refusal.id }, body: { reason } }, { onSuccess: onClose })
      }
    >
      {errors.reason ? null : <ProblemAlert problem={lift.error} />}
      <FormField id="lift-reason" label={t('materials.lift.reason')} required error={errors.reason}>
        <Input id="lift-reason" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </FormField>
    </Modal>
  );
}
