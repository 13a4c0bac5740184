import { App, Button, Checkbox, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { type Outcome, outcomes } from '../../activity-contract.ts';
import { finishVisit, type VisitView } from '../../visit-contract.ts';
import { NextStepFields, nextStepBody, nextStepNames, useNextStep } from '../next-step-fields.tsx';
import { useCompanyTime } from '../when.ts';
import { visitStale } from './visit-form.tsx';

/** The result of a visit: outcome, checklist, what comes next. */
export function ResultDialog({ visit, onClose }: { visit: VisitView; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const time = useCompanyTime();
  const send = useSend(finishVisit, visitStale);
  const next = useNextStep();
  const [outcome, setOutcome] = useState<Outcome>('reached');
  const [summary, setSummary] = useState('');
  const [checklist, setChecklist] = useState(visit.checklist);
  const { errors, rest } = atFields(send.error, 'outcome', 'summary', ...(next.wanted ? nextStepNames : []));
  const mark = (index: number, change: Partial<(typeof checklist)[number]>) =>
    setChecklist((before) => before.map((item, at) => (at === index ? { ...item, ...change } : item)));
  const save = () =>
    send.mutate(
      {
        params: { id: visit.id },
        ifMatch: visit.version,
        body: { outcome, summary, checklist, ...nextStepBody(next, time.instant) },
      },
      {
        onSuccess: () => {
          void message.success(t('ui.saved'));
          onClose();
        },
      },
    );
  return (
    <Modal
      open
      width={640}
      title={t('work.visit.result')}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="primary" loading={send.isPending} onClick={save}>
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <ProblemAlert problem={rest} />
      <FormField id="result-outcome" label={t('work.activity.outcome')} required error={errors.outcome}>
        <Select
          id="result-outcome"
          className="full-width"
          value={outcome}
          options={outcomes.map((key) => ({ value: key, label: t(`work.outcome.${key}`) }))}
          onChange={setOutcome}
        />
      </FormField>
      <FormField id="result-summary" label={t('work.activity.body')} required error={errors.summary}>
        <Input.TextArea
          id="result-summary"
          autoSize={{ minRows: 3, maxRows: 12 }}
          maxLength={20_000}
          value={summary}
          onChange={(event) => setSummary(event.target.value)}
        />
      </FormField>
      {checklist.length > 0 ? (
        <fieldset className="options">
          <legend>{t('work.visit.checklist')}</legend>
          {checklist.map((item, index) => (
            <div key={item.text} className="check-line">
              <Checkbox checked={item.done} onChange={(event) => mark(index, { done: event.target.checked })}>
                {item.text}
              </Checkbox>
              <Input
                aria-label={t('work.visit.noteOn', { text: item.text })}
                placeholder={t('work.visit.note')}
                maxLength={500}
                value={item.note}
                onChange={(event) => mark(index, { note: event.target.value })}
              />
            </div>
          ))}
        </fieldset>
      ) : null}
      <fieldset className="options">
        <legend>{t('work.nextStep.title')}</legend>
        <Checkbox checked={!next.wanted} onChange={(event) => next.setWanted(!event.target.checked)}>
          {t('work.nextStep.none')}
        </Checkbox>
        {next.wanted ? <NextStepFields next={next} errors={errors} /> : null}
      </fieldset>
    </Modal>
  );
}
