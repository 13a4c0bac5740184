import { LeftOutlined, PlusOutlined, RightOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addDays } from '#shared/dates/zoned.ts';
import { dayOr, oneOf, recordId, useAddress } from '#ui/address.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { Dragging } from '#ui/dragging.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan, useSession } from '#ui/session.tsx';
import { useNarrow } from '#ui/use-narrow.ts';
import { type CalendarEntry, getCalendar, updateTask } from '../task-contract.ts';
import { CalendarDays } from './calendar-days.tsx';
import { CalendarHours } from './calendar-hours.tsx';
import { CalendarMonth } from './calendar-month.tsx';
import { ExceptionsDialog } from './exceptions-dialog.tsx';
import { TaskForm, taskStale } from './task-form.tsx';
import { mondayOf, useCompanyTime } from './when.ts';

const views = ['day', 'week', 'month'] as const;
type View = (typeof views)[number];

const spanOf = (view: View, day: string): { from: string; to: string } => {
  if (view === 'day') return { from: day, to: day };
  if (view === 'week') return { from: mondayOf(day), to: addDays(mondayOf(day), 6) };
  const first = `${day.slice(0, 8)}01`;
  const from = mondayOf(first);
  return { from, to: addDays(from, 41) };
};

/** Day, week and month with tasks, holidays and working Saturdays; tasks are moved by dragging, by keyboard or in their form. */
export default function CalendarPage() {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const can = useCan();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const session = useSession();
  const time = useCompanyTime();
  const [{ view, day, assignee }, put] = useAddress({
    view: oneOf(views, narrow ? 'week' : 'month'),
    day: dayOr(time.today),
    assignee: recordId,
  });
  const setDay = (next: string) => put({ day: next });
  const [form, setForm] = useState<{ entry?: CalendarEntry; day?: string; hour?: string } | null>(null);
  const [exceptions, setExceptions] = useState(false);
  const span = spanOf(view, day);
  const calendar = useEndpoint(getCalendar, { query: { ...span, ...(assignee ? { assigneeId: assignee } : {}) } });
  const move = useSend(updateTask, taskStale);
  const step = (direction: 1 | -1) => {
    if (view !== 'month') return setDay(addDays(day, direction * (view === 'day' ? 1 : 7)));
    const first = new Date(`${day.slice(0, 8)}01T00:00:00Z`);
    first.setUTCMonth(first.getUTCMonth() + direction);
    return setDay(first.toISOString().slice(0, 10));
  };
  const onMove = (entry: CalendarEntry, to: string, hour?: string | null) => {
    const { task } = entry;
    if (!task.can.update || task.state !== 'open' || entry.projected) return;
    const clock = hour === undefined ? (task.dueAt ? time.local(task.dueAt).slice(11) : null) : hour;
    const body = clock ? { dueAt: time.instant(`${to}T${clock}`) } : { dueOn: to };
    if (to === entry.day && hour === undefined) return;
    move.mutate(
      { params: { id: task.id }, ifMatch: task.version, body },
      {
        onSuccess: () => void message.success(t('work.calendar.moved', { title: task.title, day: to })),
        onError: (problem) => void message.error(problem.message),
      },
    );
  };
  const date = new Date(`${day}T00:00:00Z`);
  const heading = new Intl.DateTimeFormat(i18n.language, {
    timeZone: 'UTC',
    year: 'numeric',
    month: 'long',
    ...(view === 'day' ? { day: 'numeric', weekday: 'long' } : {}),
  }).format(date);
  const props = calendar.data
    ? {
        answer: calendar.data,
        onMove,
        onOpen: (entry: CalendarEntry) =>
          entry.task.visitId
            ? void navigate({ to: '/visits/$id', params: { id: entry.task.visitId } })
            : setForm({ entry }),
        onAdd: (at: string, hour?: string) => can('task:manage') && setForm({ day: at, hour }),
      }
    : null;
  return (
    <Page
      title={t('work.calendar.title')}
      actions={
        <>
          {can('calendar:manage') ? (
            <Button onClick={() => setExceptions(true)}>{t('work.calendar.exceptions')}</Button>
          ) : null}
          {can('task:manage') ? (
            <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setForm({ day })}>
              {t('work.task.add')}
            </Button>
          ) : null}
        </>
      }
    >
      <div className="bar">
        <Segmented
          aria-label={t('ui.shown')}
          value={view}
          options={views.map((key) => ({ value: key, label: t(`work.calendar.${key}`) }))}
          onChange={(next) => put({ view: next })}
        />
        <Button icon={<LeftOutlined aria-hidden />} aria-label={t('work.calendar.before')} onClick={() => step(-1)} />
        <Button onClick={() => setDay(time.today)}>{t('work.today.today')}</Button>
        <Button icon={<RightOutlined aria-hidden />} aria-label={t('work.calendar.after')} onClick={() => step(1)} />
        <strong aria-live="polite">{heading}</strong>
        <span className="grow" />
        {session.grants['task:read'] === 'own' ? null : (
          <div className="calendar-person">
            <RecordSelect
              kind="user"
              aria-label={t('work.calendar.person')}
              value={assignee ?? session.user.id}
              label={assignee ? undefined : session.user.name}
              onChange={(next) => put({ assignee: next })}
            />
          </div>
        )}
      </div>
      <ProblemAlert problem={calendar.error} onRetry={() => void calendar.refetch()} />
      {props ? null : <Loading />}
      <p className="muted small not-phone">{t('work.calendar.hint')}</p>
      {props ? (
        <Dragging
          onDragEnd={({ operation, canceled }) => {
            const entry = operation.source?.data.entry as CalendarEntry | undefined;
            const target = operation.target?.data as { day?: string; hour?: string | null } | undefined;
            if (!canceled && entry && target?.day) onMove(entry, target.day, target.hour);
          }}
        >
          {view === 'month' ? (
            <CalendarMonth {...props} month={day.slice(0, 7)} selected={day} onSelect={setDay} />
          ) : null}
          {view === 'week' ? <CalendarDays {...props} /> : null}
          {view === 'day' ? <CalendarHours {...props} day={day} /> : null}
        </Dragging>
      ) : null}
      {calendar.data?.cut ? <p className="muted">{t('work.calendar.cut')}</p> : null}
      {form ? (
        <TaskForm
          key={form.entry?.task.id ?? 'new'}
          task={form.entry?.projected ? undefined : form.entry?.task}
          day={form.day}
          time={form.hour}
          onClose={() => setForm(null)}
        />
      ) : null}
      {exceptions ? <ExceptionsDialog year={Number(day.slice(0, 4))} onClose={() => setExceptions(false)} /> : null}
    </Page>
  );
}
