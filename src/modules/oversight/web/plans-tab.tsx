import { PlusOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { invalidate, useSend } from '#ui/api.ts';
import { JobProgress, useJob } from '#ui/job-progress.tsx';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { drawNow, listPlans, type PlanView } from '../contract.ts';
import { PlanDialog } from './plan-dialog.tsx';

/** Plans of the weekly inspection. */
export function PlansTab() {
  const { t } = useTranslation();
  const pages = usePages(listPlans, { query: { limit: 30 } });
  const [editing, setEditing] = useState<PlanView | 'new' | null>(null);
  const items = itemsOf(pages);
  return (
    <>
      <div className="bar">
        <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setEditing('new')}>
          {t('oversight.newPlan')}
        </Button>
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t('oversight.noPlans')} /> : null}
      {items.length > 0 ? (
        <ul className="cards panel">
          {items.map((plan) => (
            <PlanRow key={plan.id} plan={plan} onEdit={() => setEditing(plan)} />
          ))}
        </ul>
      ) : null}
      <LoadMore query={pages} />
      {editing ? <PlanDialog plan={editing === 'new' ? null : editing} onClose={() => setEditing(null)} /> : null}
    </>
  );
}

function PlanRow({ plan, onEdit }: { plan: PlanView; onEdit(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const draw = useSend(drawNow, ['/inspection-rounds', '/inspection-plans']);
  return (
    <li className="list-row">
      <span className="grow">
        <strong>{plan.name}</strong> {plan.active ? null : <Tag>{t('oversight.off')}</Tag>}
        <div className="muted small">
          {t(`oversight.rules.${plan.rule}`, { n: plan.amount })} · {t(`oversight.weekday.${plan.weekday}`)} ·{' '}
          {t('oversight.points', { n: plan.checklist.length })} · {plan.inspectorName}
          {plan.lastWeek ? ` · ${t('oversight.lastWeek', { day: plan.lastWeek })}` : ''}
        </div>
        {draw.data ? <Drawing jobId={draw.data.jobId} /> : null}
      </span>
      <Button
        size="small"
        disabled={!plan.active}
        loading={draw.isPending}
        onClick={() =>
          draw.mutate({ params: { id: plan.id } }, { onError: (problem) => void message.error(problem.message) })
        }
      >
        {t('oversight.drawNow')}
      </Button>
      <Button size="small" onClick={onEdit}>
        {t('oversight.edit')}
      </Button>
    </li>
  );
}

/** Follows the drawing and shows the new sample when it is there. */
function Drawing({ jobId }: { jobId: string }) {
  const client = useQueryClient();
  const job = useJob(jobId);
  const ended = job.data !== undefined && !['queued', 'running'].includes(job.data.state);
  useEffect(() => {
    if (ended) void invalidate(client, ['/inspection-rounds', '/inspection-plans']);
  }, [ended, client]);
  return job.data ? <JobProgress job={job.data} /> : null;
}
