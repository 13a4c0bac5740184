import { useEffect, useRef, useState } from 'react';

/**
 * What is being typed, and its value that follows a moment later. A value changed from elsewhere replaces what was
 * typed, unless the typing is still to be told: what is typed into a page that loads stays.
 */
export function useTyped(value: string, onChange: (value: string) => void): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const latest = useRef(value);
  useEffect(() => {
    if (value === told.current) return;
    const untold = latest.current !== told.current;
    told.current = value;
    if (untold) return;
    latest.current = value;
    setTyped(value);
  }, [value]);
  const tell = useRef(onChange);
  useEffect(() => {
    tell.current = onChange;
  });
  useEffect(() => {
    const next = typed.trim();
    if (next === told.current) return;
    const timer = setTimeout(() => {
      told.current = next;
      tell.current(next);
    }, 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const type = (next: string): void => {
    latest.current = next.trim();
    setTyped(next);
  };
  return [typed, type];
}
