import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatTime } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import type { ApprovalDetail } from '../contract.ts';
import { useStepName } from './parts.tsx';

const stepColors = {
  waiting: 'default',
  open: 'blue',
  done: 'success',
  skipped: 'default',
  refused: 'error',
  cancelled: 'default',
} as const;

type Step = ApprovalDetail['steps'][number];

/** The path of a request: steps in order, who is asked in each and what they said. */
export function StepPath({ item }: { item: ApprovalDetail }) {
  const { t } = useTranslation();
  const stepName = useStepName();
  return (
    <ol className="timeline">
      {item.steps.map((step) => (
        <li key={step.id} className={step.state === 'skipped' ? 'faded' : undefined}>
          <div className="row">
            <strong>{stepName(step.name)}</strong>
            <Tag color={stepColors[step.state]}>{t(`approvals.stepStates.${step.state}`)}</Tag>
            {step.added ? <Tag>{t('approvals.added')}</Tag> : null}
            <span className="muted small">
              {step.mode === 'all' ? t('approvals.needAll') : t('approvals.needAny', { n: step.minimum })}
            </span>
            {step.dueAt && step.state === 'open' ? (
              <span className={step.overdue ? 'form-error' : 'muted small'}>
                {t(step.overdue ? 'approvals.overdueSince' : 'approvals.dueAt', { time: formatTime(step.dueAt) })}
              </span>
            ) : null}
          </div>
          {step.permission ? (
            <div className="muted small">{t('approvals.byPermission', { permission: label(step.permission) })}</div>
          ) : null}
          <People step={step} />
          {step.state === 'open' && !step.permission && step.assignees.every((person) => person.state !== 'waiting') ? (
            <div className="form-error">{t('approvals.nobodyLeft')}</div>
          ) : null}
        </li>
      ))}
    </ol>
  );
}

function People({ step }: { step: Step }) {
  const { t } = useTranslation();
  if (step.assignees.length === 0) return null;
  return (
    <ul className="changes">
      {step.assignees.map((person) => (
        <li key={person.userId}>
          {person.name}{' '}
          <span className="muted small">
            {t(`approvals.personStates.${person.state}`)}
            {person.away ? ` · ${t('approvals.awayNow')}` : ''}
            {person.standIn ? ` · ${t('approvals.standIn', { name: person.standIn })}` : ''}
            {person.escalated ? ` · ${t('approvals.escalated')}` : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Everything that was done with a request, in order. */
export function Trail({ item }: { item: ApprovalDetail }) {
  const { t } = useTranslation();
  return (
    <ol className="timeline">
      <li>
        <div className="muted small">{formatTime(item.requestedAt)}</div>
        <strong>{item.requestedByName}</strong> {t('approvals.decisions.request')}
      </li>
      {item.decisions.map((entry) => (
        <li key={`${entry.at}${entry.decision}${entry.by}${entry.onBehalfOf}`}>
          <div className="muted small">
            {formatTime(entry.at)}
            {entry.step ? ` · ${entry.step}` : ''}
          </div>
          <strong>{entry.by || t('approvals.system')}</strong>
          {entry.onBehalfOf ? ` (${t('approvals.onBehalfOf', { name: entry.onBehalfOf })})` : ''}{' '}
          {t(`approvals.decisions.${entry.decision}`, { defaultValue: entry.decision })}
          {entry.target ? ` ${entry.target}` : ''}
          {entry.decision === 'return' && !entry.target ? ` ${t('approvals.toRequester')}` : ''}
          {entry.comment ? <div className="note-text">{entry.comment}</div> : null}
        </li>
      ))}
    </ol>
  );
}
