import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { DayInput } from '#ui/fields/day-input.tsx';
import { atFields, FormField, Refusal } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { NewerSaved, useWritten } from '#ui/newer.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { listActivityTemplates } from '../../activity-contract.ts';
import { type MinutesContent, type MinutesDetail, submitMinutes, writeMinutes } from '../../minutes-contract.ts';
import { useCompanyTime } from '../when.ts';
import { Attendees, ColleaguesPresent } from './attendees.tsx';
import { useCustomerPeople } from './customer-people.ts';

export const minutesStale = ['/minutes', '/approvals', '/tasks', '/customers/:id/timeline'];
type Action = MinutesContent['actions'][number] & { key: string };

/** Writes the draft of minutes; submitting saves first. What somebody else saved meanwhile neither replaces what is typed nor is lost. */
export function MinutesForm({ minutes, onNewest }: { minutes: MinutesDetail; onNewest(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const time = useCompanyTime();
  const write = useSend(writeMinutes, minutesStale);
  const submit = useSend(submitMinutes, minutesStale);
  const templates = useEndpoint(listActivityTemplates);
  const { people } = useCustomerPeople(minutes.customerId);
  const written = useWritten(minutes, ['/minutes']);
  const [subject, setSubject] = useState(minutes.subject);
  const [form, setForm] = useState({
    ...minutes.content,
    heldAt: time.local(minutes.content.heldAt),
    decisions: minutes.content.decisions.join('\n'),
  });
  const [actions, setActions] = useState<Action[]>(
    minutes.content.actions.map((action) => ({ ...action, key: crypto.randomUUID() })),
  );
  const set = (change: Partial<typeof form>) => setForm((before) => ({ ...before, ...change }));
  const change = (key: string, more: Partial<Action>) =>
    setActions((before) => before.map((action) => (action.key === key ? { ...action, ...more } : action)));
  const problem = write.error ?? submit.error;
  const { errors, rest } = atFields(
    problem,
    ...['subject', 'content.heldAt', 'content.place', 'content.ours', 'content.theirs', 'content.others'],
    ...['content.body', 'content.decisions', 'content.actions'],
    ...actions.map((_, index) => `content.actions.${index}`),
  );
  const save = (then?: (saved: MinutesDetail) => void) =>
    write.mutate(
      {
        params: { id: minutes.id },
        ifMatch: written.version,
        body: {
          subject,
          content: {
            ...form,
            heldAt: time.instant(form.heldAt),
            decisions: form.decisions
              .split('\n')
              .map((line) => line.trim())
              .filter((line) => line !== ''),
            actions: actions.map(({ key: _, ...action }) => action),
          },
        },
      },
      {
        onSuccess: (saved) => {
          written.saved(saved);
          if (then) then(saved);
          else void message.success(t('ui.saved'));
        },
        onError: written.failed,
      },
    );
  const present = (key: 'ours' | 'theirs' | 'others') => {
    const id = `minutes-${key}`;
    const names = { id, value: form[key], onChange: (value: string[]) => set({ [key]: value }) };
    return (
      <FormField id={id} label={t(`work.minutes.${key}`)} error={errors[`content.${key}`]}>
        {key === 'ours' ? (
          <ColleaguesPresent {...names} />
        ) : (
          <Attendees
            {...names}
            known={key === 'theirs' ? people.map(({ name, position }) => ({ name, more: position })) : []}
          />
        )}
      </FormField>
    );
  };
  return (
    <section className="panel" aria-label={t('work.minutes.draft')}>
      {written.newer && !write.isPending && !submit.isPending ? (
        <NewerSaved onTake={onNewest} />
      ) : (
        <ProblemAlert problem={rest} />
      )}
      {templates.data && templates.data.items.length > 0 ? (
        <FormField id="minutes-template" label={t('work.activity.template')}>
          <Select
            id="minutes-template"
            className="full-width"
            value={undefined}
            options={templates.data.items.map((item) => ({ value: item.id, label: item.name }))}
            onChange={(id: string) => {
              const chosen = templates.data?.items.find((item) => item.id === id);
              if (chosen) set({ body: form.body === '' ? chosen.body : `${form.body}\n\n${chosen.body}` });
            }}
          />
        </FormField>
      ) : null}
      <FormField id="minutes-subject" label={t('work.activity.subject')} required error={errors.subject}>
        <Input
          id="minutes-subject"
          maxLength={300}
          value={subject}
          onChange={(event) => setSubject(event.target.value)}
        />
      </FormField>
      <div className="grid-2">
        <FormField id="minutes-heldAt" label={t('work.minutes.heldAt')} required error={errors['content.heldAt']}>
          <DayInput
            id="minutes-heldAt"
            type="datetime-local"
            value={form.heldAt}
            onChange={(heldAt) => set({ heldAt: heldAt ?? '' })}
          />
        </FormField>
        <FormField id="minutes-place" label={t('work.minutes.place')} error={errors['content.place']}>
          <Input
            id="minutes-place"
            maxLength={300}
            value={form.place}
            onChange={(event) => set({ place: event.target.value })}
          />
        </FormField>
        {present('ours')}
        {present('theirs')}
        {present('others')}
      </div>
      <FormField id="minutes-body" label={t('work.minutes.body')} error={errors['content.body']}>
        <Input.TextArea
          id="minutes-body"
          autoSize={{ minRows: 5, maxRows: 24 }}
          maxLength={20_000}
          value={form.body}
          onChange={(event) => set({ body: event.target.value })}
        />
      </FormField>
      <FormField
        id="minutes-decisions"
        label={t('work.minutes.decisions')}
        help={t('work.visit.checklistHelp')}
        error={errors['content.decisions']}
      >
        <Input.TextArea
          id="minutes-decisions"
          autoSize={{ minRows: 2, maxRows: 12 }}
          value={form.decisions}
          onChange={(event) => set({ decisions: event.target.value })}
        />
      </FormField>
      <fieldset className="options" id="minutes-actions">
        <legend>{t('work.minutes.actions')}</legend>
        <p className="muted small">{t('work.minutes.actionsHelp')}</p>
        {actions.map((action, index) => (
          <div key={action.key} className="minutes-action">
            <Input
              id={`minutes-action-${action.key}`}
              aria-label={t('work.minutes.actionTitle', { n: index + 1 })}
              placeholder={t('work.nextStep.what')}
              maxLength={300}
              value={action.title}
              onChange={(event) => change(action.key, { title: event.target.value })}
            />
            <Input
              aria-label={t('work.minutes.actionOwner', { n: index + 1 })}
              placeholder={t('work.minutes.owner')}
              maxLength={100}
              value={action.owner}
              onChange={(event) => change(action.key, { owner: event.target.value })}
            />
            <RecordSelect
              kind="user"
              aria-label={t('work.minutes.actionAssignee', { n: index + 1 })}
              placeholder={t('work.minutes.assignee')}
              value={action.assigneeId}
              onChange={(assigneeId) => change(action.key, { assigneeId })}
            />
            <DayInput
              aria-label={t('work.minutes.actionDue', { n: index + 1 })}
              value={action.dueOn}
              onChange={(dueOn) => change(action.key, { dueOn })}
            />
            <Button
              icon={<DeleteOutlined aria-hidden />}
              aria-label={t('work.minutes.actionRemove', { n: index + 1 })}
              onClick={() => setActions((before) => before.filter((item) => item.key !== action.key))}
            />
            <Refusal id={`minutes-action-${action.key}`} error={errors[`content.actions.${index}`]} />
          </div>
        ))}
        <Refusal id="minutes-actions" error={errors['content.actions']} />
        <Button
          icon={<PlusOutlined aria-hidden />}
          disabled={actions.length >= 50}
          onClick={() =>
            setActions((before) => [
              ...before,
              { key: crypto.randomUUID(), title: '', owner: '', assigneeId: null, dueOn: null },
            ])
          }
        >
          {t('work.minutes.addAction')}
        </Button>
      </fieldset>
      <div className="bar under-form">
        <Button loading={write.isPending} onClick={() => save()}>
          {t('ui.save')}
        </Button>
        <Button
          type="primary"
          loading={write.isPending || submit.isPending}
          onClick={() =>
            save((saved) =>
              submit.mutate(
                { params: { id: saved.id }, ifMatch: saved.version, body: {} },
                { onSuccess: () => void message.success(t('work.minutes.submitted')) },
              ),
            )
          }
        >
          {t('work.minutes.submit')}
        </Button>
      </div>
    </section>
  );
}
