import { useParams, useSearch } from '@tanstack/react-router';
import { Alert, Button, Checkbox, Result } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import { Problem } from '#shared/errors.ts';
import { call, upload, useEndpoint, useSend } from '#ui/api.ts';
import { errorsByField } from '#ui/fields/form-field.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { PublicPage } from '#ui/public-page.tsx';
import { answerPublicForm, openPublicForm, refuseFormMail, uploadFormFile } from '../../form-answers-contract.ts';
import type { AnswerValues } from '../../form-content.ts';
import { FormBody, toSend } from './form-body.tsx';
import { said } from './question-input.tsx';

type Opened = ResponseOf<typeof openPublicForm>;

/** What was typed outlives a reload; a browser that keeps nothing still fills in the form. */
const kept = {
  read(key: string): AnswerValues {
    try {
      return JSON.parse(sessionStorage.getItem(key) ?? '{}') as AnswerValues;
    } catch {
      return {};
    }
  },
  write(key: string, values: AnswerValues | null) {
    try {
      if (values) sessionStorage.setItem(key, JSON.stringify(values));
      else sessionStorage.removeItem(key);
    } catch {
      // Storage may be switched off, as in a frame of another site.
    }
  },
};

export default function PublicFormPage() {
  const { token = '' } = useParams({ strict: false }) as { token?: string };
  const { stop } = useSearch({ strict: false }) as { stop?: unknown };
  return stop === undefined ? <OpenForm token={token} /> : <NoMore token={token} />;
}

/** The way out of every mail of a form: one click, and no more come. */
function NoMore({ token }: { token: string }) {
  const { t } = useTranslation();
  const refuse = useSend(refuseFormMail);
  return (
    <PublicPage title={t('collection.forms.noMore')}>
      {refuse.isSuccess ? (
        <Alert role="status" type="success" showIcon title={t('collection.forms.noMoreDone')} />
      ) : (
        <>
          <p>{t('collection.forms.noMoreText')}</p>
          <ProblemAlert problem={refuse.error} />
          <Button type="primary" loading={refuse.isPending} onClick={() => refuse.mutate({ params: { token } })}>
            {t('collection.forms.noMore')}
          </Button>
        </>
      )}
    </PublicPage>
  );
}

function OpenForm({ token }: { token: string }) {
  const { t } = useTranslation();
  const { data, error } = useEndpoint(
    openPublicForm,
    { params: { token } },
    // Another language is no other form: what is on the page stays.
    { retry: false, staleTime: Number.POSITIVE_INFINITY, placeholderData: (before) => before },
  );
  if (error)
    return (
      <PublicPage title={t('collection.forms.title')}>
        <Alert role="alert" type={error.code === 'form.answered' ? 'success' : 'info'} showIcon title={error.message} />
      </PublicPage>
    );
  if (!data) return <Loading />;
  return <Fill key={data.revision} token={token} opened={data} />;
}

function Fill({ token, opened }: { token: string; opened: Opened }) {
  const { t, i18n } = useTranslation();
  const { embed } = useSearch({ strict: false }) as { embed?: unknown };
  const { content } = opened;
  const key = `kedang.form.${token.slice(-16)}.${opened.revision}`;
  const [values, setValues] = useState<AnswerValues>(() => ({ ...opened.present, ...kept.read(key) }));
  const [ticket, setTicket] = useState(opened.ticket);
  const [consent, setConsent] = useState(false);
  const [homepage, setHomepage] = useState('');
  const [done, setDone] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const answer = useSend(answerPublicForm);
  const errors = errorsByField(answer.error?.errors ?? []);
  useEffect(() => {
    if (!done) kept.write(key, values);
  }, [key, values, done]);
  const failed = answer.error;
  useEffect(() => {
    const first = failed?.errors[0]?.field.replace(/^values\./, '');
    const place = first ? form.current?.querySelector<HTMLElement>(`[data-question="${CSS.escape(first)}"]`) : null;
    place?.scrollIntoView({ block: 'center' });
    place?.querySelector<HTMLElement>('input, textarea')?.focus({ preventScroll: true });
  }, [failed]);
  const send = () =>
    answer.mutate(
      {
        params: { token },
        body: {
          values: toSend(content.questions, values),
          ticket,
          consent,
          lang: i18n.language === 'en-US' ? 'en-US' : 'zh-CN',
          embedded: embed !== undefined,
          homepage,
        },
      },
      {
        onSuccess: () => {
          setDone(true);
          kept.write(key, null);
        },
        onError: (problem) => {
          if (problem.code === 'form.ticket')
            void call(openPublicForm, { params: { token } }).then((again) => setTicket(again.ticket));
        },
      },
    );
  if (done)
    return (
      <PublicPage title={said(content.title)} wide>
        <Result status="success" title={said(content.thanks) || t('collection.forms.thanks')} />
      </PublicPage>
    );
  const general = failed && failed.errors.length === 0 ? failed : null;
  return (
    <PublicPage title={said(content.title)} wide>
      <p className="muted">{opened.company}</p>
      {said(content.intro) ? <p className="form-text">{said(content.intro)}</p> : null}
      {opened.personal ? <Alert type="info" showIcon title={t('collection.forms.personalHelp')} /> : null}
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <FormBody
          questions={content.questions}
          values={values}
          errors={errors}
          masked={opened.masked}
          send={(question, file) => upload(uploadFormFile, file, { question }, { params: { token } })}
          onChange={(id, value) => setValues((before) => ({ ...before, [id]: value }))}
        />
        {content.consent.zh ? (
          <section className="form-consent" aria-label={t('collection.forms.consent')}>
            {said(content.purpose) ? (
              <p>
                <strong>{t('collection.forms.purpose')}</strong> {said(content.purpose)}
              </p>
            ) : null}
            <p className="form-text">{said(content.consent)}</p>
            <Checkbox checked={consent} onChange={(event) => setConsent(event.target.checked)}>
              {t('collection.forms.agree')}
            </Checkbox>
            {errors.consent && !consent ? (
              <div className="form-error" role="alert">
                {errors.consent}
              </div>
            ) : null}
          </section>
        ) : null}
        {/* Out of a person's sight and of the tab order; programs fill in everything. */}
        <div className="form-trap" aria-hidden="true">
          <label htmlFor="homepage">Homepage</label>
          <input
            id="homepage"
            name="homepage"
            tabIndex={-1}
            autoComplete="off"
            value={homepage}
            onChange={(event) => setHomepage(event.target.value)}
          />
        </div>
        <ProblemAlert problem={general instanceof Problem ? general : null} />
        {failed && failed.errors.length > 0 ? (
          <p className="form-error" role="alert">
            {t('collection.forms.someWrong', { n: failed.errors.length })}
          </p>
        ) : null}
        <Button type="primary" htmlType="submit" size="large" block loading={answer.isPending}>
          {t('collection.forms.submit')}
        </Button>
      </form>
    </PublicPage>
  );
}
