import { useNavigate } from '@tanstack/react-router';
import { App, Button, Input, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { possibleDuplicates } from '#modules/customers/contract.ts';
import { CustomerLookAlikes } from '#modules/customers/web/index.tsx';
import type { ResponseOf } from '#shared/endpoint.ts';
import { type CustomerKind, customerKinds } from '#shared/fields.ts';
import { couldBePhone } from '#shared/identifiers/phone-text.ts';
import { downloadUrl, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { type CaptureView, capturePhoto, completeCapture } from '../../capture-contract.ts';

/** Makes a customer of a capture, or files it under one; the photo stands beside what is to be typed. */
export function CompleteDialog({ capture, onClose }: { capture: CaptureView; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const complete = useSend(completeCapture, ['/captures', '/customers', '/contacts']);
  const [existing, setExisting] = useState(false);
  const [customerId, setCustomerId] = useState<string | null>(null);
  const [form, setForm] = useState({
    kind: 'company' as CustomerKind,
    name: capture.name,
    phone: capture.number,
    contactName: '',
    note: capture.note,
  });
  const set = (change: Partial<typeof form>) => setForm((before) => ({ ...before, ...change }));
  const { errors, rest } = atFields(complete.error, 'name', 'contactName', 'phone', 'phones', 'note');
  const twins =
    complete.error?.code === 'customer.duplicate'
      ? (complete.error.data as ResponseOf<typeof possibleDuplicates>)
      : undefined;
  /** The number it was asked about: whoever saves it again means it, and it is kept and marked. */
  const [asked, setAsked] = useState<string>();
  const doubt = asked === form.phone && form.phone !== '' ? t('work.capture.noNumberKept') : undefined;
  const save = (allowDuplicate: boolean) => {
    if (form.phone.trim() !== '' && !couldBePhone(form.phone) && asked !== form.phone) return setAsked(form.phone);
    complete.mutate(
      {
        params: { id: capture.id },
        ifMatch: capture.version,
        body: { ...form, allowDuplicate, ...(existing && customerId ? { customerId } : {}) },
      },
      {
        onSuccess: (done) => {
          void message.success(t(done.intakeId ? 'work.capture.inIntake' : 'work.capture.completed'));
          onClose();
          if (done.customerId) void navigate({ to: '/customers/$id', params: { id: done.customerId } });
          else if (done.intakeId) void navigate({ to: '/intakes/$id', params: { id: done.intakeId } });
        },
      },
    );
  };
  const photo = downloadUrl(capturePhoto, { params: { id: capture.id } });
  return (
    <Modal
      open
      width={720}
      title={t('work.capture.completeTitle')}
      onCancel={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          {twins ? (
            <Button danger loading={complete.isPending} onClick={() => save(true)}>
              {t('customers.createAnyway')}
            </Button>
          ) : null}
          <Button
            type="primary"
            loading={complete.isPending}
            disabled={existing && !customerId}
            onClick={() => save(false)}
          >
            {t('ui.save')}
          </Button>
        </>
      }
    >
      {capture.hasPhoto ? <img className="capture-large" src={photo} alt={t('work.capture.photo')} /> : null}
      <Radio.Group
        className="capture-where"
        aria-label={t('work.capture.where')}
        value={existing}
        onChange={(event) => setExisting(event.target.value as boolean)}
        options={[
          { value: false, label: t('work.capture.newCustomer') },
          { value: true, label: t('work.capture.presentCustomer') },
        ]}
      />
      <ProblemAlert problem={twins ? null : rest} />
      <CustomerLookAlikes
        found={twins}
        action={(item) => (
          <Button
            size="small"
            aria-label={`${t('work.capture.useThis')} ${item.name}`}
            onClick={() => {
              setExisting(true);
              setCustomerId(item.id);
            }}
          >
            {t('work.capture.useThis')}
          </Button>
        )}
      />
      {existing ? (
        <FormField id="complete-customer" label={t('work.carry.customer')} required>
          <RecordSelect
            id="complete-customer"
            kind="customer"
            value={customerId}
            label={twins?.items.find((item) => item.id === customerId)?.name}
            onChange={setCustomerId}
          />
        </FormField>
      ) : (
        <>
          <FormField id="complete-kind" label={t('customers.kind')}>
            <Select
              id="complete-kind"
              className="full-width"
              value={form.kind}
              options={customerKinds.map((kind) => ({ value: kind, label: t(`ui.kind.${kind}`) }))}
              onChange={(kind) => set({ kind })}
            />
          </FormField>
          <FormField id="complete-name" label={t('work.capture.customerName')} required error={errors.name}>
            <Input
              id="complete-name"
              maxLength={200}
              value={form.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          </FormField>
        </>
      )}
      <div className="grid-2">
        <FormField id="complete-contact" label={t('work.capture.contactName')} error={errors.contactName}>
          <Input
            id="complete-contact"
            maxLength={200}
            value={form.contactName}
            onChange={(event) => set({ contactName: event.target.value })}
          />
        </FormField>
        <FormField id="complete-phone" label={t('work.capture.number')} error={errors.phone ?? errors.phones ?? doubt}>
          <Input
            id="complete-phone"
            maxLength={100}
            value={form.phone}
            onChange={(event) => set({ phone: event.target.value })}
          />
        </FormField>
      </div>
      {existing ? null : (
        <FormField id="complete-note" label={t('work.capture.note')} error={errors.note}>
          <Input.TextArea
            id="complete-note"
            rows={3}
            maxLength={5000}
            value={form.note}
            onChange={(event) => set({ note: event.target.value })}
          />
        </FormField>
      )}
    </Modal>
  );
}
