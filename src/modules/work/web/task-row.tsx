import { CarOutlined, MoreOutlined, RetweetOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { App, Button, Checkbox, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addDays } from '#shared/dates/zoned.ts';
import type { Problem } from '#shared/errors.ts';
import { useSend } from '#ui/api.ts';
import { Choices } from '#ui/choices.tsx';
import { useSession } from '#ui/session.tsx';
import { completeTask, reopenTask, snoozeTask, type TaskView, updateTask } from '../task-contract.ts';
import { ActivityForm } from './activity-form.tsx';
import { TaskForm, taskStale } from './task-form.tsx';
import { dayText, mondayOf, useCompanyTime } from './when.ts';

/** A task in a list: done with one click (and undone), opened, put off. */
export function TaskRow({ task, showCustomer = true }: { task: TaskView; showCustomer?: boolean }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const session = useSession();
  const time = useCompanyTime();
  const complete = useSend(completeTask, taskStale);
  const reopen = useSend(reopenTask, taskStale);
  const move = useSend(updateTask, taskStale);
  const snooze = useSend(snoozeTask, taskStale);
  const [open, setOpen] = useState(false);
  const [recording, setRecording] = useState(false);
  const onError = (problem: Problem) => void message.error(problem.message);
  const undo = (done: TaskView) => reopen.mutate({ params: { id: done.id }, ifMatch: done.version }, { onError });
  const close = (key: string, then: () => void) => {
    message.destroy(key);
    then();
  };
  const finish = () =>
    complete.mutate(
      { params: { id: task.id }, ifMatch: task.version },
      {
        onError,
        onSuccess: ({ task: done, next }) => {
          const key = `task-${task.id}`;
          const customerId = task.customerId;
          void message.success({
            key,
            duration: 8,
            content: (
              <span>
                {next?.dueOn
                  ? t('work.task.doneNext', { day: dayText(next.dueOn, time.today, t) })
                  : t('work.task.doneText')}{' '}
                <Button size="small" type="link" onClick={() => close(key, () => undo(done))}>
                  {t('ui.undo')}
                </Button>
                {customerId ? (
                  <Button size="small" type="link" onClick={() => close(key, () => setRecording(true))}>
                    {t('work.activity.add')}
                  </Button>
                ) : null}
              </span>
            ),
          });
        },
      },
    );
  // Only the day moves: a timed task keeps its hour.
  const moveTo = (day: string) =>
    move.mutate(
      {
        params: { id: task.id },
        ifMatch: task.version,
        body: task.dueAt ? { dueAt: time.instant(`${day}T${time.local(task.dueAt).slice(11)}`) } : { dueOn: day },
      },
      { onError },
    );
  const later = (minutes: number) =>
    snooze.mutate(
      {
        params: { id: task.id },
        ifMatch: task.version,
        body: { until: new Date(Date.now() + minutes * 60_000).toISOString() },
      },
      { onError, onSuccess: () => void message.success(t('work.task.snoozed')) },
    );
  const items = [
    { key: 'tomorrow', label: t('work.task.toTomorrow'), onClick: () => moveTo(addDays(time.today, 1)) },
    { key: 'week', label: t('work.task.toNextWeek'), onClick: () => moveTo(addDays(mondayOf(time.today), 7)) },
    { key: 'hour', label: t('work.task.snoozeHour'), onClick: () => later(60) },
  ];
  const when = task.dueOn
    ? `${dayText(task.dueOn, time.today, t)}${task.dueAt ? ` ${time.local(task.dueAt).slice(11)}` : ''}`
    : '';
  return (
    <li className="list-row task-row">
      {task.visitId ? (
        <CarOutlined aria-hidden />
      ) : (
        <Checkbox
          checked={task.state === 'done'}
          disabled={!task.can.update || task.state === 'cancelled' || complete.isPending}
          aria-label={t('work.task.complete', { title: task.title })}
          onChange={() => (task.state === 'done' ? undo(task) : finish())}
        />
      )}
      <div className="grow">
        {task.visitId ? (
          <Link to="/visits/$id" params={{ id: task.visitId }} className="task-title">
            {task.title}
          </Link>
        ) : (
          <Button type="link" className="task-title" onClick={() => setOpen(true)}>
            {task.title}
          </Button>
        )}
        <div className="muted small task-facts">
          {when ? <span className={task.overdue ? 'overdue' : undefined}>{when}</span> : null}
          {task.rrule ? <RetweetOutlined aria-label={t('work.task.repeat')} /> : null}
          {task.kind === 'todo' ? null : <span>{t(`work.type.${task.kind}`)}</span>}
          {showCustomer && task.customerId ? (
            <Link to="/customers/$id" params={{ id: task.customerId }}>
              {task.customerName}
            </Link>
          ) : null}
          {showCustomer && task.customerId && task.customerName && task.kind === 'visit' && task.state === 'open' ? (
            <Link to="/customers/$id/brief" params={{ id: task.customerId }}>
              {t('customers.brief.title')}
            </Link>
          ) : null}
          {task.place ? <span>{task.place}</span> : null}
          {task.assigneeId === session.user.id ? null : <span>{task.assigneeName}</span>}
        </div>
      </div>
      {task.overdue ? <Tag color="error">{t('work.task.overdue')}</Tag> : null}
      {task.can.update && task.state === 'open' ? (
        <Choices menu={{ items }}>
          <Button
            type="text"
            icon={<MoreOutlined aria-hidden />}
            aria-label={t('work.task.putOff', { title: task.title })}
          />
        </Choices>
      ) : null}
      {open ? <TaskForm task={task} onClose={() => setOpen(false)} /> : null}
      {recording && task.customerId ? (
        <ActivityForm
          customerId={task.customerId}
          preset={{ ...(task.kind === 'todo' ? {} : { type: task.kind }), subject: task.title }}
          onClose={() => setRecording(false)}
        />
      ) : null}
    </li>
  );
}
