import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Alert, App, Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { getApproval } from '#modules/approvals/contract.ts';
import { EmbeddedApproval } from '#modules/approvals/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { Loading, ProblemAlert, usePageTitle } from '#ui/page.tsx';
import { getIntake, type IntakeView, removeIntake } from '../../intake-contract.ts';
import { IntakeDuplicates } from './intake-duplicates.tsx';
import { IntakeForm } from './intake-form.tsx';
import { IntakeValues } from './intake-values.tsx';
import { IntakeState, Lateness } from './parts.tsx';

/** One intake: the form while it is the collector's, what was collected and the review after that. */
export default function IntakePage() {
  const { t } = useTranslation();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  // The form saves by itself: what was read before is older than what was typed since, so each visit reads anew.
  const { data, error, refetch, isFetchedAfterMount } = useEndpoint(
    getIntake,
    { params: { id } },
    { refetchOnWindowFocus: false, gcTime: 0, staleTime: 0 },
  );
  usePageTitle(data?.name || t('collection.intake.title'));
  return (
    <div className="page">
      <p className="crumb">
        <Link to="/intakes">‹ {t('collection.intake.title')}</Link>
      </p>
      <ProblemAlert problem={error} onRetry={() => void refetch()} />
      {data && isFetchedAfterMount ? (
        <Detail key={`${data.id}${data.state}`} intake={data} />
      ) : error ? null : (
        <Loading />
      )}
    </div>
  );
}

/** Why it came back, before the form that is to be mended. */
function ReturnedBecause({ approvalId }: { approvalId: string }) {
  const { t } = useTranslation();
  const { data } = useEndpoint(getApproval, { params: { id: approvalId } });
  const last = data?.decisions.findLast((entry) => entry.decision === 'return');
  if (!last) return null;
  return (
    <Alert
      type="warning"
      showIcon
      className="problem"
      title={t('collection.intake.returnedBy', { name: last.by })}
      description={last.comment}
    />
  );
}

function Detail({ intake }: { intake: IntakeView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const remove = useSend(removeIntake, ['/intakes']);
  const { kind, values, contacts, source, note, collectedOn } = intake;
  return (
    <>
      <div className="page-head">
        <h1>{intake.name || t('collection.intake.unnamed')}</h1>
        <IntakeState intake={intake} />
        <Lateness intake={intake} />
        <div className="page-actions">
          {intake.can.remove ? (
            <Popconfirm
              title={t('collection.intake.removeSure')}
              okText={t('collection.intake.remove')}
              cancelText={t('ui.cancel')}
              onConfirm={() =>
                remove.mutate(
                  { params: { id: intake.id }, ifMatch: intake.version },
                  {
                    onSuccess: () => void navigate({ to: '/intakes' }),
                    onError: (problem) => void message.error(problem.message),
                  },
                )
              }
            >
              <Button danger>{t('collection.intake.remove')}</Button>
            </Popconfirm>
          ) : null}
        </div>
      </div>
      <p className="muted">
        {t('collection.intake.by', { name: intake.collector.name, day: collectedOn, due: intake.dueOn })}
      </p>
      {intake.number ? (
        <Alert
          type="success"
          showIcon
          className="problem"
          title={t('collection.intake.numberedAs', { number: intake.number })}
          action={
            intake.customerId ? (
              <Link to="/customers/$id" params={{ id: intake.customerId }}>
                {t('collection.intake.openCustomer')}
              </Link>
            ) : undefined
          }
        />
      ) : null}
      {intake.state === 'returned' && intake.approvalId ? <ReturnedBecause approvalId={intake.approvalId} /> : null}
      {intake.can.update || intake.state === 'approved' || intake.state === 'refused' ? null : (
        <IntakeDuplicates id={intake.id} />
      )}
      {intake.can.update ? (
        <IntakeForm intake={intake} initial={{ kind, values, contacts, source, note, collectedOn }} />
      ) : (
        <IntakeValues intake={intake} />
      )}
      {intake.approvalId ? <EmbeddedApproval approvalId={intake.approvalId} /> : null}
    </>
  );
}
