import { useDraggable, useDroppable } from '@dnd-kit/react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { addDays } from '#shared/dates/zoned.ts';
import type { CalendarEntry } from '../task-contract.ts';
import type { CalendarAnswer } from './calendar-view.ts';
import { useCompanyTime } from './when.ts';

interface EntryProps {
  entry: CalendarEntry;
  onMove(entry: CalendarEntry, day: string): void;
  onOpen(entry: CalendarEntry): void;
}

/** A task in the calendar: dragged to another day, opened by click or Enter, moved by Alt and an arrow key. */
export function Entry({ entry, onMove, onOpen }: EntryProps) {
  const { t } = useTranslation();
  const time = useCompanyTime();
  const { task } = entry;
  const movable = task.can.update && task.state === 'open' && !entry.projected;
  const { ref, isDragging } = useDraggable({
    id: `${task.id}-${entry.day}`,
    data: { entry, name: task.title },
    disabled: !movable,
  });
  const clock = task.dueAt ? time.local(task.dueAt).slice(11) : '';
  const onKeyDown = (event: KeyboardEvent) => {
    const days = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    if (!event.altKey || !days || !movable) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(entry, addDays(entry.day, days));
  };
  const classes = [
    'calendar-entry',
    task.state === 'done' ? 'done' : '',
    task.overdue ? 'late' : '',
    entry.projected ? 'projected' : '',
    isDragging ? 'dragging' : '',
  ];
  return (
    <button
      ref={ref}
      type="button"
      className={classes.join(' ')}
      title={task.title}
      aria-keyshortcuts={movable ? 'Alt+ArrowLeft Alt+ArrowRight Alt+ArrowUp Alt+ArrowDown' : undefined}
      onKeyDown={onKeyDown}
      onClick={() => (entry.projected ? undefined : onOpen(entry))}
    >
      {clock ? <span className="calendar-clock">{clock}</span> : null}
      {task.title}
      {task.customerName ? <span className="muted"> {task.customerName}</span> : null}
      {entry.projected ? <span className="visually-hidden">{t('work.calendar.projected')}</span> : null}
    </button>
  );
}

/** A place a task can be dropped on. */
export function DropPlace({
  id,
  day,
  hour,
  className,
  label,
  children,
}: {
  id: string;
  day: string;
  hour?: string | null;
  className: string;
  label: string;
  children: ReactNode;
}) {
  const { ref, isDropTarget } = useDroppable({ id, data: { day, hour } });
  return (
    <fieldset ref={ref} className={`${className}${isDropTarget ? ' over' : ''}`} aria-label={label}>
      {children}
    </fieldset>
  );
}

/** Holiday, working Saturday and the like beside the number of the day. */
export function DayMark({ day }: { day: CalendarAnswer['days'][number] }) {
  const { t, i18n } = useTranslation();
  const name = day.name ? (i18n.language === 'en-US' ? day.name.en : day.name.zh) : '';
  if (day.kind === 'holiday')
    return (
      <span className="day-mark holiday" title={name || undefined}>
        {t('work.calendar.off')}
        {name ? <span className="not-phone"> {name}</span> : null}
      </span>
    );
  return day.shifted ? <span className="day-mark work">{t('work.calendar.on')}</span> : null;
}

export const entriesOf = (answer: CalendarAnswer, day: string): CalendarEntry[] =>
  answer.entries
    .filter((entry) => entry.day === day)
    .sort((a, b) => (a.task.dueAt ?? '').localeCompare(b.task.dueAt ?? ''));
