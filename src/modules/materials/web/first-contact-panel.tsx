import './materials.css';
import { CheckCircleFilled, MinusCircleOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActivityDialog, TaskDialog } from '#modules/work/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { useCan } from '#ui/session.tsx';
import {
  type FirstContactGuide,
  type FirstContactStep,
  getFirstContactGuide,
  waiveFirstContactGuide,
} from '../first-contact-contract.ts';
import { DecisionDialog, NeedsDialog, ReceiverDialog } from './first-contact-dialogs.tsx';
import { SendDialog } from './send-dialog.tsx';

type Step = NonNullable<FirstContactGuide['steps']>[number];

/** What to do before the first contact; it ticks itself and goes away when there was contact. */
export default function FirstContactPanel({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const can = useCan();
  // Facts come from many places: it is read anew whenever the card is looked at again.
  const { data, refetch } = useEndpoint(getFirstContactGuide, { params: { id: customerId } });
  const waive = useSend(waiveFirstContactGuide, ['/customers/:id/first-contact', '/customers/:id/timeline']);
  const [dialog, setDialog] = useState<FirstContactStep | 'contact' | null>(null);
  const steps = data?.steps;
  if (!data || !steps) return null;
  const close = () => {
    setDialog(null);
    void refetch();
  };
  const may: Record<FirstContactStep, boolean> = {
    materials: data.can.send,
    appointment: can('task:manage'),
    receiver: data.can.update,
    decision: data.can.update && steps.some((step) => step.key === 'receiver' && step.done),
    needs: data.can.update,
  };
  const done = steps.filter((step) => step.done).length;
  const putAway = () =>
    void modal.confirm({
      title: t('materials.firstContact.waiveTitle'),
      okText: t('materials.firstContact.waive'),
      cancelText: t('ui.cancel'),
      onOk: () =>
        waive.mutate({ params: { id: customerId } }, { onError: (problem) => void message.error(problem.message) }),
    });
  return (
    <section className="panel first-contact" aria-labelledby={`first-${customerId}`}>
      <div className="row">
        <h2 id={`first-${customerId}`} className="first-contact-title">
          {t('materials.firstContact.title')}{' '}
          <span className="muted small">{t('materials.firstContact.progress', { done, total: steps.length })}</span>
        </h2>
        <span className="grow" />
        <Button size="small" type={done === steps.length ? 'primary' : 'default'} onClick={() => setDialog('contact')}>
          {t('materials.firstContact.call')}
        </Button>
        <Button className="first-contact-waive" size="small" type="text" loading={waive.isPending} onClick={putAway}>
          {t('materials.firstContact.waive')}
        </Button>
      </div>
      <p className="muted small first-contact-help">
        {t(done === steps.length ? 'materials.firstContact.ready' : 'materials.firstContact.help')}
      </p>
      <ol className="first-contact-steps">
        {steps.map((step) => (
          <StepItem key={step.key} step={step} may={may[step.key]} onDo={() => setDialog(step.key)} />
        ))}
      </ol>
      <Suspense>
        {dialog === 'materials' ? <SendDialog customerId={customerId} onClose={close} /> : null}
        {dialog === 'appointment' ? (
          <TaskDialog
            customerId={customerId}
            preset={{ kind: 'call', title: t('materials.firstContact.appointmentTitle') }}
            onClose={close}
          />
        ) : null}
        {dialog === 'contact' ? <ActivityDialog customerId={customerId} onClose={close} /> : null}
      </Suspense>
      {dialog === 'receiver' ? <ReceiverDialog customerId={customerId} onClose={close} /> : null}
      {dialog === 'decision' ? <DecisionDialog customerId={customerId} onClose={close} /> : null}
      {dialog === 'needs' ? <NeedsDialog customerId={customerId} onClose={close} /> : null}
    </section>
  );
}

function StepItem({ step, may, onDo }: { step: Step; may: boolean; onDo(): void }) {
  const { t } = useTranslation();
  return (
    <li>
      <div>
        {step.done ? (
          <CheckCircleFilled className="first-contact-done" aria-hidden />
        ) : (
          <MinusCircleOutlined className="muted" aria-hidden />
        )}{' '}
        {t(`materials.firstContact.step.${step.key}`)}
        <span className="visually-hidden">
          {t(step.done ? 'materials.firstContact.ticked' : 'materials.firstContact.open')}
        </span>
      </div>
      {step.facts.map((fact) => (
        <div key={fact} className="muted small">
          {fact}
        </div>
      ))}
      {!step.done && may ? (
        <Button size="small" onClick={onDo}>
          {t(`materials.firstContact.stepAction.${step.key}`)}
        </Button>
      ) : null}
    </li>
  );
}
