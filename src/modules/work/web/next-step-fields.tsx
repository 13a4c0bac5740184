import { Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DayInput, isTyped } from '#ui/fields/day-input.tsx';
import { FormField } from '#ui/fields/form-field.tsx';
import { type TaskKind, taskKinds } from '../task-contract.ts';

export const nextStepNames = [
  ...(['nextStep.title', 'nextStep.dueOn', 'nextStep.dueAt', 'nextStep.place', 'nextStep.', 'nextStep'] as const),
];

/** State of the "next step" part of a form. */
export function useNextStep() {
  const [wanted, setWanted] = useState(true);
  const [step, setStep] = useState({ kind: 'call' as TaskKind, title: '', day: '', time: '', place: '' });
  return { wanted, setWanted, step, set: (change: Partial<typeof step>) => setStep((now) => ({ ...now, ...change })) };
}
type NextStep = ReturnType<typeof useNextStep>;

/** The part of a request: asked for unless the user says there is none. */
export function nextStepBody({ wanted, step }: NextStep, instant: (local: string) => string) {
  if (!wanted) return {};
  const when =
    step.day === ''
      ? {}
      : step.time === '' || !isTyped(step.day)
        ? { dueOn: step.day }
        : { dueAt: instant(`${step.day}T${step.time}`) };
  return {
    nextStep: {
      kind: step.kind,
      title: step.title,
      place: step.place,
      reminders: step.day === '' ? [] : step.time === '' ? [0] : [30],
      ...when,
    },
  };
}

/** What, when and where next. */
export function NextStepFields({
  next: { step, set },
  errors,
}: {
  next: NextStep;
  errors: Partial<Record<(typeof nextStepNames)[number], string>>;
}) {
  const { t } = useTranslation();
  return (
    <>
      <p className="muted small">{t('work.nextStep.hint')}</p>
      <div className="grid-2">
        <FormField id="next-kind" label={t('work.activity.type')}>
          <Select
            id="next-kind"
            className="full-width"
            value={step.kind}
            options={taskKinds.map((kind) => ({ value: kind, label: t(`work.type.${kind}`) }))}
            onChange={(kind) => set({ kind })}
          />
        </FormField>
        <FormField id="next-title" label={t('work.nextStep.what')} required error={errors['nextStep.title']}>
          <Input
            id="next-title"
            maxLength={300}
            value={step.title}
            onChange={(event) => set({ title: event.target.value })}
          />
        </FormField>
        <FormField
          id="next-day"
          label={t('work.nextStep.due')}
          required
          error={errors['nextStep.dueOn'] ?? errors['nextStep.'] ?? errors.nextStep}
        >
          <DayInput id="next-day" max="9999-12-31" value={step.day} onChange={(day) => set({ day: day ?? '' })} />
        </FormField>
        <FormField id="next-time" label={t('work.nextStep.time')} error={errors['nextStep.dueAt']}>
          <DayInput id="next-time" type="time" value={step.time} onChange={(time) => set({ time: time ?? '' })} />
        </FormField>
        <FormField id="next-place" label={t('work.nextStep.place')} error={errors['nextStep.place']}>
          <Input
            id="next-place"
            maxLength={300}
            value={step.place}
            onChange={(event) => set({ place: event.target.value })}
          />
        </FormField>
      </div>
    </>
  );
}
