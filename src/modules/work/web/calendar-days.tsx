import { useTranslation } from 'react-i18next';
import { DayMark, DropPlace, Entry, entriesOf } from './calendar-entry.tsx';
import type { CalendarViewProps } from './calendar-view.ts';
import { dayText } from './when.ts';

/** A week: columns on a wide screen, one day below the other on a phone. */
export function CalendarDays({ answer, onMove, onOpen, onAdd }: CalendarViewProps) {
  const { t } = useTranslation();
  return (
    <div className="calendar-week">
      {answer.days.map((item) => (
        <DropPlace
          key={item.day}
          id={`day-${item.day}`}
          day={item.day}
          className={`calendar-column${item.kind === 'workday' ? '' : ' free'}${item.day === answer.today ? ' today' : ''}`}
          label={item.day}
        >
          <div className="calendar-day-head">
            <strong>{dayText(item.day, answer.today, t)}</strong>
            <DayMark day={item} />
            <span className="grow" />
            <button
              type="button"
              className="calendar-add"
              aria-label={`+ ${t('work.task.add')} ${item.day}`}
              onClick={() => onAdd(item.day)}
            >
              +
            </button>
          </div>
          {entriesOf(answer, item.day).map((entry) => (
            <Entry key={entry.task.id + entry.day} entry={entry} onMove={onMove} onOpen={onOpen} />
          ))}
        </DropPlace>
      ))}
    </div>
  );
}
