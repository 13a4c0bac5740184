import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan, useSession } from '#ui/session.tsx';
import { typeFormAnswer } from '../../form-answers-contract.ts';
import { type FrozenContent, paperNumbers } from '../../form-content.ts';
import { type FormView, getForm } from '../../forms-contract.ts';
import { Consent, FormBody, goToNext, toSend } from './form-body.tsx';
import { said } from './question-input.tsx';
import { blank, useKept } from './use-kept.ts';

/** Typing in a form filled in on paper: the same order, Enter goes to the next question. */
export default function TypingPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data: form, error } = useEndpoint(getForm, { params: { id } });
  if (error && !form)
    return (
      <Page title={t('collection.forms.typing')}>
        <ProblemAlert problem={error} />
      </Page>
    );
  if (!form) return <Loading />;
  if (!form.published) return <EmptyState text={t('collection.forms.publishFirst')} />;
  return <Typing key={form.revision} form={form} content={form.published} />;
}

function Typing({ form: typed, content }: { form: FormView; content: FrozenContent }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const can = useCan();
  const navigate = useNavigate();
  const { user } = useSession();
  const { id } = typed;
  const send = useSend(typeFormAnswer, ['/forms', '/form-answers']);
  const [customer, setCustomer] = useState<string | null>(null);
  const [values, setValues] = useKept(`kedang.typing.${user.id}.${id}`, content.questions);
  const [consent, setConsent] = useState(false);
  const [sheet, setSheet] = useState(0);
  const questions = content.questions.filter((item) => item.type !== 'file');
  const { errors, rest } = atFields(send.error, 'consent', 'customerId', ...questions.map((item) => item.id));
  const save = (review: boolean) =>
    send.mutate(
      {
        params: { id },
        body: {
          values: toSend(questions, values),
          lang: i18n.language === 'en-US' ? 'en-US' : 'zh-CN',
          customerId: customer,
          contactId: null,
          consent,
        },
      },
      {
        onSuccess: (made) => {
          setValues(blank);
          if (review) return void navigate({ to: '/form-answers/$id', params: { id: made.id } });
          void message.success(t('collection.forms.typed'));
          setCustomer(null);
          setConsent(false);
          setSheet(sheet + 1);
        },
      },
    );
  return (
    <Page
      title={`${t('collection.forms.typing')} · ${said(typed.content.title)}`}
      actions={
        <Link to="/forms/$id" params={{ id }}>
          {t('collection.forms.toForm')}
        </Link>
      }
    >
      <p className="muted">{t('collection.forms.typingHelp')}</p>
      <form
        className="panel typing"
        noValidate
        onKeyDown={goToNext}
        onSubmit={(event) => {
          event.preventDefault();
          save(false);
        }}
      >
        <FormField
          id="typing-customer"
          label={t('collection.forms.forCustomer')}
          help={t('collection.forms.forHelp')}
          error={errors.customerId}
        >
          <RecordSelect id="typing-customer" kind="customer" value={customer} onChange={setCustomer} />
        </FormField>
        <FormBody
          key={sheet}
          questions={questions}
          values={values}
          errors={errors}
          numbers={paperNumbers(questions)}
          onChange={(question, value) => setValues((before) => ({ ...before, [question]: value }))}
        />
        <Consent
          content={content}
          label={t('collection.forms.signed')}
          checked={consent}
          error={errors.consent}
          onChange={setConsent}
        />
        <ProblemAlert problem={rest} />
        <div className="row form-buttons">
          <Button type="primary" htmlType="submit" loading={send.isPending}>
            {t('collection.forms.typeNext')}
          </Button>
          {can('form:review') ? (
            <Button onClick={() => save(true)}>{t('collection.forms.typeAndReview')}</Button>
          ) : null}
        </div>
      </form>
    </Page>
  );
}
