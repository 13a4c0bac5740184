import './carry.css';
import { Link, useNavigate } from '@tanstack/react-router';
import { App, Button, Segmented } from 'antd';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { downloadUrl, useSend } from '#ui/api.ts';
import { formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { useSlots } from '#ui/slots.tsx';
import { type CaptureView, capturePhoto, dropCapture, listCaptures } from '../../capture-contract.ts';
import { ActionName } from './action-name.tsx';
import { CompleteDialog } from './complete-dialog.tsx';

const states = ['open', 'completed', 'dropped'] as const;

/** My quick captures: complete them to customers, or put them away. */
export default function CapturesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [{ state }, put] = useAddress({ state: oneOf(states, 'open') });
  const [completing, setCompleting] = useState<CaptureView>();
  const pages = usePages(listCaptures, { query: { state } });
  const items = itemsOf(pages);
  return (
    <Page
      title={t('work.capture.list')}
      actions={
        <Button type="primary" onClick={() => void navigate({ to: '/capture' })}>
          {t('work.capture.title')}
        </Button>
      }
    >
      <div className="bar">
        <Segmented
          aria-label={t('work.capture.which')}
          value={state}
          options={states.map((value) => ({ value, label: t(`work.capture.states.${value}`) }))}
          onChange={(next) => put({ state: next })}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t('work.capture.none')} /> : null}
      <ul className="cards">
        {items.map((item) => (
          <Item key={item.id} item={item} onComplete={() => setCompleting(item)} />
        ))}
      </ul>
      <LoadMore query={pages} />
      {completing ? <CompleteDialog capture={completing} onClose={() => setCompleting(undefined)} /> : null}
    </Page>
  );
}

function Item({ item, onComplete }: { item: CaptureView; onComplete(): void }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const can = useCan();
  const { captureActions } = useSlots();
  const drop = useSend(dropCapture, ['/captures']);
  const title = item.name || item.number || item.note.slice(0, 40) || t('work.capture.photo');
  return (
    <li className="panel capture-item">
      {item.hasPhoto ? (
        <a href={downloadUrl(capturePhoto, { params: { id: item.id } })} target="_blank" rel="noreferrer">
          <img
            src={downloadUrl(capturePhoto, { params: { id: item.id } })}
            alt={t('work.capture.photo')}
            loading="lazy"
          />
        </a>
      ) : null}
      <div className="grow">
        <strong>{title}</strong>
        <p className="muted small">
          {[formatTime(item.capturedAt), item.name ? item.number : ''].filter(Boolean).join(' · ')}
        </p>
        {item.note ? <p className="carry-body">{item.note}</p> : null}
        <ProblemAlert problem={drop.error} />
        {item.customerId ? (
          <Link to="/customers/$id" params={{ id: item.customerId }}>
            {t('work.capture.toCustomer')}
          </Link>
        ) : item.intakeId ? (
          <Link to="/intakes/$id" params={{ id: item.intakeId }}>
            {t('work.capture.toIntake')}
          </Link>
        ) : null}
        {item.state === 'open' ? (
          <div className="row">
            <Button type="primary" onClick={onComplete}>
              <ActionName text={t('work.capture.complete')} of={title} />
            </Button>
            {item.hasPhoto
              ? captureActions
                  .filter((action) => can(action.permission))
                  .map(({ key, component: Action }) => (
                    <Suspense key={key} fallback={null}>
                      <Action captureId={item.id} title={title} />
                    </Suspense>
                  ))
              : null}
            <Button
              onClick={() =>
                void modal.confirm({
                  title: t('work.capture.dropAsk'),
                  okText: t('work.capture.drop'),
                  cancelText: t('ui.cancel'),
                  onOk: () => drop.mutateAsync({ params: { id: item.id }, ifMatch: item.version }).catch(() => {}),
                })
              }
            >
              <ActionName text={t('work.capture.drop')} of={title} />
            </Button>
          </div>
        ) : null}
      </div>
    </li>
  );
}
