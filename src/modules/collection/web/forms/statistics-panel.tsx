import { Link } from '@tanstack/react-router';
import { Button, Input, Statistic } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { ExportSheet } from '#ui/export-sheet.tsx';
import { FormField } from '#ui/fields/form-field.tsx';
import { formatNumber, formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { formAnswerTexts, formStatistics, type QuestionStatistics } from '../../form-statistics-contract.ts';
import { said } from './question-input.tsx';

const percent = (part: number, whole: number): string => `${whole > 0 ? Math.round((part / whole) * 100) : 0}%`;

interface Period {
  from?: string;
  to?: string;
}

/** Who answered, and the answers of each question: counts, means, net promoter score, what was written. */
export function StatisticsPanel({ formId }: { formId: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const [period, setPeriod] = useState<Period>({});
  const { data, error, refetch } = useEndpoint(
    formStatistics,
    { params: { id: formId }, query: period },
    { staleTime: 0, placeholderData: (before) => before },
  );
  if (error) return <ProblemAlert problem={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  const most = Math.max(1, ...data.days.map((day) => day.count));
  return (
    <>
      <section className="panel" aria-label={t('collection.forms.figures')}>
        <div className="bar">
          {(['from', 'to'] as const).map((end) => (
            <FormField key={end} id={`figures-${end}`} label={t(`collection.forms.period.${end}`)}>
              <Input
                id={`figures-${end}`}
                type="date"
                value={period[end] ?? ''}
                onChange={(event) => setPeriod({ ...period, [end]: event.target.value || undefined })}
              />
            </FormField>
          ))}
          {can('form:review') ? <ExportSheet source="formAnswer" query={{ form: formId }} /> : null}
        </div>
        <div className="statistic-figures">
          <Statistic title={t('collection.forms.answers')} value={data.answers} />
          <Statistic title={t('collection.forms.toReview')} value={data.open} />
          <Statistic title={t('collection.forms.refusedCount')} value={data.refused} />
          <Statistic title={t('collection.forms.invited')} value={data.invited} />
          <Statistic
            title={t('collection.forms.invitedOpened')}
            value={`${data.invitedOpened} (${percent(data.invitedOpened, data.invited)})`}
          />
          <Statistic
            title={t('collection.forms.invitedAnswered')}
            value={`${data.invitedAnswered} (${percent(data.invitedAnswered, data.invited)})`}
          />
        </div>
        {data.channels.length > 0 ? (
          <p className="muted small">
            {data.channels
              .map(({ channel, count }) => `${t(`collection.forms.channels.${channel}`)} ${formatNumber(count)}`)
              .join(' · ')}
          </p>
        ) : null}
        {data.days.length > 1 ? (
          <div
            className="statistic-days"
            role="img"
            aria-label={t('collection.forms.byDay', {
              from: data.days[0]?.day ?? '',
              to: data.days.at(-1)?.day ?? '',
              n: most,
            })}
          >
            {data.days.map(({ day, count }) => (
              <span key={day} title={`${day}: ${count}`} style={{ height: `${(count / most) * 100}%` }} />
            ))}
          </div>
        ) : null}
      </section>
      {data.answers === 0 ? (
        <EmptyState text={t('collection.forms.noAnswers')} />
      ) : (
        data.questions.map((item) => <Question key={item.id} item={item} formId={formId} period={period} />)
      )}
    </>
  );
}

function Question({ item, formId, period }: { item: QuestionStatistics; formId: string; period: Period }) {
  const { t } = useTranslation();
  const can = useCan();
  const [reading, setReading] = useState(false);
  return (
    <section className="panel" aria-label={said(item.title)}>
      <h2>{said(item.title)}</h2>
      <p className="muted small">
        {[
          t('collection.forms.answered', { n: item.answered }),
          item.numbers ? t('collection.forms.mean', { n: formatNumber(item.numbers.mean) }) : '',
          item.numbers ? t('collection.forms.median', { n: formatNumber(item.numbers.median) }) : '',
          item.numbers && item.rows.length === 0
            ? t('collection.forms.spread', {
                least: formatNumber(item.numbers.least),
                most: formatNumber(item.numbers.most),
              })
            : '',
          item.days ? t('collection.forms.daysSpread', item.days) : '',
        ]
          .filter((fact) => fact !== '')
          .join(' · ')}
      </p>
      {item.nps ? <Nps nps={item.nps} /> : null}
      {item.rows.map((row) => (
        <div key={said(row.label)}>
          {said(row.label) ? <h3 className="small">{said(row.label)}</h3> : null}
          {row.bars.map((bar) => (
            <div className="statistic-bar" key={said(bar.label)}>
              <span>{said(bar.label)}</span>
              <span
                className="statistic-fill"
                aria-hidden
                style={{ width: percent(bar.count, Math.max(1, item.answered)) }}
              />
              <span>
                {formatNumber(bar.count)} <span className="muted small">{percent(bar.count, item.answered)}</span>
              </span>
            </div>
          ))}
        </div>
      ))}
      {item.words && item.answered > 0 && can('form:review') ? (
        reading ? (
          <Texts formId={formId} question={item.id} period={period} />
        ) : (
          <Button size="small" onClick={() => setReading(true)}>
            {t('collection.forms.readTexts')}
          </Button>
        )
      ) : null}
    </section>
  );
}

function Nps({ nps }: { nps: NonNullable<QuestionStatistics['nps']> }) {
  const { t } = useTranslation();
  const all = nps.promoters + nps.passives + nps.detractors;
  return (
    <>
      <p>
        <strong>NPS {nps.score}</strong>{' '}
        <span className="muted small">
          {(['detractors', 'passives', 'promoters'] as const)
            .map((part) => `${t(`collection.forms.npsParts.${part}`)} ${nps[part]} (${percent(nps[part], all)})`)
            .join(' · ')}
        </span>
      </p>
      <div className="statistic-nps" aria-hidden>
        {(['detractors', 'passives', 'promoters'] as const).map((part) => (
          <span key={part} className={part} style={{ flexGrow: nps[part] }} />
        ))}
      </div>
    </>
  );
}

function Texts({ formId, question, period }: { formId: string; question: string; period: Period }) {
  const { t } = useTranslation();
  const pages = usePages(formAnswerTexts, { params: { id: formId, question }, query: { limit: 20, ...period } });
  const items = itemsOf(pages);
  return (
    <>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.data && items.length === 0 ? <p className="muted">{t('collection.forms.noTexts')}</p> : null}
      <ul className="cards">
        {items.map((item) => (
          <li className="question-row" key={item.id}>
            <span className="grow form-text">{item.text}</span>
            <Link to="/form-answers/$id" params={{ id: item.id }} className="muted small nowrap">
              {item.by ?? t('collection.forms.unmatched')} {formatTime(item.submittedAt, false)}
            </Link>
          </li>
        ))}
      </ul>
      <LoadMore query={pages} />
    </>
  );
}
