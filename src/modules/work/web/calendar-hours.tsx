import { useTranslation } from 'react-i18next';
import { DayMark, DropPlace, Entry, entriesOf } from './calendar-entry.tsx';
import type { CalendarViewProps } from './calendar-view.ts';
import { useCompanyTime } from './when.ts';

const firstHour = 7;
const lastHour = 21;

/** One day by the hour; a task dropped on an hour begins then, dropped above it lasts all day. */
export function CalendarHours({ answer, day, onMove, onOpen, onAdd }: CalendarViewProps & { day: string }) {
  const { t } = useTranslation();
  const time = useCompanyTime();
  const entries = entriesOf(answer, day);
  const hourOf = (dueAt: string) => Math.min(lastHour, Math.max(firstHour, Number(time.local(dueAt).slice(11, 13))));
  const hours = Array.from({ length: lastHour - firstHour + 1 }, (_, index) => firstHour + index);
  const info = answer.days.find((item) => item.day === day);
  return (
    <div className="calendar-hours panel">
      <DropPlace id="all-day" day={day} hour={null} className="calendar-hour" label={t('work.calendar.allDay')}>
        <span className="calendar-hour-name">{t('work.calendar.allDay')}</span>
        <div className="calendar-hour-entries">
          {info ? <DayMark day={info} /> : null}
          {entries
            .filter((entry) => !entry.task.dueAt)
            .map((entry) => (
              <Entry key={entry.task.id} entry={entry} onMove={onMove} onOpen={onOpen} />
            ))}
        </div>
      </DropPlace>
      {hours.map((hour) => {
        const clock = `${String(hour).padStart(2, '0')}:00`;
        return (
          <DropPlace key={hour} id={`hour-${hour}`} day={day} hour={clock} className="calendar-hour" label={clock}>
            <button
              type="button"
              className="calendar-hour-name"
              aria-label={`${clock} ${t('work.task.add')}`}
              onClick={() => onAdd(day, clock)}
            >
              {clock}
            </button>
            <div className="calendar-hour-entries">
              {entries
                .filter((entry) => entry.task.dueAt && hourOf(entry.task.dueAt) === hour)
                .map((entry) => (
                  <Entry key={entry.task.id} entry={entry} onMove={onMove} onOpen={onOpen} />
                ))}
            </div>
          </DropPlace>
        );
      })}
    </div>
  );
}
