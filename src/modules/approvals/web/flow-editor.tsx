import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { NewerSaved, useWritten } from '#ui/newer.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { createFlow, publishFlow, removeFlow, updateFlow } from '../flow-contract.ts';
import type { FlowStep, FlowView } from '../flow-shapes.ts';
import { errorsOfStep, moved, newStep } from './flow-draft.ts';
import { StepEditor, type Subjects } from './step-editor.tsx';

const stale = ['/approval-flows', '/approval-subjects'];

export interface FlowEditorProps {
  subject: Subjects['items'][number];
  choices: Subjects;
  draft: FlowView | undefined;
  /** The published version a new draft begins with. */
  base: FlowView | undefined;
  onEnd(): void;
  /** Begins again with what somebody else saved of the draft. */
  onNewest(): void;
}

/** Writes the next version of a flow; nothing counts before it is published. */
export function FlowEditor({ subject, choices, draft, base, onEnd, onNewest }: FlowEditorProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const create = useSend(createFlow, stale);
  const update = useSend(updateFlow, stale);
  const publish = useSend(publishFlow, stale);
  const remove = useSend(removeFlow, stale);
  const [steps, setSteps] = useState<FlowStep[]>(
    () => draft?.steps ?? base?.steps ?? [newStep([], t('approvals.flows.managerStep'))],
  );
  const written = useWritten(draft, stale);
  const [note, setNote] = useState(draft?.note ?? '');
  const names = { ...base?.names, ...draft?.names };
  const problem = create.error ?? update.error ?? publish.error ?? remove.error;
  const { rest } = atFields(problem, ...steps.map((_, index) => `steps.${index}`));
  const busy = create.isPending || update.isPending || publish.isPending;
  const save = async (): Promise<FlowView> => {
    for (const mutation of [create, update, publish]) mutation.reset();
    if (draft)
      return update.mutateAsync(
        { params: { id: draft.id }, ifMatch: written.version, body: { steps, note } },
        { onSuccess: written.saved, onError: written.failed },
      );
    return create.mutateAsync({ body: { subjectKind: subject.kind, steps, note } }, { onSuccess: written.saved });
  };
  // The problem is shown from the mutation; here it only ends the chain.
  const saveDraft = () =>
    save().then(
      () => void message.success(t('approvals.flows.draftSaved')),
      () => undefined,
    );
  const saveAndPublish = () =>
    save()
      .then((saved) => publish.mutateAsync({ params: { id: saved.id }, ifMatch: saved.version }))
      .then(
        () => {
          void message.success(t('approvals.flows.published'));
          onEnd();
        },
        () => undefined,
      );
  const put = (index: number, step: FlowStep) => setSteps(steps.map((item, at) => (at === index ? step : item)));
  return (
    <section className="panel" aria-label={t('approvals.flows.draft')}>
      <h2>{t('approvals.flows.draft')}</h2>
      {written.newer && !busy ? <NewerSaved onTake={onNewest} /> : <ProblemAlert problem={rest} />}
      {steps.map((step, index) => (
        <StepEditor
          key={step.key}
          step={step}
          index={index}
          count={steps.length}
          subject={subject}
          choices={choices}
          names={names}
          errors={errorsOfStep(problem?.errors ?? [], index)}
          onChange={(next) => put(index, next)}
          onMove={(by) => setSteps(moved(steps, index, by))}
          onRemove={() => setSteps(steps.filter((_, at) => at !== index))}
        />
      ))}
      <Button
        icon={<PlusOutlined aria-hidden />}
        disabled={steps.length >= 20}
        onClick={() => setSteps([...steps, newStep(steps, t('approvals.flows.managerStep'))])}
      >
        {t('approvals.flows.addStep')}
      </Button>
      <div className="under-form">
        <FormField id="flow-note" label={t('approvals.flows.note')}>
          <Input id="flow-note" maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
        </FormField>
      </div>
      <div className="row">
        <Button type="primary" loading={busy} onClick={() => void saveAndPublish()}>
          {t('approvals.flows.publish')}
        </Button>
        <Button loading={busy} onClick={() => void saveDraft()}>
          {t('approvals.flows.saveDraft')}
        </Button>
        <Button
          onClick={() =>
            draft ? remove.mutate({ params: { id: draft.id }, ifMatch: draft.version }, { onSuccess: onEnd }) : onEnd()
          }
        >
          {t(draft ? 'approvals.flows.discard' : 'ui.cancel')}
        </Button>
      </div>
    </section>
  );
}
