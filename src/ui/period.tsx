import { Input } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useTyped } from './typed.ts';

interface PeriodProps {
  from: string;
  to: string;
  onChange(change: { from?: string; to?: string }): void;
}

/** The first and the last day a list or figure is limited to; an empty end is open. */
export function Period({ from, to, onChange }: PeriodProps) {
  const { t } = useTranslation();
  return (
    <>
      <Day name={t('ui.from')} value={from} onChange={(day) => onChange({ from: day })} />
      <Day name={t('ui.to')} value={to} onChange={(day) => onChange({ to: day })} />
    </>
  );
}

function Day({ name, value, onChange }: { name: string; value: string; onChange(day: string): void }) {
  const id = useId();
  const [typed, setTyped] = useTyped(value, onChange);
  return (
    <span className="period">
      <label htmlFor={id}>{name}</label>
      <Input id={id} type="date" value={typed} onChange={(event) => setTyped(event.target.value)} />
    </span>
  );
}
