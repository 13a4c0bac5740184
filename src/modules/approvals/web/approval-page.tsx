import { Link, useParams } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { formatTime } from '#ui/format.ts';
import { Loading, ProblemAlert, usePageTitle } from '#ui/page.tsx';
import { type ApprovalDetail, getApproval } from '../contract.ts';
import { Decide } from './decide.tsx';
import { DifferenceList, SnapshotFacts, StateTag, useKindName } from './parts.tsx';
import { StepPath, Trail } from './path.tsx';

/** One request: what it is about, what changed, where it stands, who did what. */
export default function ApprovalPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data, error, refetch } = useEndpoint(getApproval, { params: { id } });
  usePageTitle(data?.title ?? t('approvals.title'));
  return (
    <div className="page">
      <p className="crumb">
        <Link to="/approvals">‹ {t('approvals.title')}</Link>
      </p>
      <ProblemAlert problem={error} onRetry={() => void refetch()} />
      {data ? <Detail item={data} /> : error ? null : <Loading />}
    </div>
  );
}

function Detail({ item }: { item: ApprovalDetail }) {
  const { t } = useTranslation();
  const kindName = useKindName();
  return (
    <>
      <div className="page-head">
        <h1>{item.title}</h1>
        <StateTag state={item.state} />
      </div>
      <p className="muted">
        {kindName(item.subjectKind)} · {item.requestedByName} · {formatTime(item.requestedAt)}
        {item.flowNumber ? ` · ${t('approvals.flowNumber', { n: item.flowNumber })}` : ''}
        {item.round > 1 ? ` · ${t('approvals.round', { n: item.round })}` : ''}
      </p>
      {item.subjectGone ? <Alert type="warning" showIcon className="problem" title={t('approvals.gone')} /> : null}
      {item.changedSince.length > 0 ? (
        <Alert
          type="warning"
          showIcon
          className="problem"
          title={t('approvals.changedSince')}
          description={<DifferenceList items={item.changedSince} fields={item.fields} />}
        />
      ) : null}
      <section className="panel" aria-labelledby="approval-what">
        <h2 id="approval-what">{t('approvals.what')}</h2>
        <SnapshotFacts item={item} />
        {item.changedSinceLast.length > 0 ? (
          <>
            <h3 className="form-label">{t('approvals.changedSinceLast')}</h3>
            <DifferenceList items={item.changedSinceLast} fields={item.fields} />
          </>
        ) : null}
        <div className="row">
          {item.customer ? (
            <Link to="/customers/$id" params={{ id: item.customer.id }}>
              {t('approvals.openCustomer', { name: item.customer.name })}
            </Link>
          ) : null}
          {item.subjectPath ? <Link to={item.subjectPath}>{t('approvals.openSubject')}</Link> : null}
        </div>
      </section>
      <Decide key={item.id} item={item} />
      <section className="panel" aria-labelledby="approval-path">
        <h2 id="approval-path">{t('approvals.path')}</h2>
        <StepPath item={item} />
      </section>
      <section className="panel" aria-labelledby="approval-trail">
        <h2 id="approval-trail">{t('approvals.trail')}</h2>
        <Trail item={item} />
      </section>
    </>
  );
}
