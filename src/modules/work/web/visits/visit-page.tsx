import '../work.css';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { App, Button, Input, Modal, Tag } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/errors.ts';
import { downloadUrl, invalidate, upload, useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { FileButton } from '#ui/file-button.tsx';
import { formatTime, listed } from '#ui/format.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import {
  addVisitPhoto,
  cancelVisit,
  checkOutVisit,
  departVisit,
  downloadVisitPhoto,
  getVisit,
  type VisitView,
} from '../../visit-contract.ts';
import { MinutesButton } from '../minutes/minutes-button.tsx';
import { CheckInDialog } from './check-in-dialog.tsx';
import { ResultDialog } from './result-dialog.tsx';
import { VisitForm, visitStale } from './visit-form.tsx';
import { VisitState } from './visit-state.tsx';

/** One visit slip; on the phone its next act is one thumb away. */
export default function VisitPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const found = useEndpoint(getVisit, { params: { id } }, { retry: false });
  if (found.error)
    return (
      <Page title={t('work.visit.slip')}>
        <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  if (!found.data)
    return (
      <Page title={t('work.visit.slip')}>
        <Loading />
      </Page>
    );
  return <Slip visit={found.data} />;
}

type Dialog = 'change' | 'checkIn' | 'result' | 'cancel' | null;

