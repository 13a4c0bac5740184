import { CameraOutlined, PictureOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Segmented, Tag } from 'antd';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import { oneOf, useAddress } from '#ui/address.ts';
import { downloadUrl, invalidate, upload } from '#ui/api.ts';
import { FileButton } from '#ui/file-button.tsx';
import { formatTime } from '#ui/format.ts';
import { JobProgress, useJob } from '#ui/job-progress.tsx';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Page, ProblemAlert } from '#ui/page.tsx';
import {
  type BusinessCardView,
  businessCardPicture,
  listBusinessCards,
  uploadBusinessCard,
} from '../../scan-contract.ts';
import './scan.css';

const states = ['open', 'confirmed'] as const;
const accept = 'image/jpeg,image/png,image/webp,image/avif,image/tiff';

/** Photos of business cards: taken or chosen, read in the background, waiting to be confirmed. */
export default function CardsPage() {
  const { t } = useTranslation();
  const [{ state }, put] = useAddress({ state: oneOf(states, 'open') });
  const pages = usePages(listBusinessCards, { query: { state } });
  const items = itemsOf(pages);
  return (
    <Page title={t('collection.scan.title')}>
      <p className="muted">{t('collection.scan.text')}</p>
      <Upload onDone={() => put({ state: 'open' })} />
      <div className="bar">
        <Segmented
          aria-label={t('ui.shown')}
          value={state}
          options={states.map((value) => ({ value, label: t(`collection.scan.${value}`) }))}
          onChange={(next) => put({ state: next })}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {items.length === 0 && !pages.isPending ? (
        <EmptyState text={t(state === 'open' ? 'collection.scan.none' : 'collection.scan.noneConfirmed')} />
      ) : (
        <ul className="cards panel">
          {items.map((item) => (
            <CardRow key={item.id} item={item} />
          ))}
        </ul>
      )}
      <LoadMore query={pages} />
    </Page>
  );
}

function CardRow({ item }: { item: BusinessCardView }) {
  const { t } = useTranslation();
  const waiting = item.state === 'queued' || item.state === 'running';
  const name = [item.proposal?.contact.name, item.proposal?.customer.name].filter(Boolean).join(' · ');
  const colors = { read: 'processing', failed: 'error', confirmed: 'success' } as Record<string, string>;
  const body = (
    <>
      {name || item.fileName}
      <span className="block muted small">{formatTime(item.createdAt)}</span>
    </>
  );
  return (
    <li className="list-row">
      <img
        className="card-thumb"
        src={downloadUrl(businessCardPicture, { params: { id: item.id }, query: { version: item.version } })}
        alt=""
      />
      <span className="grow">
        {item.state === 'confirmed' && item.customerId ? (
          <Link to="/customers/$id" params={{ id: item.customerId }}>
            {body}
          </Link>
        ) : (
          <Link to="/business-cards/$id" params={{ id: item.id }}>
            {body}
          </Link>
        )}
        {waiting && item.jobId ? <Reading jobId={item.jobId} /> : null}
      </span>
      <Tag color={colors[item.state] ?? 'default'}>{t(`collection.scan.states.${item.state}`)}</Tag>
    </li>
  );
}

function Reading({ jobId }: { jobId: string }) {
  const client = useQueryClient();
  const job = useJob(jobId);
  const ended = job.data && !['queued', 'running'].includes(job.data.state);
  const [told, setTold] = useState(false);
  if (ended && !told) {
    setTold(true);
    void invalidate(client, ['/business-cards']);
  }
  return job.data ? <JobProgress job={job.data} /> : null;
}

/** Takes several photos at once; each that is refused is told by its name, the others go in. */
function Upload({ onDone }: { onDone(): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<{ done: number; of: number } | null>(null);
  const [refused, setRefused] = useState<{ name: string; message: string }[]>([]);
  const send = async (files: File[]) => {
    setRefused([]);
    const wrong: { name: string; message: string }[] = [];
    for (const [index, file] of files.entries()) {
      setSending({ done: index + 1, of: files.length });
      try {
        await upload(uploadBusinessCard, file);
        void invalidate(client, ['/business-cards']);
        onDone();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        wrong.push({ name: file.name, message: error.message });
        setRefused([...wrong]);
      }
    }
    setSending(null);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length > 0) void send(files);
  };
  return (
    <>
      <section
        className={over ? 'dropzone over' : 'dropzone'}
        aria-label={t('collection.scan.choose')}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <p>{t('collection.scan.drop')}</p>
        <div className="row">
          <FileButton
            type="primary"
            icon={<CameraOutlined aria-hidden />}
            loading={sending !== null}
            camera
            accept={accept}
            onFiles={(files) => void send(files)}
          >
            {t('collection.scan.camera')}
          </FileButton>
          <FileButton
            icon={<PictureOutlined aria-hidden />}
            disabled={sending !== null}
            multiple
            accept={accept}
            onFiles={(files) => void send(files)}
          >
            {t('collection.scan.choose')}
          </FileButton>
        </div>
        {sending ? <p aria-live="polite">{t('collection.scan.sending', sending)}</p> : null}
      </section>
      {refused.length > 0 ? (
        <Alert
          role="alert"
          type="error"
          showIcon
          title={t('collection.scan.refused')}
          description={
            <ul>
              {refused.map((item) => (
                <li key={item.name}>
                  {item.name}: {item.message}
                </li>
              ))}
            </ul>
          }
        />
      ) : null}
    </>
  );
}
