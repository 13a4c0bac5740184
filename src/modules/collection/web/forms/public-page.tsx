import { useParams, useSearch } from '@tanstack/react-router';
import { Alert, Button, Result } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import { call, upload, useEndpoint, useSend } from '#ui/api.ts';
import { atFields } from '#ui/fields/form-field.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { PublicPage } from '#ui/public-page.tsx';
import { recall, remember } from '#ui/stored.ts';
import { answerPublicForm, openPublicForm, refuseFormMail, uploadFormFile } from '../../form-answers-contract.ts';
import { Consent, FormBody, toSend } from './form-body.tsx';
import { said } from './question-input.tsx';
import { blank, useKept } from './use-kept.ts';

type Opened = ResponseOf<typeof openPublicForm>;

/** A form on another site tells the page around it how high it is; the script of the site gives the frame that height. */
function useFrameHeight(): void {
  const { embed } = useSearch({ strict: false }) as { embed?: unknown };
  useEffect(() => {
    const page = document.getElementById('root');
    if (embed === undefined || !page || window.parent === window) return;
    document.documentElement.classList.add('framed');
    const watch = new ResizeObserver(() =>
      window.parent.postMessage({ kedangFormHeight: Math.ceil(page.getBoundingClientRect().height) }, '*'),
    );
    watch.observe(page);
    return () => watch.disconnect();
  }, [embed]);
}

export default function PublicFormPage() {
  const { token = '' } = useParams({ strict: false }) as { token?: string };
  const { stop } = useSearch({ strict: false }) as { stop?: unknown };
  useFrameHeight();
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
  const key = `kedang.form.${token.slice(-16)}`;
  const [typed, setTyped] = useKept(key, content.questions);
  const values = { ...opened.present, ...typed };
  // Kept with what was typed: sent again after a reload because no thanks came, it is the same answer. Of this revision alone:
  // by the ticket the server knows which questions were answered.
  const ticketKey = `${key}.${opened.revision}.ticket`;
  const [ticket, setTicket] = useState(() => recall(ticketKey, 'sessionStorage') ?? opened.ticket);
  const [consent, setConsent] = useState(false);
  const [homepage, setHomepage] = useState('');
  /** What the visitor is told in the end: the thanks, or that the answer had come already. */
  const [done, setDone] = useState<string | null>(null);
  useEffect(() => {
    remember(ticketKey, done === null ? ticket : null, 'sessionStorage');
  }, [ticketKey, ticket, done]);
  const answer = useSend(answerPublicForm);
  const failed = answer.error;
  /** Questions answered anew since the last attempt: what was wrong with them may be right now. */
  const [anew, setAnew] = useState<string[]>([]);
  const { errors: refused, rest } = atFields(failed, 'consent', ...content.questions.map((item) => item.id));
  const errors = Object.fromEntries(Object.entries(refused).filter(([id]) => !anew.includes(id)));
  const left = Object.keys(errors).length;
  const end = (told: string) => {
    setDone(told);
    setTyped(blank);
  };
  const send = () => {
    setAnew([]);
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
        onSuccess: () => end(said(content.thanks) || t('collection.forms.thanks')),
        onError: (problem) => {
          if (problem.code === 'form.answered') end(problem.message);
          if (problem.code === 'form.ticket')
            void call(openPublicForm, { params: { token } }).then(
              (again) => setTicket(again.ticket),
              () => undefined,
            );
        },
      },
    );
  };
  if (done !== null)
    return (
      <PublicPage title={said(content.title)} wide>
        {/* Focused, so that it is read out, and in sight where the form was long or stands in a frame. */}
        <div role="status" tabIndex={-1} ref={(place) => place?.focus()}>
          <Result status="success" title={done} />
        </div>
      </PublicPage>
    );
  return (
    <PublicPage title={said(content.title)} wide>
      <p className="muted">{opened.company}</p>
      {said(content.intro) ? <p className="form-text">{said(content.intro)}</p> : null}
      {opened.personal ? (
        <Alert className="problem" type="info" showIcon title={t('collection.forms.personalHelp')} />
      ) : null}
      <form
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
          onChange={(id, value) => {
            setTyped((before) => ({ ...before, [id]: value }));
            setAnew((before) => [...before, id]);
          }}
        />
        <Consent
          content={content}
          label={t('collection.forms.agree')}
          checked={consent}
          error={errors.consent}
          onChange={(agreed) => {
            setConsent(agreed);
            setAnew((before) => [...before, 'consent']);
          }}
        />
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
        <ProblemAlert problem={rest} />
        {left > 0 ? (
          <p className="form-error" role="alert">
            {t('collection.forms.someWrong', { n: left })}
          </p>
        ) : null}
        <Button type="primary" htmlType="submit" size="large" block loading={answer.isPending}>
          {t('collection.forms.submit')}
        </Button>
      </form>
    </PublicPage>
  );
}