function Slip({ visit }: { visit: VisitView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [dialog, setDialog] = useState<Dialog>(null);
  const depart = useSend(departVisit, visitStale);
  const checkOut = useSend(checkOutVisit, visitStale);
  const { can } = visit;
  const onError = (problem: Problem) => void message.error(problem.message);
  const send = { params: { id: visit.id }, ifMatch: visit.version, body: {} };
  const close = () => setDialog(null);
  return (
    <Page
      title={t('work.visit.slip')}
      actions={
        <>
          {can.change ? <Button onClick={() => setDialog('change')}>{t('work.visit.change')}</Button> : null}
          {can.cancel ? (
            <Button danger onClick={() => setDialog('cancel')}>
              {t('work.visit.cancel')}
            </Button>
          ) : null}
        </>
      }
    >
      <section className="panel">
        <div className="row">
          <h2 className="grow visit-aim">{visit.aim}</h2>
          <VisitState state={visit.state} />
        </div>
        <p>
          <Link to="/customers/$id" params={{ id: visit.customerId }}>
            {visit.customerName}
          </Link>
          {' · '}
          <Link to="/customers/$id/brief" params={{ id: visit.customerId }}>
            {t('customers.brief.title')}
          </Link>
        </p>
        {can.depart || can.checkIn || can.checkOut || can.finish ? (
          <div className="visit-acts">
            {can.depart ? (
              <Button
                type="primary"
                size="large"
                loading={depart.isPending}
                onClick={() => depart.mutate(send, { onError })}
              >
                {t('work.visit.depart')}
              </Button>
            ) : null}
            {can.checkIn ? (
              <Button size="large" type={can.depart ? 'default' : 'primary'} onClick={() => setDialog('checkIn')}>
                {t('work.visit.checkIn')}
              </Button>
            ) : null}
            {can.checkOut ? (
              <Button size="large" loading={checkOut.isPending} onClick={() => checkOut.mutate(send, { onError })}>
                {t('work.visit.checkOut')}
              </Button>
            ) : null}
            {can.finish ? (
              <Button size="large" type="primary" onClick={() => setDialog('result')}>
                {t('work.visit.result')}
              </Button>
            ) : null}
          </div>
        ) : null}
        <Facts visit={visit} />
        {visit.approvalId ? (
          <p>
            <Link to="/approvals/$id" params={{ id: visit.approvalId }}>
              {t('work.visit.approval')}
            </Link>
          </p>
        ) : null}
      </section>
      <Checklist visit={visit} />
      {visit.summary ? (
        <section className="panel" aria-labelledby="visit-result">
          <h2 id="visit-result">{t('work.visit.result')}</h2>
          {visit.outcome ? <Tag color="blue">{t(`work.outcome.${visit.outcome}`)}</Tag> : null}
          <div className="note-text">{visit.summary}</div>
          {visit.activityId && can.photo ? <MinutesButton activityId={visit.activityId} /> : null}
        </section>
      ) : null}
      <Photos visit={visit} />
      {dialog === 'change' ? <VisitForm visit={visit} onClose={close} /> : null}
      {dialog === 'checkIn' ? <CheckInDialog visit={visit} onClose={close} /> : null}
      {dialog === 'result' ? <ResultDialog visit={visit} onClose={close} /> : null}
      {dialog === 'cancel' ? <CancelDialog visit={visit} onClose={close} /> : null}
    </Page>
  );
}

function Facts({ visit }: { visit: VisitView }) {
  const { t } = useTranslation();
  const names = (people: { name: string }[]) => listed(people.map((person) => person.name));
  const arrival = visit.arrival;
  const rows: [string, ReactNode][] = [
    ['plannedAt', formatTime(visit.plannedAt)],
    ['purpose', visit.purposeName],
    ['place', visit.place],
    ['visitor', visit.visitor.name],
    ['companions', names(visit.companions)],
    ['contacts', names(visit.contacts)],
    ['departedAt', visit.departedAt ? formatTime(visit.departedAt) : ''],
    ['arrivedAt', visit.arrivedAt ? formatTime(visit.arrivedAt) : ''],
    ['arrivalPlace', arrival ? <ArrivalPlace key="place" arrival={arrival} /> : ''],
    ['leftAt', visit.leftAt ? formatTime(visit.leftAt) : ''],
    ['duration', visit.duration === null ? '' : t('work.activity.minutes', { n: visit.duration })],
    ['cancelReason', visit.cancelReason],
  ];
  return (
    <dl className="visit-facts">
      {rows
        .filter(([, value]) => value !== '')
        .map(([key, value]) => (
          <div key={key}>
            <dt className="muted small">{t(`work.visit.${key}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** How far from the customer somebody checked in, or why that is not known. */
export function ArrivalPlace({ arrival }: { arrival: NonNullable<VisitView['arrival']> }) {
  const { t } = useTranslation();
  if (arrival.location !== 'known') return <span>{t(`work.visit.locations.${arrival.location}`)}</span>;
  if (arrival.distance === null) return <span>{t('work.visit.noPlaceYet')}</span>;
  return (
    <span className={arrival.far ? 'overdue' : undefined}>
      {t('work.visit.metres', { n: arrival.distance })}
      {arrival.note ? ` · ${arrival.note}` : ''}
    </span>
  );
}

function Checklist({ visit }: { visit: VisitView }) {
  const { t } = useTranslation();
  if (visit.checklist.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="visit-checklist-title">
      <h2 id="visit-checklist-title">{t('work.visit.checklist')}</h2>
      <ul className="cards">
        {visit.checklist.map((item) => (
          <li key={item.text} className="list-row">
            <span aria-hidden>{item.done ? '☑' : '☐'}</span>
            <span className="grow">
              {item.text}
              {item.note ? <span className="muted"> {item.note}</span> : null}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Photos({ visit }: { visit: VisitView }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const add = useMutation<unknown, Problem, File>({
    mutationFn: (file) => upload({ ...addVisitPhoto, path: addVisitPhoto.path.replace(':id', visit.id) }, file),
    onSuccess: () => invalidate(client, ['/visits']),
  });
  if (!visit.can.photo && visit.photos.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="visit-photos">
      <h2 id="visit-photos">{t('work.visit.photos')}</h2>
      <ProblemAlert problem={add.error} />
      <div className="visit-photos">
        {visit.photos.map((photo) => {
          const url = downloadUrl(downloadVisitPhoto, { params: { id: visit.id, photoId: photo.id } });
          return (
            <a key={photo.id} href={url} target="_blank" rel="noreferrer">
              <img src={url} alt={photo.name} loading="lazy" />
            </a>
          );
        })}
      </div>
      {visit.can.photo ? (
        <FileButton
          size="large"
          loading={add.isPending}
          accept="image/*"
          camera
          onFiles={([file]) => {
            if (file) add.mutate(file);
          }}
        >
          {t('work.visit.addPhoto')}
        </FileButton>
      ) : null}
    </section>
  );
}

function CancelDialog({ visit, onClose }: { visit: VisitView; onClose(): void }) {
  const { t } = useTranslation();
  const cancel = useSend(cancelVisit, visitStale);
  const [reason, setReason] = useState('');
  const { errors, rest } = atFields(cancel.error, 'reason');
  return (
    <Modal
      open
      title={t('work.visit.cancelTitle')}
      okText={t('work.visit.cancel')}
      okButtonProps={{ danger: true, loading: cancel.isPending, disabled: reason.trim() === '' }}
      cancelText={t('ui.close')}
      onCancel={onClose}
      onOk={() =>
        cancel.mutate(
          { params: { id: visit.id }, ifMatch: visit.version, body: { reason } },
          { onSuccess: () => onClose() },
        )
      }
    >
      <ProblemAlert problem={rest} />
      <FormField id="visit-reason" label={t('work.visit.cancelReason')} required error={errors.reason}>
        <Input id="visit-reason" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </FormField>
    </Modal>
  );
}
