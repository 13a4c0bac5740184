import './forms.css';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { companyToday } from '#ui/format.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { PageTabs } from '#ui/page-tabs.tsx';
import { useCan } from '#ui/session.tsx';
import { type FormView, getForm } from '../../forms-contract.ts';
import { Designer } from './designer.tsx';
import { FormActions } from './form-actions.tsx';
import { said } from './question-input.tsx';
import { SendPanel } from './send-panel.tsx';
import { StatisticsPanel } from './statistics-panel.tsx';

/** Why a form that is open takes no answers all the same: what a visitor is told. */
function overBecause(form: FormView): 'errors.form.full' | 'errors.form.expired' | null {
  if (form.state !== 'open') return null;
  if (form.maxAnswers !== null && form.answers >= form.maxAnswers) return 'errors.form.full';
  return form.expiresOn !== null && form.expiresOn < companyToday() ? 'errors.form.expired' : null;
}

export default function FormPage() {
  const { t } = useTranslation();
  const can = useCan();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data: form, error, refetch } = useEndpoint(getForm, { params: { id } });
  if (error && !form)
    return (
      <Page title={t('collection.forms.title')}>
        <ProblemAlert problem={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (!form) return <Loading />;
  const over = overBecause(form);
  return (
    <Page
      title={said(form.content.title)}
      actions={
        <>
          <Tag color={form.state === 'open' ? 'success' : undefined}>{t(`collection.forms.states.${form.state}`)}</Tag>
          <Link to="/forms/$id/paper" params={{ id }}>
            {t('collection.forms.paperForm')}
          </Link>
          {form.revision > 0 && can('form:type') ? (
            <Link to="/forms/$id/typing" params={{ id }}>
              {t('collection.forms.typing')}
            </Link>
          ) : null}
          {can('form:review') ? (
            <Link to="/form-answers" search={{ form: id }}>
              {t('collection.forms.answerCount', { n: form.answers })}
            </Link>
          ) : null}
          {can('form:design') ? <FormActions form={form} /> : null}
        </>
      }
    >
      {over ? <Alert className="problem" type="warning" showIcon title={t(over)} /> : null}
      <PageTabs
        items={[
          ...(can('form:design')
            ? [{ key: 'design', label: t('collection.forms.design'), children: <Designer form={form} /> }]
            : []),
          ...(can('form:send')
            ? [{ key: 'send', label: t('collection.forms.send'), children: <SendPanel form={form} /> }]
            : []),
          { key: 'figures', label: t('collection.forms.figures'), children: <StatisticsPanel formId={id} /> },
        ]}
      />
    </Page>
  );
}
