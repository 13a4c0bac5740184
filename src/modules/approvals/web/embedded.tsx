import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { getApproval } from '../contract.ts';
import { Decide } from './decide.tsx';
import { StepPath, Trail } from './path.tsx';

/** A request on the page of its subject: where it stands, who did what, and what the reader may do about it. */
export default function EmbeddedApproval({ approvalId, approves }: { approvalId: string; approves?: boolean }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useEndpoint(getApproval, { params: { id: approvalId } });
  // Who may see the subject is not always asked about it: then there is nothing to decide and no trail to read.
  if (error) return error.status === 404 ? null : <ProblemAlert problem={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  return (
    <>
      <Decide key={data.id} item={data} approves={approves} />
      <section className="panel" aria-labelledby="approval-path">
        <h2 id="approval-path">{t('approvals.path')}</h2>
        <StepPath item={data} />
        <h2>{t('approvals.trail')}</h2>
        <Trail item={data} />
        <Link to="/approvals/$id" params={{ id: data.id }}>
          {t('approvals.title')}
        </Link>
      </section>
    </>
  );
}
