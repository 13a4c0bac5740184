import { useTranslation } from 'react-i18next';
import { useNarrow } from '#ui/use-narrow.ts';
import { DayMark, DropPlace, Entry, entriesOf } from './calendar-entry.tsx';
import type { CalendarViewProps } from './calendar-view.ts';

/** Entries one cell shows before it says how many more there are. */
const shown = 4;

/** Six weeks; on a phone the days carry a count and the chosen day's tasks stand below. */
export function CalendarMonth({
  answer,
  month,
  selected,
  onSelect,
  onMove,
  onOpen,
  onAdd,
}: CalendarViewProps & { month: string; selected: string; onSelect(day: string): void }) {
  const { t, i18n } = useTranslation();
  const narrow = useNarrow();
  const weekday = new Intl.DateTimeFormat(i18n.language, { weekday: 'short', timeZone: 'UTC' });
  return (
    <>
      <div className="calendar-month">
        {answer.days.slice(0, 7).map(({ day }) => (
          <div key={day} className="calendar-weekday" aria-hidden="true">
            {weekday.format(new Date(`${day}T00:00:00Z`))}
          </div>
        ))}
        {answer.days.map((item) => {
          const entries = entriesOf(answer, item.day);
          const classes = [
            'calendar-cell',
            item.day.startsWith(month) ? '' : 'outside',
            item.kind === 'workday' ? '' : 'free',
            item.day === answer.today ? 'today' : '',
            narrow && item.day === selected ? 'selected' : '',
          ];
          return (
            <DropPlace
              key={item.day}
              id={`day-${item.day}`}
              day={item.day}
              className={classes.join(' ')}
              label={`${item.day} ${t('work.calendar.count', { n: entries.length })}`}
            >
              <div className="calendar-day-head">
                <button
                  type="button"
                  className="calendar-number"
                  onClick={() => (narrow ? onSelect(item.day) : onAdd(item.day))}
                >
                  {Number(item.day.slice(8))}
                  <span className="visually-hidden">
                    {item.day} {narrow ? t('work.calendar.count', { n: entries.length }) : t('work.task.add')}
                  </span>
                </button>
                <DayMark day={item} />
              </div>
              {narrow ? (
                entries.length > 0 && <span className="calendar-dot">{entries.length}</span>
              ) : (
                <>
                  {entries.slice(0, shown).map((entry) => (
                    <Entry key={entry.task.id + entry.day} entry={entry} onMove={onMove} onOpen={onOpen} />
                  ))}
                  {entries.length > shown ? (
                    <button type="button" className="calendar-more" onClick={() => onSelect(item.day)}>
                      {t('work.calendar.more', { n: entries.length - shown })}
                    </button>
                  ) : null}
                </>
              )}
            </DropPlace>
          );
        })}
      </div>
      {narrow || entriesOf(answer, selected).length > shown ? (
        <section className="panel calendar-chosen" aria-label={selected}>
          <h2>{selected}</h2>
          {entriesOf(answer, selected).map((entry) => (
            <Entry key={entry.task.id + entry.day} entry={entry} onMove={onMove} onOpen={onOpen} />
          ))}
          <button type="button" className="calendar-more" onClick={() => onAdd(selected)}>
            + {t('work.task.add')}
          </button>
        </section>
      ) : null}
    </>
  );
}
