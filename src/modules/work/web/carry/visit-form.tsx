import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { instantOf, localTime } from '#shared/dates/zoned.ts';
import { DayInput, isTyped } from '#ui/fields/day-input.tsx';
import { FormField } from '#ui/fields/form-field.tsx';
import { type Outcome, outcomes } from '../../activity-contract.ts';
import type { CarriedCard } from '../../carry-contract.ts';
import { rememberedUser } from './device.ts';
import { flush, record } from './outbox.ts';

type Faults = Partial<Record<'subject' | 'at' | 'step' | 'stepOn' | 'all', string>>;

/** The instant of what was typed; none while it is half typed or no clock ever showed it. */
function instantTyped(local: string, timeZone: string): Date | undefined {
  try {
    return isTyped(local) ? instantOf(`${local}:00`, timeZone) : undefined;
  } catch {
    return undefined;
  }
}

/** Logs a visit with its outcome and next step; kept sealed on the device until the server has it. */
export function VisitForm({
  card,
  timeZone,
  onDone,
}: {
  card: CarriedCard;
  timeZone: string;
  onDone(saved: 'sent' | 'kept' | null): void;
}) {
  const { t } = useTranslation();
  const [form, setForm] = useState({
    subject: t('work.carry.visitSubject'),
    body: '',
    outcome: null as Outcome | null,
    at: localTime(new Date(), timeZone).slice(0, 16),
    step: '',
    stepOn: '',
    contactIds: [] as string[],
  });
  const [faults, setFaults] = useState<Faults>({});
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<typeof form>) => setForm((before) => ({ ...before, ...change }));
  const error = (name: keyof Faults) => {
    const code = faults[name];
    return code ? t(`errors.${code}`) : undefined;
  };
  const save = async () => {
    const happened = instantTyped(form.at, timeZone);
    const found: Faults = {};
    if (form.subject.trim() === '') found.subject = 'input.required';
    if (!happened) found.at = form.at === '' ? 'input.required' : 'date.format';
    else if (happened.getTime() > Date.now() + 60_000) found.at = 'activity.future';
    if (form.step.trim() === '' && form.stepOn !== '') found.step = 'input.required';
    if (form.stepOn === '' ? form.step.trim() !== '' : !isTyped(form.stepOn))
      found.stepOn = form.stepOn === '' ? 'input.required' : 'date.format';
    setFaults(found);
    if (!happened || Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      await record({
        kind: 'activity',
        body: {
          customerId: card.customer.id,
          type: 'visit',
          subject: form.subject,
          body: form.body,
          outcome: form.outcome,
          happenedAt: happened.toISOString(),
          contactIds: form.contactIds,
          ...(form.step.trim() === '' ? {} : { nextStep: { title: form.step, dueOn: form.stepOn } }),
        },
      });
    } catch {
      setBusy(false);
      return setFaults({ all: 'carry.ended' });
    }
    const { left } = await flush(rememberedUser()?.id ?? '');
    onDone(left > 0 ? 'kept' : 'sent');
  };
  return (
    <form
      noValidate
      className="panel"
      aria-labelledby="visit-title"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h3 id="visit-title">{t('work.carry.logVisit')}</h3>
      {faults.all ? (
        <div className="form-error" role="alert">
          {error('all')}
        </div>
      ) : null}
      <FormField id="visit-subject" label={t('work.activity.subject')} required error={error('subject')}>
        <Input
          id="visit-subject"
          maxLength={300}
          value={form.subject}
          onChange={(event) => set({ subject: event.target.value })}
        />
      </FormField>
      <FormField id="visit-at" label={t('work.activity.happenedAt')} required error={error('at')}>
        <DayInput id="visit-at" type="datetime-local" value={form.at} onChange={(at) => set({ at: at ?? '' })} />
      </FormField>
      <FormField id="visit-outcome" label={t('work.activity.outcome')}>
        <Select
          id="visit-outcome"
          className="full-width"
          allowClear
          value={form.outcome}
          options={outcomes.map((item) => ({ value: item, label: t(`work.outcome.${item}`) }))}
          onChange={(outcome?: Outcome) => set({ outcome: outcome ?? null })}
        />
      </FormField>
      {card.contacts.length > 0 ? (
        <FormField id="visit-contacts" label={t('work.activity.contacts')}>
          <Select
            id="visit-contacts"
            className="full-width"
            mode="multiple"
            value={form.contactIds}
            options={card.contacts.map((item) => ({ value: item.id, label: String(item.values.name ?? '') }))}
            onChange={(contactIds: string[]) => set({ contactIds })}
          />
        </FormField>
      ) : null}
      <FormField id="visit-body" label={t('work.activity.body')}>
        <Input.TextArea
          id="visit-body"
          rows={4}
          maxLength={20_000}
          value={form.body}
          onChange={(event) => set({ body: event.target.value })}
        />
      </FormField>
      <FormField id="visit-step" label={t('work.carry.nextStep')} error={error('step')}>
        <Input
          id="visit-step"
          maxLength={300}
          value={form.step}
          onChange={(event) => set({ step: event.target.value })}
        />
      </FormField>
      <FormField id="visit-step-on" label={t('work.carry.nextStepOn')} error={error('stepOn')}>
        <DayInput id="visit-step-on" value={form.stepOn} onChange={(stepOn) => set({ stepOn: stepOn ?? '' })} />
      </FormField>
      <div className="row form-buttons">
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('ui.save')}
        </Button>
        <Button onClick={() => onDone(null)}>{t('ui.cancel')}</Button>
      </div>
    </form>
  );
}
