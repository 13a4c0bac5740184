import { Statistic } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { formatNumber } from '#ui/format.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { formStatistics } from '../../forms-contract.ts';
import { said } from './question-input.tsx';

/** Counts, means and net promoter score of each question. */
export function StatisticsPanel({ formId }: { formId: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useEndpoint(formStatistics, { params: { id: formId } }, { staleTime: 0 });
  if (error) return <ProblemAlert problem={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <>
      <section className="panel statistic-figures" aria-label={t('collection.forms.figures')}>
        <Statistic title={t('collection.forms.answers')} value={data.answers} />
        <Statistic title={t('collection.forms.toReview')} value={data.open} />
        <Statistic title={t('collection.forms.invited')} value={`${data.invitedAnswered} / ${data.invited}`} />
      </section>
      {data.answers === 0 ? <EmptyState text={t('collection.forms.noAnswers')} /> : null}
      {data.answers === 0
        ? null
        : data.questions.map((item) => (
            <section className="panel" key={item.id} aria-label={said(item.title)}>
              <h2>{said(item.title)}</h2>
              <p className="muted small">
                {t('collection.forms.answered', { n: item.answered })}
                {item.mean === null ? null : ` · ${t('collection.forms.mean', { n: formatNumber(item.mean) })}`}
                {item.nps === null ? null : ` · NPS ${item.nps}`}
              </p>
              {item.rows.map((row) => (
                <div key={said(row.label)}>
                  {said(row.label) ? <h3 className="small">{said(row.label)}</h3> : null}
                  {row.bars.map((bar) => (
                    <div className="statistic-bar" key={said(bar.label)}>
                      <span>{said(bar.label)}</span>
                      <span
                        className="statistic-fill"
                        aria-hidden
                        style={{ width: `${(bar.count / Math.max(1, item.answered)) * 100}%` }}
                      />
                      <span>{formatNumber(bar.count)}</span>
                    </div>
                  ))}
                </div>
              ))}
            </section>
          ))}
    </>
  );
}
