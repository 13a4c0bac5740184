import './forms.css';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, App, Button, Checkbox, Input, Modal, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { atFields, FormField, Refusal } from '#ui/fields/form-field.tsx';
import { formatTime } from '#ui/format.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { type AnswerView, decideFormAnswer, getFormAnswer, refuseFormAnswer } from '../../form-answers-contract.ts';
import { AnswerMatch } from './answer-match.tsx';
import { AnswerValue } from './answer-value.tsx';
import { said } from './question-input.tsx';
import { titleOf } from './resolve.ts';

const stale = ['/form-answers', '/customers', '/contacts', '/forms', '/intakes'];

export default function AnswerPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data, error, refetch } = useEndpoint(getFormAnswer, { params: { id } });
  if (error && !data)
    return (
      <Page title={t('collection.forms.answers')}>
        <ProblemAlert problem={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (!data) return <Loading />;
  // Another match makes other proposals: what is ticked begins anew.
  return <Review key={`${data.customer?.id}-${data.contact?.id}-${data.state}`} answer={data} />;
}

function Review({ answer }: { answer: AnswerView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const decide = useSend(decideFormAnswer, stale);
  const [accept, setAccept] = useState<Set<string>>(() => new Set(answer.proposals));
  const [refusing, setRefusing] = useState(false);
  const open = answer.state === 'new';
  const duplicate = decide.error?.code === 'customer.duplicate';
  const questions = answer.questions.filter((item) => item.type !== 'heading');
  const free = questions.filter((item) => item.type !== 'field');
  const fields = questions.filter((item) => item.type === 'field' && answer.values[item.id] !== undefined);
  const { errors, rest } = atFields(decide.error, ...fields.map((item) => item.id));
  const button =
    answer.proposals.length === 0
      ? 'acceptNothing'
      : answer.customer || accept.size === 0
        ? 'acceptTicked'
        : 'acceptAndMake';
  const send = (allowDuplicate: boolean) =>
    decide.mutate(
      {
        params: { id: answer.id },
        ifMatch: answer.version,
        body: { accept: [...accept], allowDuplicate },
      },
      { onSuccess: () => void message.success(t('collection.forms.decidedNow')) },
    );
  return (
    <Page title={said(answer.form.title)} actions={<Link to="/form-answers">{t('collection.forms.answers')}</Link>}>
      <p className="muted">
        <Tag>{t(`collection.forms.answerStates.${answer.state}`)}</Tag>
        {t(`collection.forms.channels.${answer.channel}`)} · {formatTime(answer.submittedAt)}
        {answer.typedBy ? ` · ${answer.typedBy}` : ''} · {t('collection.forms.revision', { n: answer.revision })}
        {answer.reviewer ? ` · ${t('collection.forms.reviewedBy', { name: answer.reviewer })}` : ''}
      </p>
      {answer.reason ? <Alert type="info" title={answer.reason} /> : null}
      {answer.intakeId && !answer.customer ? (
        <Alert
          type="info"
          showIcon
          title={t('collection.forms.inIntake')}
          description={
            <Link to="/intakes/$id" params={{ id: answer.intakeId }}>
              {t('collection.scan.toIntake')}
            </Link>
          }
        />
      ) : (
        <AnswerMatch answer={answer} />
      )}
      {fields.length > 0 ? (
        <section className="panel" aria-label={t('collection.forms.proposals')}>
          <h2>{t('collection.forms.proposals')}</h2>
          <p className="muted small">{t('collection.forms.proposalsHelp')}</p>
          {fields.map((item) => {
            const own = titleOf(item);
            // A person has a name and phones too.
            const name =
              item.object === 'contact' && !said(item.title) ? `${t('collection.forms.person')} · ${own}` : own;
            const differs = answer.proposals.includes(item.id);
            const present = answer.present[item.id];
            const decision = answer.decisions[item.id];
            return (
              <div className={differs ? 'proposal differs' : 'proposal'} key={item.id}>
                <span>
                  {open && differs ? (
                    <Checkbox
                      id={`accept-${item.id}`}
                      aria-label={t('collection.forms.acceptOf', { name })}
                      checked={accept.has(item.id)}
                      onChange={(event) => {
                        const next = new Set(accept);
                        if (event.target.checked) next.add(item.id);
                        else next.delete(item.id);
                        setAccept(next);
                      }}
                    />
                  ) : null}
                </span>
                <span>
                  {name}{' '}
                  {decision || !differs ? (
                    <Tag color={decision === 'accepted' ? 'success' : undefined}>
                      {t(`collection.forms.decisions.${decision ?? 'confirmed'}`)}
                    </Tag>
                  ) : null}
                </span>
                <span>
                  <span className="muted small">{t('collection.forms.now')} </span>
                  {present && item.definition ? (
                    <FieldValue field={item.definition} value={present.value} />
                  ) : (
                    <span className="muted">—</span>
                  )}
                  {present?.provenance?.verifiedAt ? <Tag color="success">{t('collection.forms.verified')}</Tag> : null}
                </span>
                <span className="proposal-answer">
                  <span className="muted small">{t('collection.forms.answerNow')} </span>
                  <AnswerValue answer={answer} item={item} value={answer.values[item.id]} />
                  <Refusal id={`accept-${item.id}`} error={errors[item.id]} />
                </span>
              </div>
            );
          })}
          {answer.hidden > 0 ? <p className="muted">{t('collection.forms.hidden', { n: answer.hidden })}</p> : null}
        </section>
      ) : null}
      {free.length > 0 ? (
        <section className="panel" aria-label={t('collection.forms.freeAnswers')}>
          <h2>{t('collection.forms.freeAnswers')}</h2>
          <dl className="form-answers-list">
            {free.map((item) => (
              <div key={item.id}>
                <dt className="muted small">{titleOf(item)}</dt>
                <dd>
                  <AnswerValue answer={answer} item={item} value={answer.values[item.id]} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ) : null}
      {answer.consent ? (
        <section className="panel" aria-label={t('collection.forms.consent')}>
          <h2>{t('collection.forms.consent')}</h2>
          <p className="form-text">
            {answer.consent.purpose} {answer.consent.text}
          </p>
          <p className="muted small">{t('collection.forms.givenAt', { time: formatTime(answer.consent.givenAt) })}</p>
        </section>
      ) : null}
      {answer.consentMissing ? (
        <Alert className="problem" type="warning" showIcon title={t('collection.forms.consentMissing')} />
      ) : null}
      <ProblemAlert problem={rest} />
      {open ? (
        <div className="row form-buttons">
          <Button type="primary" loading={decide.isPending} onClick={() => send(false)}>
            {t(`collection.forms.${button}`, { n: accept.size })}
          </Button>
          {duplicate ? (
            <Button danger onClick={() => send(true)}>
              {t('collection.forms.makeAnyway')}
            </Button>
          ) : null}
          <Button onClick={() => setRefusing(true)}>{t('collection.forms.refuse')}</Button>
        </div>
      ) : null}
      {refusing ? <RefuseDialog answer={answer} onClose={() => setRefusing(false)} /> : null}
    </Page>
  );
}

function RefuseDialog({ answer, onClose }: { answer: AnswerView; onClose(): void }) {
  const { t } = useTranslation();
  const refuse = useSend(refuseFormAnswer, stale);
  const [reason, setReason] = useState('');
  const { errors, rest } = atFields(refuse.error, 'reason');
  return (
    <Modal
      open
      title={t('collection.forms.refuse')}
      okText={t('collection.forms.refuse')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ danger: true, disabled: reason.trim() === '', loading: refuse.isPending }}
      onOk={() =>
        refuse.mutate({ params: { id: answer.id }, ifMatch: answer.version, body: { reason } }, { onSuccess: onClose })
      }
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <FormField id="refuse-reason" label={t('collection.forms.reason')} required error={errors.reason}>
        <Input.TextArea
          id="refuse-reason"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}
