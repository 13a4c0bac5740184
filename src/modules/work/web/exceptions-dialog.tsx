import { Button, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { DayInput, isTyped } from '#ui/fields/day-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { EmptyState, ProblemAlert } from '#ui/page.tsx';
import { listCalendarExceptions, removeCalendarException, setCalendarException } from '../task-contract.ts';

const stale = ['/calendar'];

/** The company's own holidays and working days of a year; a day of another year turns to that year. */
export function ExceptionsDialog({ year: opened, onClose }: { year: number; onClose(): void }) {
  const { t } = useTranslation();
  const [year, setYear] = useState(opened);
  const list = useEndpoint(listCalendarExceptions, { query: { year } });
  const put = useSend(setCalendarException, stale);
  const remove = useSend(removeCalendarException, stale);
  const [form, setForm] = useState({ day: '', kind: 'holiday' as 'holiday' | 'workday', name: '' });
  const items = list.data?.items ?? [];
  const { errors, rest } = atFields(put.error, 'day', 'name');
  // The day is part of the address asked for: a half typed one would be "not found".
  const [half, setHalf] = useState(false);
  return (
    <Modal open title={t('work.calendar.exceptionsOf', { year })} footer={null} onCancel={onClose}>
      <p className="muted">{t('work.calendar.exceptionsText')}</p>
      <ProblemAlert problem={list.error ?? remove.error ?? rest} />
      <div className="grid-2">
        <FormField
          id="exception-day"
          label={t('work.task.day')}
          required
          error={half ? t('errors.date.format') : errors.day}
        >
          <DayInput
            id="exception-day"
            value={form.day}
            onChange={(day) => {
              setHalf(false);
              setForm({ ...form, day: day ?? '' });
            }}
          />
        </FormField>
        <FormField id="exception-kind" label={t('work.calendar.kind')}>
          <Select
            id="exception-kind"
            className="full-width"
            value={form.kind}
            options={(['holiday', 'workday'] as const).map((kind) => ({
              value: kind,
              label: t(`work.calendar.kinds.${kind}`),
            }))}
            onChange={(kind) => setForm({ ...form, kind })}
          />
        </FormField>
        <FormField id="exception-name" label={t('work.calendar.name')} error={errors.name}>
          <Input
            id="exception-name"
            maxLength={60}
            value={form.name}
            onChange={(event) => setForm({ ...form, name: event.target.value })}
          />
        </FormField>
      </div>
      <Button
        type="primary"
        disabled={form.day === ''}
        loading={put.isPending}
        onClick={() => {
          if (!isTyped(form.day)) return setHalf(true);
          put.mutate(
            { params: { day: form.day }, body: { kind: form.kind, name: form.name } },
            {
              onSuccess: () => {
                setYear(Number(form.day.slice(0, 4)));
                setForm({ ...form, day: '', name: '' });
              },
            },
          );
        }}
      >
        {t('ui.save')}
      </Button>
      {items.length === 0 && !list.isPending ? <EmptyState text={t('work.calendar.noExceptions')} /> : null}
      <ul className="cards under-form">
        {items.map((item) => (
          <li key={item.id} className="list-row">
            <span>{item.day}</span>
            <span className="grow">
              {t(`work.calendar.kinds.${item.kind}`)} {item.name}
            </span>
            <Button size="small" type="link" danger onClick={() => remove.mutate({ params: { day: item.day } })}>
              {t('ui.delete')}
            </Button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
