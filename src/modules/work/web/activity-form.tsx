import { App, Button, Checkbox, Input, InputNumber, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listContacts } from '#modules/contacts/contract.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { DayInput } from '#ui/fields/day-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import {
  type ActivityType,
  type ActivityView,
  activityTypes,
  createActivity,
  listActivityTemplates,
  type Outcome,
  outcomes,
  updateActivity,
} from '../activity-contract.ts';
import { NextStepFields, nextStepBody, nextStepNames, useNextStep } from './next-step-fields.tsx';
import { useCompanyTime } from './when.ts';

export const activityStale = ['/activities', '/tasks', '/calendar', '/today', '/customers', '/customers/:id/timeline'];

interface Props {
  customerId: string;
  activity?: ActivityView;
  /** A call, visit … that was just done for a task. */
  preset?: { type?: ActivityType; subject?: string };
  onClose(saved: boolean): void;
}

/** Records what was done with a customer; asks for the next step. */
export function ActivityForm({ customerId, activity, preset, onClose }: Props) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const time = useCompanyTime();
  const create = useSend(createActivity, activityStale);
  const update = useSend(updateActivity, activityStale);
  const templates = useEndpoint(listActivityTemplates, {}, { enabled: !activity });
  const contacts = useEndpoint(listContacts, { query: { customerId, limit: 100, fields: 'name' } });
  const [form, setForm] = useState({
    type: activity?.type ?? preset?.type ?? ('call' as ActivityType),
    subject: activity?.subject ?? preset?.subject ?? '',
    body: activity?.body ?? '',
    outcome: activity?.outcome ?? (null as Outcome | null),
    place: activity?.place ?? '',
    happenedAt: time.local(activity?.happenedAt ?? new Date().toISOString()),
    durationMinutes: activity?.durationMinutes ?? (null as number | null),
    contactIds: activity?.contacts.map((contact) => contact.id) ?? [],
  });
  const [touched, setTouched] = useState(false);
  const next = useNextStep();
  const set = (change: Partial<typeof form>) => {
    setTouched(true);
    setForm((before) => ({ ...before, ...change }));
  };
  const problem = create.error ?? update.error;
  const { errors, rest } = atFields(
    problem,
    'type',
    'happenedAt',
    'subject',
    'body',
    'outcome',
    'contactIds',
    'place',
    'durationMinutes',
    ...(next.wanted ? nextStepNames : []),
  );
  const close = () => {
    if (!touched) return onClose(false);
    void modal.confirm({
      title: t('work.activity.keepTyping'),
      okText: t('ui.close'),
      cancelText: t('ui.cancel'),
      onOk: () => onClose(false),
    });
  };
  const save = () => {
    const body = {
      ...form,
      happenedAt: time.instant(form.happenedAt),
    };
    const done = {
      onSuccess: () => {
        void message.success(t('ui.saved'));
        onClose(true);
      },
    };
    if (activity) update.mutate({ params: { id: activity.id }, ifMatch: activity.version, body }, done);
    else {
      create.mutate(
        { body: { customerId, ...body, ...nextStepBody(next, time.instant) } },
        {
          ...done,
        },
      );
    }
  };
  const options = (contacts.data?.items ?? []).map((item) => ({
    value: item.id,
    label: String(item.values.name ?? ''),
  }));
  return (
    <Modal
      open
      width={720}
      title={t(activity ? 'work.activity.edit' : 'work.activity.add')}
      onCancel={close}
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button type="primary" loading={create.isPending || update.isPending} onClick={save}>
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <ProblemAlert problem={rest} />
      {templates.data && templates.data.items.length > 0 ? (
        <FormField id="activity-template" label={t('work.activity.template')}>
          <Select
            id="activity-template"
            className="full-width"
            value={undefined}
            options={templates.data.items.map((item) => ({ value: item.id, label: item.name }))}
            onChange={(id: string) => {
              const chosen = templates.data?.items.find((item) => item.id === id);
              if (chosen)
                set({
                  type: chosen.type,
                  subject: form.subject || chosen.subject,
                  body: form.body ? form.body : chosen.body,
                });
            }}
          />
        </FormField>
      ) : null}
      <div className="grid-2">
        <FormField id="activity-type" label={t('work.activity.type')} required error={errors.type}>
          <Select
            id="activity-type"
            className="full-width"
            value={form.type}
            options={activityTypes.map((type) => ({ value: type, label: t(`work.type.${type}`) }))}
            onChange={(type) => set({ type })}
          />
        </FormField>
        <FormField id="activity-happenedAt" label={t('work.activity.happenedAt')} required error={errors.happenedAt}>
          <DayInput
            id="activity-happenedAt"
            type="datetime-local"
            value={form.happenedAt}
            onChange={(happenedAt) => set({ happenedAt: happenedAt ?? '' })}
          />
        </FormField>
      </div>
      <FormField id="activity-subject" label={t('work.activity.subject')} required error={errors.subject}>
        <Input
          id="activity-subject"
          maxLength={300}
          value={form.subject}
          onChange={(event) => set({ subject: event.target.value })}
        />
      </FormField>
      <FormField id="activity-body" label={t('work.activity.body')} error={errors.body}>
        <Input.TextArea
          id="activity-body"
          autoSize={{ minRows: 3, maxRows: 12 }}
          maxLength={20_000}
          value={form.body}
          onChange={(event) => set({ body: event.target.value })}
        />
      </FormField>
      <div className="grid-2">
        <FormField id="activity-outcome" label={t('work.activity.outcome')} error={errors.outcome}>
          <Select
            id="activity-outcome"
            className="full-width"
            allowClear
            value={form.outcome ?? undefined}
            options={outcomes.map((outcome) => ({ value: outcome, label: t(`work.outcome.${outcome}`) }))}
            onChange={(outcome?: Outcome) => set({ outcome: outcome ?? null })}
          />
        </FormField>
        <FormField id="activity-contacts" label={t('work.activity.contacts')} error={errors.contactIds}>
          <Select
            id="activity-contacts"
            className="full-width"
            mode="multiple"
            showSearch={{ optionFilterProp: 'label' }}
            value={form.contactIds}
            options={options}
            onChange={(contactIds: string[]) => set({ contactIds })}
          />
        </FormField>
        <FormField id="activity-place" label={t('work.activity.place')} error={errors.place}>
          <Input
            id="activity-place"
            maxLength={300}
            value={form.place}
            onChange={(event) => set({ place: event.target.value })}
          />
        </FormField>
        <FormField id="activity-duration" label={t('work.activity.duration')} error={errors.durationMinutes}>
          <InputNumber
            id="activity-duration"
            className="full-width"
            min={0}
            max={1440}
            value={form.durationMinutes}
            onChange={(durationMinutes) => set({ durationMinutes })}
          />
        </FormField>
      </div>
      {activity ? null : (
        <fieldset className="options">
          <legend>{t('work.nextStep.title')}</legend>
          <Checkbox checked={!next.wanted} onChange={(event) => next.setWanted(!event.target.checked)}>
            {t('work.nextStep.none')}
          </Checkbox>
          {next.wanted ? <NextStepFields next={next} errors={errors} /> : null}
        </fieldset>
      )}
    </Modal>
  );
}
