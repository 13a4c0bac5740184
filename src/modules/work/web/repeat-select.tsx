import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { DayInput } from '#ui/fields/day-input.tsx';

const rules = {
  daily: 'FREQ=DAILY',
  weekdays: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  weekly: 'FREQ=WEEKLY',
  biweekly: 'FREQ=WEEKLY;INTERVAL=2',
  monthly: 'FREQ=MONTHLY',
  monthEnd: 'FREQ=MONTHLY;BYMONTHDAY=-1',
  quarterly: 'FREQ=MONTHLY;INTERVAL=3',
  yearly: 'FREQ=YEARLY',
} as const;

/** Of a day half typed too: the rule is refused with it. */
const until = /;UNTIL=([\d?]{4})([\d?]{2})([\d?]{2})/;

interface Props {
  id: string;
  value: string | null;
  /** Without a day nothing can recur. */
  day: string;
  onChange(rule: string | null): void;
}

/** Recurrence as people say it, and the day it ends; a rule made elsewhere is shown as it is. */
export function RepeatSelect({ id, value, day, onChange }: Props) {
  const { t } = useTranslation();
  const end = value ? until.exec(value) : null;
  const base = value?.replace(until, '') ?? null;
  const known = Object.values(rules) as string[];
  const options = Object.entries(rules).map(([key, rule]) => ({
    value: rule as string,
    label: t(`work.repeat.${key}`),
  }));
  if (base && !known.includes(base)) options.push({ value: base, label: base });
  const put = (rule: string | null, last: string) =>
    onChange(rule && last !== '' ? `${rule};UNTIL=${last.replaceAll('-', '')}` : rule);
  const last = end ? `${end[1]}-${end[2]}-${end[3]}` : '';
  return (
    <>
      <Select
        id={id}
        className="full-width"
        allowClear
        disabled={day === ''}
        placeholder={t('work.repeat.none')}
        value={base ?? undefined}
        options={options}
        onChange={(rule?: string) => put(rule ?? null, last)}
      />
      {base ? (
        <div className="row repeat-end">
          <label htmlFor={`${id}-until`} className="muted small">
            {t('work.repeat.until')}
          </label>
          <DayInput
            id={`${id}-until`}
            size="small"
            className="repeat-until"
            max="9999-12-31"
            value={last}
            onChange={(day) => put(base, day ?? '')}
          />
        </div>
      ) : null}
    </>
  );
}
