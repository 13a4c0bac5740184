import './work.css';
import { Link } from '@tanstack/react-router';
import { App, Button, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { DayInput, isTyped } from '#ui/fields/day-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { useSession } from '#ui/session.tsx';
import { cancelTask, createTask, type TaskView, taskKinds, updateTask } from '../task-contract.ts';
import { RepeatSelect } from './repeat-select.tsx';
import { useCompanyTime } from './when.ts';

export const taskStale = [
  '/tasks',
  '/calendar',
  '/today',
  '/activities',
  '/customers/:id/timeline',
  '/customers/:id/brief',
];
const reminderChoices = [0, 10, 30, 60, 120, 1440, 2880];

interface Props {
  task?: TaskView;
  customerId?: string;
  /** What a new task is about. */
  preset?: { kind: TaskView['kind']; title: string };
  /** Day offered for a new task. */
  day?: string;
  time?: string;
  onClose(): void;
}

/** Makes or changes a task. */
export function TaskForm({ task, customerId, preset, day, time: hour, onClose }: Props) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const session = useSession();
  const time = useCompanyTime();
  const create = useSend(createTask, taskStale);
  const update = useSend(updateTask, taskStale);
  const cancel = useSend(cancelTask, taskStale);
  const [form, setForm] = useState({
    kind: task?.kind ?? preset?.kind ?? ('todo' as TaskView['kind']),
    title: task?.title ?? preset?.title ?? '',
    note: task?.note ?? '',
    place: task?.place ?? '',
    day: task?.dueOn ?? day ?? time.today,
    time: task?.dueAt ? time.local(task.dueAt).slice(11) : (hour ?? ''),
    assigneeId: task?.assigneeId ?? session.user.id,
    customerId: task?.customerId ?? customerId ?? null,
    reminders: task?.reminders ?? [0],
    rrule: task?.rrule ?? null,
  });
  const set = (change: Partial<typeof form>) => setForm((before) => ({ ...before, ...change }));
  const problem = create.error ?? update.error ?? cancel.error;
  const { errors, rest } = atFields(
    problem,
    'title',
    'dueOn',
    'dueAt',
    'assigneeId',
    'customerId',
    'place',
    'reminders',
    'rrule',
    'note',
  );
  const editable = !task || (task.can.update && task.state === 'open');
  const done = {
    onSuccess: () => {
      void message.success(t('ui.saved'));
      onClose();
    },
  };
  const save = () => {
    const { day: dueDay, time: dueTime, ...rest } = form;
    const timed = isTyped(dueDay) && dueTime !== '';
    const due = {
      dueOn: timed || dueDay === '' ? null : dueDay,
      dueAt: timed ? time.instant(`${dueDay}T${dueTime}`) : null,
    };
    if (task) {
      const { customerId: customer, rrule, ...others } = rest;
      // What the reader may not see is not overwritten, an unchanged due date moves nothing.
      const moved = dueDay !== (task.dueOn ?? '') || dueTime !== (task.dueAt ? time.local(task.dueAt).slice(11) : '');
      const body = {
        ...others,
        ...(moved ? due : {}),
        ...(customer === task.customerId ? {} : { customerId: customer }),
        ...(rrule === task.rrule ? {} : { rrule }),
      };
      update.mutate({ params: { id: task.id }, ifMatch: task.version, body }, done);
    } else create.mutate({ body: { ...rest, ...due } }, done);
  };
  const drop = (task: TaskView, series: boolean) =>
    cancel.mutate({ params: { id: task.id }, ifMatch: task.version, body: { series } }, done);
  const askDrop = (task: TaskView) =>
    void modal.confirm({
      title: t('work.task.dropTitle'),
      okText: t(task.rrule ? 'work.task.dropSeries' : 'work.task.drop'),
      cancelText: t('ui.cancel'),
      onOk: () => drop(task, true),
    });
  return (
    <Modal
      open
      width={640}
      title={t(task ? 'work.task.edit' : 'work.task.add')}
      onCancel={onClose}
      footer={
        <>
          {task && editable ? (
            <Button danger type="text" onClick={() => askDrop(task)}>
              {t('work.task.drop')}
            </Button>
          ) : null}
          {task?.rrule && editable ? (
            <Button type="text" onClick={() => drop(task, false)}>
              {t('work.task.skip')}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          {editable ? (
            <Button type="primary" loading={create.isPending || update.isPending} onClick={save}>
              {t('ui.save')}
            </Button>
          ) : null}
        </>
      }
    >
      <ProblemAlert problem={rest} />
      {task?.customerId && task.customerName ? (
        <p>
          <Link to="/customers/$id" params={{ id: task.customerId }}>
            {task.customerName}
          </Link>{' '}
          <Link to="/customers/$id/brief" params={{ id: task.customerId }}>
            {t('customers.brief.title')}
          </Link>
        </p>
      ) : null}
      <FormField id="task-title" label={t('work.nextStep.what')} required error={errors.title}>
        <Input
          id="task-title"
          maxLength={300}
          value={form.title}
          onChange={(event) => set({ title: event.target.value })}
        />
      </FormField>
      <div className="grid-2">
        <FormField id="task-day" label={t('work.task.day')} error={errors.dueOn}>
          <DayInput id="task-day" max="9999-12-31" value={form.day} onChange={(day) => set({ day: day ?? '' })} />
        </FormField>
        <FormField id="task-time" label={t('work.nextStep.time')} error={errors.dueAt}>
          <DayInput
            id="task-time"
            type="time"
            disabled={form.day === ''}
            value={form.time}
            onChange={(typed) => set({ time: typed ?? '' })}
          />
        </FormField>
        <FormField id="task-kind" label={t('work.activity.type')}>
          <Select
            id="task-kind"
            className="full-width"
            value={form.kind}
            options={taskKinds.map((kind) => ({ value: kind, label: t(`work.type.${kind}`) }))}
            onChange={(kind) => set({ kind })}
          />
        </FormField>
        <FormField id="task-assignee" label={t('work.task.assignee')} error={errors.assigneeId}>
          <RecordSelect
            id="task-assignee"
            kind="user"
            allowClear={false}
            value={form.assigneeId}
            label={task?.assigneeName ?? session.user.name}
            onChange={(id) => set({ assigneeId: id ?? session.user.id })}
          />
        </FormField>
        {customerId ? null : (
          <FormField id="task-customer" label={t('work.task.customer')} error={errors.customerId}>
            <RecordSelect
              id="task-customer"
              kind="customer"
              value={form.customerId}
              label={task?.customerName ?? undefined}
              onChange={(id) => set({ customerId: id })}
            />
          </FormField>
        )}
        <FormField id="task-place" label={t('work.activity.place')} error={errors.place}>
          <Input
            id="task-place"
            maxLength={300}
            value={form.place}
            onChange={(event) => set({ place: event.target.value })}
          />
        </FormField>
        <FormField id="task-reminders" label={t('work.task.reminders')} error={errors.reminders}>
          <Select
            id="task-reminders"
            className="full-width"
            mode="multiple"
            maxCount={5}
            disabled={form.day === ''}
            value={form.reminders}
            options={[...new Set([...reminderChoices, ...form.reminders])].map((minutes) => ({
              value: minutes,
              label: reminderText(minutes, form.time === '', t),
            }))}
            onChange={(reminders: number[]) => set({ reminders })}
          />
        </FormField>
        <FormField id="task-repeat" label={t('work.task.repeat')} error={errors.rrule}>
          <RepeatSelect id="task-repeat" value={form.rrule} day={form.day} onChange={(rrule) => set({ rrule })} />
        </FormField>
      </div>
      <FormField id="task-note" label={t('work.task.note')} error={errors.note}>
        <Input.TextArea
          id="task-note"
          autoSize={{ minRows: 2, maxRows: 10 }}
          maxLength={5000}
          value={form.note}
          onChange={(event) => set({ note: event.target.value })}
        />
      </FormField>
    </Modal>
  );
}

function reminderText(minutes: number, allDay: boolean, t: ReturnType<typeof useTranslation>['t']): string {
  if (minutes === 0) return t(allDay ? 'work.task.remindMorning' : 'work.task.remindStart');
  if (minutes % 1440 === 0) return t('work.task.remindDays', { n: minutes / 1440 });
  if (minutes % 60 === 0) return t('work.task.remindHours', { n: minutes / 60 });
  return t('work.task.remindMinutes', { n: minutes });
}
