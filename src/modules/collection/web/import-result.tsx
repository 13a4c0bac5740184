import { DownloadOutlined, UndoOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button, Progress, Tag } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { getCreation } from '#modules/customers/contract.ts';
import { KeptChanges } from '#modules/customers/web/index.tsx';
import { cancelJob } from '#shared/jobs.ts';
import { downloadUrl, invalidate, useEndpoint, useSend } from '#ui/api.ts';
import { formatNumber } from '#ui/format.ts';
import { useJob } from '#ui/job-progress.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { type ImportView, rejectedRows, undoImport } from '../contract.ts';
import { SkippedRows, WrongCells } from './row-lists.tsx';
import { UnknownChoices } from './unknown-choices.tsx';

/** A running or finished import: progress, result, wrong cells, undo. */
export function ImportResult({ item }: { item: ImportView }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const client = useQueryClient();
  const cancel = useSend(cancelJob, ['/imports/:id']);
  const undo = useSend(undoImport, ['/imports/:id']);
  const busy = ['queued', 'running', 'undoing'].includes(item.state);
  const finished = ['done', 'cancelled', 'failed'].includes(item.state);
  useEffect(() => {
    if (!busy) void invalidate(client, ['/customers', '/imports/:id/errors', '/imports/:id/skipped-rows']);
  }, [busy, client]);
  const { rows } = item;
  const creation = useEndpoint(getCreation, {}, { enabled: finished && rows.created > 0 });
  const drafts = creation.data?.way === 'intake';
  // Taking back has a job of its own, and its own way to go.
  const undoing = useJob(item.state === 'undoing' ? item.jobId : null).data;
  const { done, total } = item.state === 'undoing' ? (undoing ?? { done: 0, total: null }) : rows;
  const percent = total ? Math.min(100, Math.floor((done / total) * 100)) : item.state === 'done' ? 100 : 0;
  const figures = [
    ['created', rows.created],
    ['updated', rows.updated],
    ['skipped', rows.skipped],
    ['failed', rows.failed],
  ] as const;
  return (
    <>
      <section className="panel" aria-live="polite">
        <div className="row">
          <Tag color={item.state === 'done' ? 'success' : item.state === 'failed' ? 'error' : 'processing'}>
            {t(`collection.states.${item.state}`)}
          </Tag>
          <span className="muted">{total === null ? '' : `${formatNumber(done)} / ${formatNumber(total)}`}</span>
        </div>
        <Progress
          percent={percent}
          aria-label={t('ui.progress')}
          status={item.state === 'failed' ? 'exception' : busy ? 'active' : 'normal'}
        />
        <dl className="figures">
          {figures.map(([key, value]) => (
            <div key={key}>
              <dt>{t(`collection.figures.${key}`)}</dt>
              <dd data-figure={key}>{formatNumber(value)}</dd>
            </div>
          ))}
        </dl>
        {item.state === 'cancelled' && rows.created + rows.updated > 0 ? <p>{t('collection.cancelledText')}</p> : null}
        <ProblemAlert problem={cancel.error ?? undo.error} />
        <div className="row">
          {busy && item.jobId && item.state !== 'undoing' ? (
            <Button loading={cancel.isPending} onClick={() => cancel.mutate({ params: { id: item.jobId ?? '' } })}>
              {t('ui.cancel')}
            </Button>
          ) : null}
          {finished && rows.failed > 0 ? (
            <Button
              icon={<DownloadOutlined aria-hidden />}
              href={downloadUrl(rejectedRows, { params: { id: item.id } })}
              download
            >
              {t('collection.rejected')}
            </Button>
          ) : null}
          {finished && rows.created + rows.updated > 0 ? (
            <Button
              danger
              icon={<UndoOutlined aria-hidden />}
              onClick={() =>
                void modal.confirm({
                  title: t('collection.undoTitle'),
                  content: t('collection.undoText'),
                  okText: t('collection.undo'),
                  cancelText: t('ui.cancel'),
                  onOk: () => undo.mutate({ params: { id: item.id } }),
                })
              }
            >
              {t('collection.undo')}
            </Button>
          ) : null}
          <Link to="/customers">{t('collection.toCustomers')}</Link>
          {item.repeatedBy ? (
            <Link to="/imports/$id" params={{ id: item.repeatedBy }}>
              {t('collection.repeated')}
            </Link>
          ) : null}
          {item.repeatOf ? (
            <Link to="/imports/$id" params={{ id: item.repeatOf }}>
              {t('collection.repeatOf')}
            </Link>
          ) : null}
          {drafts ? <Link to="/intakes">{t('collection.toDrafts')}</Link> : null}
        </div>
      </section>
      {item.undo ? <Undone undo={item.undo} target={item.target} /> : null}
      {finished && rows.failed > 0 && !item.repeatedBy ? <UnknownChoices key={item.id} id={item.id} /> : null}
      {finished && rows.failed > 0 ? <WrongCells id={item.id} /> : null}
      {finished && rows.skipped > 0 ? <SkippedRows id={item.id} /> : null}
    </>
  );
}

function Undone({ undo, target }: { undo: NonNullable<ImportView['undo']>; target: ImportView['target'] }) {
  const { t } = useTranslation();
  return (
    <section className="panel">
      <p>
        {t(target === 'customer' ? 'collection.undoneWithPeople' : 'collection.undone', {
          n: formatNumber(undo.undone),
        })}
      </p>
      {undo.keptCount > 0 ? (
        <>
          <p>{t('collection.kept', { n: formatNumber(undo.keptCount) })}</p>
          <KeptChanges kept={undo.kept} />
        </>
      ) : null}
    </section>
  );
}
