import type { CalendarEntry, getCalendar } from '../task-contract.ts';

export type CalendarAnswer = (typeof getCalendar)['response']['_output'];

/** What the page gives to each of its views. */
export interface CalendarViewProps {
  answer: CalendarAnswer;
  /** Moves a task by keyboard or drop; `hour` only in the day view. */
  onMove(entry: CalendarEntry, day: string, hour?: string | null): void;
  onOpen(entry: CalendarEntry): void;
  onAdd(day: string, hour?: string): void;
}
