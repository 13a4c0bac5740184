import './materials.css';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, App, Button, Input, Modal, Popconfirm, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { downloadUrl, useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { formatNumber, formatTime } from '#ui/format.ts';
import { EmptyState, Loading, Page, ProblemAlert, usePageTitle } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import {
  downloadMaterial,
  getMaterial,
  type MaterialDetail,
  reinstateMaterial,
  withdrawMaterial,
} from '../contract.ts';
import { MaterialForm, materialStale } from './material-form.tsx';
import { MaterialState } from './material-state.tsx';
import { SendDialog } from './send-dialog.tsx';
import { SendList } from './send-list.tsx';
import { sizeText } from './size-text.ts';
import { VersionDialog } from './version-dialog.tsx';

/** One material: its versions, who got it and who opened it. */
export default function MaterialPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const found = useEndpoint(getMaterial, { params: { id } }, { retry: false });
  if (found.data) return <One material={found.data} />;
  return (
    <Page title={t('materials.title')}>
      {found.error ? <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} /> : <Loading />}
    </Page>
  );
}

type Dialog = 'edit' | 'version' | 'withdraw' | 'send';

function One({ material }: { material: MaterialDetail }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const can = useCan();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const reinstate = useSend(reinstateMaterial, materialStale);
  usePageTitle(material.title);
  const close = () => setDialog(null);
  const { manage } = material.can;
  const withdrawn = material.state === 'withdrawn';
  return (
    <div className="page">
      <p className="crumb">
        <Link to="/materials">‹ {t('materials.title')}</Link>
      </p>
      <div className="page-head">
        <h1>{material.title}</h1>
        <div className="page-actions">
          {manage && withdrawn ? (
            <Popconfirm
              title={t('materials.reinstateTitle')}
              okText={t('materials.reinstate')}
              cancelText={t('ui.cancel')}
              onConfirm={() =>
                reinstate.mutate(
                  { params: { id: material.id }, ifMatch: material.version },
                  { onError: (problem) => void message.error(problem.message) },
                )
              }
            >
              <Button loading={reinstate.isPending}>{t('materials.reinstate')}</Button>
            </Popconfirm>
          ) : null}
          {manage && !withdrawn ? (
            <Button danger onClick={() => setDialog('withdraw')}>
              {t('materials.withdraw')}
            </Button>
          ) : null}
          {manage ? <Button onClick={() => setDialog('edit')}>{t('materials.edit')}</Button> : null}
          {manage && !withdrawn ? (
            <Button onClick={() => setDialog('version')}>{t('materials.newVersion')}</Button>
          ) : null}
          {can('material:send') && material.state === 'current' ? (
            <Button type="primary" onClick={() => setDialog('send')}>
              {t('materials.send.action')}
            </Button>
          ) : null}
        </div>
      </div>
      {material.withdrawnAt ? (
        <Alert
          type="warning"
          showIcon
          className="problem"
          title={t('materials.withdrawnBecause', {
            at: formatTime(material.withdrawnAt),
            reason: material.withdrawnReason,
          })}
        />
      ) : null}
      <Facts material={material} />
      <Versions material={material} />
      <section className="panel" aria-labelledby="material-sends">
        <h2 id="material-sends">{t('materials.recipients')}</h2>
        <SendList of={{ materialId: material.id }} />
      </section>
      {dialog === 'edit' ? <MaterialForm material={material} onClose={close} /> : null}
      {dialog === 'version' ? <VersionDialog material={material} onClose={close} /> : null}
      {dialog === 'withdraw' ? <WithdrawDialog material={material} onClose={close} /> : null}
      {dialog === 'send' ? <SendDialog material={material} onClose={close} /> : null}
    </div>
  );
}

function Facts({ material }: { material: MaterialDetail }) {
  const { t } = useTranslation();
  const count = ({ value, exact }: MaterialDetail['sends']['sent']) => `${formatNumber(value)}${exact ? '' : '+'}`;
  const { sent, opened, downloaded } = material.sends;
  return (
    <section className="panel" aria-label={material.title}>
      <div className="row">
        <Tag>{t(`materials.kinds.${material.kind}`)}</Tag>
        <MaterialState state={material.state} />
        <span className="muted material-facts">
          <span>{t(`materials.languages.${material.language}`)}</span>
          {material.product ? <span>{material.product}</span> : null}
          {material.validUntil ? <span>{t('materials.public.validUntil', { day: material.validUntil })}</span> : null}
          <span>
            {t('materials.counts', { sent: count(sent), opened: count(opened), downloaded: count(downloaded) })}
          </span>
        </span>
      </div>
      {material.summary ? <p className="material-summary">{material.summary}</p> : null}
    </section>
  );
}

function Versions({ material }: { material: MaterialDetail }) {
  const { t } = useTranslation();
  return (
    <section className="panel" aria-labelledby="material-versions">
      <h2 id="material-versions">{t('materials.versions')}</h2>
      {material.versions.length === 0 ? <EmptyState text={t('materials.noVersions')} /> : null}
      <ul className="cards">
        {material.versions.map((version) => (
          <li key={version.edition} className="list-row">
            <div className="grow">
              <strong>{t('materials.edition', { n: version.edition })}</strong>{' '}
              <span className="material-title">{version.file.name}</span>
              <div className="muted small material-facts">
                <span>{sizeText(version.file.size, t)}</span>
                <span>{formatTime(version.at)}</span>
                <span>{version.by}</span>
                {version.note ? <span>{version.note}</span> : null}
              </div>
            </div>
            <a
              download
              aria-label={t('materials.downloadOf', { n: version.edition })}
              href={downloadUrl(downloadMaterial, { params: { id: material.id, edition: String(version.edition) } })}
            >
              {t('materials.download')}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function WithdrawDialog({ material, onClose }: { material: MaterialDetail; onClose(): void }) {
  const { t } = useTranslation();
  const withdraw = useSend(withdrawMaterial, materialStale);
  const [reason, setReason] = useState('');
  const { errors, rest } = atFields(withdraw.error, 'reason');
  return (
    <Modal
      open
      title={t('materials.withdraw')}
      okText={t('materials.withdraw')}
      okButtonProps={{ danger: true, loading: withdraw.isPending }}
      cancelText={t('ui.cancel')}
      onCancel={onClose}
      onOk={() =>
        withdraw.mutate(
          { params: { id: material.id }, ifMatch: material.version, body: { reason } },
          { onSuccess: onClose },
        )
      }
    >
      <ProblemAlert problem={rest} />
      <p>{t('materials.withdrawTitle')}</p>
      <FormField id="withdraw-reason" label={t('materials.withdrawReason')} required error={errors.reason}>
        <Input
          id="withdraw-reason"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}
