import '../work.css';
import { Link, useParams } from '@tanstack/react-router';
import { App, Button, Input, Modal, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/errors.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { formatTime } from '#ui/format.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { getMinutes, type MinutesDetail, reviseMinutes, waiveMinutes } from '../../minutes-contract.ts';
import { MinutesForm, minutesStale } from './minutes-form.tsx';
import { MinutesState } from './minutes-state.tsx';
import { MinutesText } from './minutes-text.tsx';
import { Receipts } from './receipts.tsx';
import { SendDialog } from './send-dialog.tsx';

/** Minutes of one talk, from draft to receipt. */
export default function OneMinutesPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const found = useEndpoint(getMinutes, { params: { id } }, { retry: false });
  if (found.data) return <One minutes={found.data} />;
  return (
    <Page title={t('work.minutes.title')}>
      {found.error ? <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} /> : <Loading />}
    </Page>
  );
}

function One({ minutes }: { minutes: MinutesDetail }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [dialog, setDialog] = useState<'send' | 'waive' | null>(null);
  /** Whose words the form begins with: those of somebody else only when they are asked for. */
  const [taken, setTaken] = useState(minutes.version);
  const revise = useSend(reviseMinutes, minutesStale);
  const { can } = minutes;
  const onError = (problem: Problem) => void message.error(problem.message);
  return (
    <Page
      title={t('work.minutes.title')}
      actions={
        <>
          {can.waive ? <Button onClick={() => setDialog('waive')}>{t('work.minutes.waive')}</Button> : null}
          {can.revise ? (
            <Popconfirm
              title={t(minutes.sentAt ? 'work.minutes.reviseSent' : 'work.minutes.reviseUnsent')}
              okText={t('work.minutes.revise')}
              cancelText={t('ui.cancel')}
              onConfirm={() =>
                revise.mutate({ params: { id: minutes.id }, ifMatch: minutes.version, body: {} }, { onError })
              }
            >
              <Button loading={revise.isPending}>{t('work.minutes.revise')}</Button>
            </Popconfirm>
          ) : null}
          {can.send ? (
            <Button type="primary" onClick={() => setDialog('send')}>
              {t('work.minutes.send')}
            </Button>
          ) : null}
        </>
      }
    >
      <section className="panel">
        <div className="row">
          <strong className="grow visit-aim">{minutes.subject}</strong>
          <MinutesState minutes={minutes} />
        </div>
        <div className="muted task-facts">
          <Link to="/customers/$id" params={{ id: minutes.customerId }}>
            {minutes.customerName}
          </Link>
          <span>{minutes.author.name}</span>
          <span className={minutes.overdue ? 'overdue' : undefined}>
            {t('work.minutes.due', { day: minutes.dueOn })}
          </span>
          <span>{t('work.minutes.edition', { n: minutes.edition })}</span>
          {minutes.approvalId ? (
            <Link to="/approvals/$id" params={{ id: minutes.approvalId }}>
              {t('work.visit.approval')}
            </Link>
          ) : null}
        </div>
        {minutes.waivedReason ? <p>{t('work.minutes.waivedBecause', { reason: minutes.waivedReason })}</p> : null}
      </section>
      <Receipts minutes={minutes} />
      {can.write ? (
        <MinutesForm key={`${minutes.edition}:${taken}`} minutes={minutes} onNewest={() => setTaken(minutes.version)} />
      ) : (
        <section className="panel">
          <MinutesText content={minutes.content} held={formatTime(minutes.content.heldAt)} />
        </section>
      )}
      {dialog === 'send' ? <SendDialog minutes={minutes} onClose={() => setDialog(null)} /> : null}
      {dialog === 'waive' ? <WaiveDialog minutes={minutes} onClose={() => setDialog(null)} /> : null}
    </Page>
  );
}

function WaiveDialog({ minutes, onClose }: { minutes: MinutesDetail; onClose(): void }) {
  const { t } = useTranslation();
  const waive = useSend(waiveMinutes, minutesStale);
  const [reason, setReason] = useState('');
  const { errors, rest } = atFields(waive.error, 'reason');
  return (
    <Modal
      open
      title={t('work.minutes.waive')}
      okText={t('work.minutes.waive')}
      okButtonProps={{ loading: waive.isPending }}
      cancelText={t('ui.cancel')}
      onCancel={onClose}
      onOk={() =>
        waive.mutate(
          { params: { id: minutes.id }, ifMatch: minutes.version, body: { reason } },
          { onSuccess: () => onClose() },
        )
      }
    >
      <ProblemAlert problem={rest} />
      <FormField id="waive-reason" label={t('work.minutes.reason')} required error={errors.reason}>
        <Input id="waive-reason" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </FormField>
    </Modal>
  );
}
