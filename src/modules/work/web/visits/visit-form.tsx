import { App, Button, Input, InputNumber, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listContacts } from '#modules/contacts/contract.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { DayInput } from '#ui/fields/day-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { changeVisit, listVisitPurposes, planVisit, type VisitView } from '../../visit-contract.ts';
import { activityStale } from '../activity-form.tsx';
import { useCompanyTime } from '../when.ts';

export const visitStale = ['/visits', '/approvals', ...activityStale];

interface Props {
  customerId?: string;
  visit?: VisitView;
  onClose(saved?: VisitView): void;
}

/** Plans a visit, or changes a plan. */
export function VisitForm({ customerId, visit, onClose }: Props) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const time = useCompanyTime();
  const create = useSend(planVisit, visitStale);
  const change = useSend(changeVisit, visitStale);
  const purposes = useEndpoint(listVisitPurposes);
  const [customer, setCustomer] = useState(visit?.customerId ?? customerId ?? null);
  const contacts = useEndpoint(
    listContacts,
    { query: { customerId: customer ?? '', limit: 100, fields: 'name' } },
    { enabled: customer !== null },
  );
  const [form, setForm] = useState({
    purposeId: visit?.purposeId ?? null,
    aim: visit?.aim ?? '',
    place: visit?.place ?? '',
    plannedAt: visit ? time.local(visit.plannedAt) : '',
    plannedMinutes: visit?.plannedMinutes ?? (null as number | null),
    contactIds: visit?.contacts.map((item) => item.id) ?? [],
    companions: visit?.companions ?? [],
    checklist: (visit?.checklist ?? []).map((item) => item.text).join('\n'),
  });
  const [touched, setTouched] = useState(false);
  const set = (more: Partial<typeof form>) => {
    setTouched(true);
    setForm((before) => ({ ...before, ...more }));
  };
  const problem = create.error ?? change.error;
  const { errors, rest } = atFields(
    problem,
    'customerId',
    'plannedAt',
    'plannedMinutes',
    'purposeId',
    'place',
    'aim',
    'contactIds',
    'companionIds',
    'checklist',
  );
  const close = () => {
    if (!touched) return onClose();
    void modal.confirm({
      title: t('work.activity.keepTyping'),
      okText: t('ui.close'),
      cancelText: t('ui.cancel'),
      onOk: () => onClose(),
    });
  };
  const save = () => {
    const { companions, checklist, ...rest } = form;
    const body = {
      ...rest,
      plannedAt: time.instant(form.plannedAt),
      companionIds: companions.map((item) => item.id),
      checklist: checklist
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    };
    const onSuccess = (saved: VisitView) => {
      void message.success(t(saved.state === 'pending' ? 'work.visit.submitted' : 'ui.saved'));
      onClose(saved);
    };
    if (visit) change.mutate({ params: { id: visit.id }, ifMatch: visit.version, body }, { onSuccess });
    else create.mutate({ body: { customerId: customer ?? '', ...body } }, { onSuccess });
  };
  return (
    <Modal
      open
      width={720}
      title={t(visit ? 'work.visit.change' : 'work.visit.plan')}
      onCancel={close}
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button type="primary" loading={create.isPending || change.isPending} onClick={save}>
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <ProblemAlert problem={rest} />
      {customerId || visit ? null : (
        <FormField id="visit-customer" label={t('work.visit.customer')} required error={errors.customerId}>
          <RecordSelect
            id="visit-customer"
            kind="customer"
            value={customer}
            onChange={(value) => {
              setCustomer(value);
              set({ contactIds: [] });
            }}
          />
        </FormField>
      )}
      <div className="grid-2">
        <FormField id="visit-plannedAt" label={t('work.visit.plannedAt')} required error={errors.plannedAt}>
          <DayInput
            id="visit-plannedAt"
            type="datetime-local"
            value={form.plannedAt}
            onChange={(plannedAt) => set({ plannedAt: plannedAt ?? '' })}
          />
        </FormField>
        <FormField id="visit-minutes" label={t('work.visit.plannedMinutes')} error={errors.plannedMinutes}>
          <InputNumber
            id="visit-minutes"
            className="full-width"
            min={5}
            max={1440}
            step={15}
            value={form.plannedMinutes}
            onChange={(plannedMinutes) => set({ plannedMinutes })}
          />
        </FormField>
        <FormField id="visit-purpose" label={t('work.visit.purpose')} error={errors.purposeId}>
          <Select
            id="visit-purpose"
            className="full-width"
            allowClear
            value={form.purposeId ?? undefined}
            options={(purposes.data?.items ?? []).map((item) => ({ value: item.id, label: item.name }))}
            onChange={(purposeId?: string) => {
              const chosen = purposes.data?.items.find((item) => item.id === purposeId);
              set({
                purposeId: purposeId ?? null,
                ...(chosen ? { checklist: chosen.checklist.join('\n') } : {}),
              });
            }}
          />
        </FormField>
        <FormField id="visit-place" label={t('work.visit.place')} error={errors.place}>
          <Input
            id="visit-place"
            maxLength={300}
            value={form.place}
            onChange={(event) => set({ place: event.target.value })}
          />
        </FormField>
      </div>
      <FormField id="visit-aim" label={t('work.visit.aim')} required error={errors.aim}>
        <Input.TextArea
          id="visit-aim"
          autoSize={{ minRows: 2, maxRows: 6 }}
          maxLength={1000}
          value={form.aim}
          onChange={(event) => set({ aim: event.target.value })}
        />
      </FormField>
      <div className="grid-2">
        <FormField id="visit-contacts" label={t('work.visit.contacts')} error={errors.contactIds}>
          <Select
            id="visit-contacts"
            className="full-width"
            mode="multiple"
            disabled={customer === null}
            showSearch={{ optionFilterProp: 'label' }}
            value={form.contactIds}
            options={(contacts.data?.items ?? []).map((item) => ({
              value: item.id,
              label: String(item.values.name ?? ''),
            }))}
            onChange={(contactIds: string[]) => set({ contactIds })}
          />
        </FormField>
        <FormField id="visit-companions" label={t('work.visit.companions')} error={errors.companionIds}>
          <RecordSelect
            id="visit-companions"
            kind="user"
            multiple
            value={form.companions.map((person) => person.id)}
            names={Object.fromEntries(form.companions.map((person) => [person.id, person.name]))}
            onChange={(_, companions) => set({ companions })}
          />
        </FormField>
      </div>
      <FormField
        id="visit-checklist"
        label={t('work.visit.checklist')}
        help={t('work.visit.checklistHelp')}
        error={errors.checklist}
      >
        <Input.TextArea
          id="visit-checklist"
          autoSize={{ minRows: 2, maxRows: 8 }}
          value={form.checklist}
          onChange={(event) => set({ checklist: event.target.value })}
        />
      </FormField>
    </Modal>
  );
}
