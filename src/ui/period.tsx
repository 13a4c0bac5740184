import { Input } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

interface PeriodProps {
  from: string;
  to: string;
  onChange(change: { from?: string; to?: string }): void;
}

/** The first and the last day a list or figure is limited to; an empty end is open. */
export function Period({ onChange, ...days }: PeriodProps) {
  const { t } = useTranslation();
  const id = useId();
  return (['from', 'to'] as const).map((end) => (
    <span key={end} className="period">
      <label htmlFor={id + end}>{t(`ui.${end}`)}</label>
      <Input
        id={id + end}
        type="date"
        value={days[end]}
        onChange={(event) => onChange({ [end]: event.target.value })}
      />
    </span>
  ));
}
