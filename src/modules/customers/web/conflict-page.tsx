import { UploadOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, App, Button, Input, Tag, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmbeddedApproval } from '#modules/approvals/web/index.tsx';
import { downloadUrl, invalidate, upload, useEndpoint, useSend } from '#ui/api.ts';
import { formatNumber, formatTime } from '#ui/format.ts';
import { Loading, ProblemAlert, usePageTitle } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import {
  addStatement,
  attachConflictFile,
  type ConflictView,
  downloadConflictFile,
  getConflict,
} from '../conflict-contract.ts';
import { RulingForm, RulingText } from './conflict-ruling.tsx';
import { ConflictState } from './conflicts-page.tsx';

/** One conflict: what both say, what the log knows, how it is ruled. */
export default function ConflictPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data, error, refetch } = useEndpoint(getConflict, { params: { id } });
  usePageTitle(data ? `${t('customers.conflicts.title')} · ${data.name}` : t('customers.conflicts.title'));
  return (
    <div className="page">
      <p className="crumb">
        <Link to="/conflicts">‹ {t('customers.conflicts.title')}</Link>
      </p>
      <ProblemAlert problem={error} onRetry={() => void refetch()} />
      {data ? <Detail data={data} /> : error ? null : <Loading />}
    </div>
  );
}

function Detail({ data }: { data: ConflictView }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="page-head">
        <h1>{data.name}</h1>
        <ConflictState state={data.state} />
      </div>
      <p className="muted">
        {t('customers.conflicts.between', {
          claimant: data.claimant.name,
          holder: data.holder?.name ?? t('customers.conflicts.somebody'),
          time: formatTime(data.openedAt),
        })}{' '}
        {data.customer ? (
          <Link to="/customers/$id" params={{ id: data.customer.id }}>
            {data.customer.number}
          </Link>
        ) : null}
      </p>
      {data.customer === null && data.state === 'open' ? (
        <Alert type="info" showIcon className="problem" title={t('customers.conflicts.blind')} />
      ) : null}
      {data.state === 'ruled' && data.ruling ? <RulingText data={data} /> : null}
      {data.parties.length > 0 ? <Evidence data={data} /> : null}
      <Statements data={data} />
      {data.can.rule ? <RulingForm key={data.version} data={data} /> : null}
      {data.approvalId ? <EmbeddedApproval approvalId={data.approvalId} approves={!data.can.rule} /> : null}
    </>
  );
}

function Evidence({ data }: { data: ConflictView }) {
  const { t } = useTranslation();
  const time = (value: string | null) => (value ? formatTime(value) : '—');
  const parts = [...new Set(data.parties.flatMap((party) => Object.keys(party.counts)))].sort();
  return (
    <section className="panel" aria-labelledby="conflict-evidence">
      <h2 id="conflict-evidence">{t('customers.conflicts.evidence')}</h2>
      <ScrollRegion name={t('customers.conflicts.evidence')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('customers.conflicts.party')}</th>
              <th scope="col">{t('customers.conflicts.first')}</th>
              <th scope="col">{t('customers.conflicts.last')}</th>
              {parts.map((part) => (
                <th scope="col" key={part}>
                  {t(`eventKinds.${part}`, { defaultValue: part })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.parties.map((party) => (
              <tr key={party.user.id}>
                <th scope="row">
                  {party.user.name}{' '}
                  {party.recordedFirst ? <Tag color="success">{t('customers.conflicts.recordedFirst')}</Tag> : null}
                </th>
                <td className="nowrap">{time(party.firstAt)}</td>
                <td className="nowrap">{time(party.lastAt)}</td>
                {parts.map((part) => (
                  <td key={part}>{formatNumber(party.counts[part] ?? 0)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <ol className="timeline">
        {data.evidence.map((item) => (
          <li key={item.id}>
            <strong>{t(`events.${item.kind.replaceAll('.', '_')}`, { defaultValue: t('events.other') })}</strong>{' '}
            {item.by} <span className="muted small">{formatTime(item.at)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Statements({ data }: { data: ConflictView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const say = useSend(addStatement, ['/conflicts']);
  const [body, setBody] = useState('');
  const [sending, setSending] = useState(false);
  const params = { id: data.id };
  const attach = async (file: File) => {
    setSending(true);
    try {
      await upload({ ...attachConflictFile, path: attachConflictFile.path.replace(':id', data.id) }, file);
      await invalidate(client, ['/conflicts']);
    } catch (error) {
      void message.error((error as Error).message);
    } finally {
      setSending(false);
    }
  };
  return (
    <section className="panel" aria-labelledby="conflict-statements">
      <h2 id="conflict-statements">{t('customers.conflicts.statements')}</h2>
      <ul className="timeline">
        {data.statements.map((item) => (
          <li key={item.id}>
            <strong>{item.by.name}</strong> <span className="muted small">{formatTime(item.at)}</span>
            <div className="note-text">{item.body}</div>
          </li>
        ))}
      </ul>
      {data.files.length > 0 ? (
        <ul className="cards" aria-label={t('customers.conflicts.files')}>
          {data.files.map((file) => (
            <li key={file.fileId} className="list-row">
              <a
                className="grow"
                href={downloadUrl(downloadConflictFile, { params: { ...params, fileId: file.fileId } })}
              >
                {file.name}
              </a>
              <span className="muted small">
                {file.by.name} · {formatTime(file.at)}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {data.can.state ? (
        <>
          <label className="form-label" htmlFor="conflict-say">
            {t('customers.conflicts.say')}
          </label>
          <Input.TextArea
            id="conflict-say"
            autoSize={{ minRows: 2 }}
            maxLength={5000}
            value={body}
            onChange={(event) => setBody(event.target.value)}
          />
          <ProblemAlert problem={say.error} />
          <div className="row form-buttons">
            <Button
              disabled={body.trim() === ''}
              loading={say.isPending}
              onClick={() =>
                say.mutate(
                  { params, body: { body } },
                  {
                    onSuccess: () => {
                      setBody('');
                    },
                  },
                )
              }
            >
              {t('customers.conflicts.send')}
            </Button>
            <Upload
              showUploadList={false}
              beforeUpload={(file) => {
                void attach(file);
                return false;
              }}
            >
              <Button icon={<UploadOutlined aria-hidden />} loading={sending}>
                {t('customers.conflicts.attach')}
              </Button>
            </Upload>
          </div>
        </>
      ) : null}
    </section>
  );
}
