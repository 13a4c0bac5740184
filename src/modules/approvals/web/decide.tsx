import { App, Button, Checkbox, Input, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { useOutdated } from '#ui/newer.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import {
  type ApprovalDetail,
  addSigner,
  commentApproval,
  decideApproval,
  resubmitApproval,
  sendBackApproval,
} from '../contract.ts';
import { useStepName } from './parts.tsx';

const stale = ['/approvals', '/notifications', '/exports', '/intakes', '/conflicts', '/customers/:id'];

/** Somebody else was quicker: how the request stands now is read, and what was typed stays to be sent or not. */
function useMovedOn() {
  const { t } = useTranslation();
  const failed = useOutdated(stale);
  return {
    failed,
    told: (problem: Problem | null) =>
      problem?.status === 412 ? new Problem(412, problem.code, { message: t('approvals.movedOn') }) : problem,
  };
}

/** What the reader may do with a request now. `approves` is off where the page has a way of its own to say yes. */
export function Decide({ item, approves = true }: { item: ApprovalDetail; approves?: boolean }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [comment, setComment] = useState('');
  /** Changes are accepted as they were seen: of a later version they are looked at again. */
  const [accepted, setAccepted] = useState<number | null>(null);
  const accept = accepted === item.version;
  const [dialog, setDialog] = useState<'return' | 'signer' | null>(null);
  const decide = useSend(decideApproval, stale);
  const resubmit = useSend(resubmitApproval, stale);
  const remark = useSend(commentApproval, stale);
  const params = { id: item.id };
  const { failed, told } = useMovedOn();
  const done = {
    onSuccess: () => {
      setComment('');
      void message.success(t('ui.saved'));
    },
    onError: failed,
  };
  const send = (decision: 'approve' | 'refuse' | 'withdraw') =>
    decide.mutate({ params, ifMatch: item.version, body: { decision, comment, acceptChanges: accept } }, done);
  const busy = decide.isPending || resubmit.isPending || remark.isPending;
  const { errors, rest } = atFields(told(decide.error ?? resubmit.error ?? remark.error), 'comment');
  const mustAccept = item.can.decide && item.changedSince.length > 0;
  return (
    <section className="panel" aria-label={t('approvals.act')}>
      <FormField id="approval-comment" label={t('approvals.comment')} error={errors.comment}>
        <Input.TextArea
          id="approval-comment"
          autoSize={{ minRows: 2 }}
          maxLength={2000}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      </FormField>
      <ProblemAlert problem={rest} />
      {mustAccept ? (
        <p>
          <Checkbox checked={accept} onChange={(event) => setAccepted(event.target.checked ? item.version : null)}>
            {t('approvals.acceptChanges')}
          </Checkbox>
        </p>
      ) : null}
      <div className="row form-buttons">
        {item.can.decide ? (
          <>
            {approves ? (
              <Button type="primary" loading={busy} onClick={() => send('approve')}>
                {t('approvals.approve')}
              </Button>
            ) : null}
            <Button danger loading={busy} onClick={() => send('refuse')}>
              {t('approvals.refuse')}
            </Button>
            <Button onClick={() => setDialog('return')}>{t('approvals.sendBack')}</Button>
          </>
        ) : null}
        {item.can.addSigner ? <Button onClick={() => setDialog('signer')}>{t('approvals.addSigner')}</Button> : null}
        {item.can.resubmit ? (
          <Button
            type="primary"
            loading={busy}
            onClick={() => resubmit.mutate({ params, ifMatch: item.version, body: { comment } }, done)}
          >
            {t('approvals.resubmit')}
          </Button>
        ) : null}
        {item.can.withdraw ? (
          <Button loading={busy} onClick={() => send('withdraw')}>
            {t('approvals.withdraw')}
          </Button>
        ) : null}
        <Button
          loading={busy}
          disabled={comment.trim() === ''}
          onClick={() => remark.mutate({ params, body: { comment } }, { onSuccess: () => setComment('') })}
        >
          {t('approvals.onlyComment')}
        </Button>
      </div>
      {dialog === 'return' ? (
        <ReturnDialog
          item={item}
          comment={comment}
          onClose={() => setDialog(null)}
          onSent={() => {
            setDialog(null);
            setComment('');
          }}
        />
      ) : null}
      {dialog === 'signer' ? <SignerDialog item={item} onClose={() => setDialog(null)} /> : null}
    </section>
  );
}

interface DialogProps {
  item: ApprovalDetail;
  onClose(): void;
}

function ReturnDialog({ item, comment: begun, onClose, onSent }: DialogProps & { comment: string; onSent(): void }) {
  const { t } = useTranslation();
  const stepName = useStepName();
  const send = useSend(sendBackApproval, stale);
  const { failed, told } = useMovedOn();
  const [toStep, setToStep] = useState<string | null>(null);
  const [comment, setComment] = useState(begun);
  const { errors, rest } = atFields(told(send.error), 'toStep', 'comment');
  return (
    <Modal
      open
      title={t('approvals.sendBack')}
      okText={t('approvals.sendBack')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: send.isPending }}
      onOk={() =>
        send.mutate(
          { params: { id: item.id }, ifMatch: item.version, body: { toStep, comment } },
          { onSuccess: onSent, onError: failed },
        )
      }
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <FormField id="return-to" label={t('approvals.sendBackTo')} error={errors.toStep}>
        <Select
          id="return-to"
          className="full-width"
          value={toStep ?? ''}
          options={[
            { value: '', label: t('approvals.requester', { name: item.requestedByName }) },
            ...item.steps
              .filter((step) => step.state === 'done')
              .map((step) => ({ value: step.id, label: stepName(step.name) })),
          ]}
          onChange={(value) => setToStep(value || null)}
        />
      </FormField>
      <FormField id="return-comment" label={t('approvals.sendBackWhy')} required error={errors.comment}>
        <Input.TextArea
          id="return-comment"
          autoSize={{ minRows: 2 }}
          maxLength={2000}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}

function SignerDialog({ item, onClose }: DialogProps) {
  const { t } = useTranslation();
  const send = useSend(addSigner, stale);
  const { failed, told } = useMovedOn();
  const [userId, setUserId] = useState<string | null>(null);
  const [place, setPlace] = useState<'before' | 'after' | 'parallel'>('after');
  const { errors, rest } = atFields(told(send.error), 'userId');
  return (
    <Modal
      open
      title={t('approvals.addSigner')}
      okText={t('approvals.addSigner')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: send.isPending }}
      onOk={() =>
        send.mutate(
          { params: { id: item.id }, ifMatch: item.version, body: { userId: userId ?? '', place } },
          { onSuccess: onClose, onError: failed },
        )
      }
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <FormField id="signer-user" label={t('approvals.signer')} required error={errors.userId}>
        <RecordSelect id="signer-user" kind="user" value={userId} onChange={setUserId} />
      </FormField>
      <Radio.Group
        aria-label={t('approvals.place.title')}
        value={place}
        options={(['before', 'parallel', 'after'] as const).map((value) => ({
          value,
          label: t(`approvals.place.${value}`),
        }))}
        onChange={(event) => setPlace(event.target.value as typeof place)}
      />
    </Modal>
  );
}
