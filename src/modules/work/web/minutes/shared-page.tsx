import '../work.css';
import { useParams } from '@tanstack/react-router';
import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clockText } from '#shared/dates/zoned.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { PublicPage } from '#ui/public-page.tsx';
import { answerSharedMinutes, type MinutesReader, readSharedMinutes } from '../../minutes-contract.ts';
import { MinutesText } from './minutes-text.tsx';

/** Minutes as the customer reads, confirms or comments on them, without an account. */
export default function SharedMinutesPage() {
  const { t } = useTranslation();
  const { token = '' } = useParams({ strict: false }) as { token?: string };
  const found = useEndpoint(readSharedMinutes, { params: { token } }, { retry: false });
  if (found.error)
    return (
      <PublicPage title={t('work.minutes.title')}>
        <Alert
          role="alert"
          type="info"
          showIcon
          title={found.error.status === 404 ? t('work.minutes.gone') : found.error.message}
        />
      </PublicPage>
    );
  if (!found.data)
    return (
      <PublicPage title={t('work.minutes.title')}>
        <Loading />
      </PublicPage>
    );
  const minutes = found.data;
  const at = (instant: string) => clockText(new Date(instant), minutes.timeZone);
  return (
    <PublicPage title={minutes.subject} wide>
      <p className="muted">
        {t('work.minutes.sharedFrom', {
          company: minutes.company,
          author: minutes.author,
          at: at(minutes.sentAt),
          n: minutes.edition,
        })}
      </p>
      <MinutesText content={minutes.content} held={at(minutes.content.heldAt)} />
      {minutes.answer ? (
        <Alert
          type="success"
          showIcon
          title={t(`work.minutes.thanks.${minutes.answer}`, { at: minutes.answeredAt ? at(minutes.answeredAt) : '' })}
        />
      ) : minutes.superseded ? (
        <Alert type="warning" showIcon title={t('work.minutes.superseded')} />
      ) : (
        <Answer token={token} minutes={minutes} />
      )}
    </PublicPage>
  );
}

function Answer({ token, minutes }: { token: string; minutes: MinutesReader }) {
  const { t } = useTranslation();
  const send = useSend(answerSharedMinutes, ['/public/minutes']);
  const [name, setName] = useState(minutes.recipient);
  const [comment, setComment] = useState('');
  const { errors, rest } = atFields(send.error, 'name', 'comment');
  const answer = (what: 'confirmed' | 'commented') =>
    send.mutate({ params: { token }, body: { answer: what, name, comment: what === 'commented' ? comment : '' } });
  return (
    <section className="minutes-answer">
      <h2>{t('work.minutes.yourAnswer')}</h2>
      <ProblemAlert problem={rest} />
      <FormField id="answer-name" label={t('work.minutes.yourName')} required error={errors.name}>
        <Input
          id="answer-name"
          maxLength={100}
          autoComplete="name"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </FormField>
      <FormField id="answer-comment" label={t('work.minutes.yourComment')} error={errors.comment}>
        <Input.TextArea
          id="answer-comment"
          autoSize={{ minRows: 3, maxRows: 12 }}
          maxLength={5000}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      </FormField>
      <div className="visit-acts">
        <Button
          size="large"
          type="primary"
          loading={send.isPending}
          disabled={comment.trim() !== ''}
          onClick={() => answer('confirmed')}
        >
          {t('work.minutes.confirm')}
        </Button>
        <Button
          size="large"
          loading={send.isPending}
          disabled={comment.trim() === ''}
          onClick={() => answer('commented')}
        >
          {t('work.minutes.sendComment')}
        </Button>
      </div>
      <p className="muted small">{t('work.minutes.answerHelp')}</p>
    </section>
  );
}
