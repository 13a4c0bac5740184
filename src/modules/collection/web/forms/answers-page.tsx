import { Link } from '@tanstack/react-router';
import { Segmented, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { oneOf, recordId, useAddress } from '#ui/address.ts';
import { ExportSheet } from '#ui/export-sheet.tsx';
import { formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { answerStates, listFormAnswers } from '../../form-answers-contract.ts';
import { said } from './question-input.tsx';

/** Answers that came in, those to decide first. */
export default function AnswersPage() {
  const { t } = useTranslation();
  const [{ form, state }, put] = useAddress({ form: recordId, state: oneOf(answerStates, 'new') });
  const pages = usePages(listFormAnswers, { query: { state, limit: 30, ...(form ? { form } : {}) } });
  const items = itemsOf(pages);
  return (
    <Page
      title={t('collection.forms.answers')}
      actions={
        form ? (
          <>
            <Link to="/form-answers">{t('collection.forms.ofAllForms')}</Link>
            <ExportSheet source="formAnswer" query={{ form }} />
          </>
        ) : null
      }
    >
      <p className="muted">{t('collection.forms.answersText')}</p>
      <div className="bar">
        <Segmented
          aria-label={t('collection.forms.state')}
          value={state}
          onChange={(next) => put({ state: next })}
          options={answerStates.map((value) => ({ value, label: t(`collection.forms.answerStates.${value}`) }))}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t('collection.forms.noAnswers')} /> : null}
      <ul className="cards panel">
        {items.map((item) => (
          <li className="card-item" key={item.id}>
            <Link to="/form-answers/$id" params={{ id: item.id }}>
              <strong>{item.customer?.name ?? item.name ?? t('collection.forms.unmatched')}</strong>{' '}
              {item.customer ? null : <span className="muted small">{t('collection.forms.unmatched')}</span>}
              <div className="muted small">
                {said(item.form.title)} · {formatTime(item.submittedAt)}
                {item.reviewer ? ` · ${item.reviewer}` : ''}
              </div>
            </Link>
            <span>
              <Tag>{t(`collection.forms.channels.${item.channel}`)}</Tag>
            </span>
          </li>
        ))}
      </ul>
      <LoadMore query={pages} />
    </Page>
  );
}
