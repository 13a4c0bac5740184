import { Input, type InputProps } from 'antd';
import type { SyntheticEvent } from 'react';

/** What stands for a day or time that is half typed or does not exist: no check lets it pass, so that it is told and not taken for "no value". */
const unreadable = '????-??-??';

/** Whether what was typed can be read: only then can a time be put behind a day. */
export const isTyped = (text: string): boolean => text !== '' && text !== unreadable;

/** A day, a time of day, or (`type="datetime-local"`) both. The browser gives no text for one that is half typed (`31.02.`), yet shows it: it stays and is refused. */
export function DayInput({
  value,
  onChange,
  type = 'date',
  ...more
}: Omit<InputProps, 'value' | 'onChange'> & { value: unknown; onChange(value: string | null): void }) {
  const shown = typeof value === 'string' && value !== unreadable ? value : '';
  const read = (event: SyntheticEvent<HTMLInputElement>) => {
    const { validity, value: text } = event.currentTarget;
    const next = validity.badInput ? unreadable : text || null;
    if (next !== (value ?? null)) onChange(next);
  };
  // Of parts typed into an empty day the browser tells no change: the keys and leaving it do.
  return <Input {...more} type={type} value={shown} onChange={read} onKeyUp={read} onBlur={read} />;
}
