import { Link, useParams } from '@tanstack/react-router';
import { Alert, Spin } from 'antd';
import { useTranslation } from 'react-i18next';
import { downloadUrl, useEndpoint } from '#ui/api.ts';
import { JobProgress, useJob } from '#ui/job-progress.tsx';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { type BusinessCardView, businessCardPicture, getBusinessCard } from '../../scan-contract.ts';
import { ConfirmForm } from './confirm-form.tsx';
import './scan.css';

const waiting = (item: BusinessCardView | undefined) => item?.state === 'queued' || item?.state === 'running';

/** One card: its photo beside what was read. */
export default function CardPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data, error, refetch } = useEndpoint(
    getBusinessCard,
    { params: { id } },
    {
      staleTime: Number.POSITIVE_INFINITY,
      refetchInterval: (query) => (waiting(query.state.data as BusinessCardView | undefined) ? 700 : false),
    },
  );
  if (!data)
    return (
      <Page title={t('collection.scan.confirmTitle')}>
        {error ? <ProblemAlert problem={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  return (
    <Page title={t('collection.scan.confirmTitle')}>
      <p className="crumb">
        <Link to="/business-cards">‹ {t('collection.scan.title')}</Link>
      </p>
      <div className="card-beside">
        <figure className="panel card-photo">
          <a href={downloadUrl(businessCardPicture, { params: { id } })} target="_blank" rel="noreferrer">
            <img
              key={data.state}
              src={downloadUrl(businessCardPicture, { params: { id }, query: { version: data.version } })}
              alt={t('collection.scan.photo')}
            />
          </a>
        </figure>
        <Content item={data} />
      </div>
    </Page>
  );
}

function Content({ item }: { item: BusinessCardView }) {
  const { t } = useTranslation();
  const job = useJob(waiting(item) ? item.jobId : null);
  if (waiting(item))
    return (
      <section className="panel" aria-live="polite">
        <p>
          <Spin size="small" /> {t('collection.scan.reading')}
        </p>
        {job.data ? <JobProgress job={job.data} /> : null}
      </section>
    );
  if (item.state === 'confirmed' && item.customerId)
    return (
      <Alert
        type="success"
        showIcon
        title={t('collection.scan.done')}
        description={
          <Link to="/customers/$id" params={{ id: item.customerId }}>
            {t('collection.scan.toCustomer')}
          </Link>
        }
      />
    );
  if (item.state === 'confirmed' && item.intakeId)
    return (
      <Alert
        type="info"
        showIcon
        title={t('collection.scan.inIntake')}
        description={
          <Link to="/intakes/$id" params={{ id: item.intakeId }}>
            {t('collection.scan.toIntake')}
          </Link>
        }
      />
    );
  if (item.state === 'confirmed' || item.state === 'discarded')
    return <Alert type="info" showIcon title={t(`collection.scan.states.${item.state}`)} />;
  return <ConfirmForm key={item.id} item={item} />;
}
