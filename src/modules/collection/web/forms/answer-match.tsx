import { Link } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { type AnswerView, matchFormAnswer } from '../../form-answers-contract.ts';

/** Whose answer it is: the customer of the link, one the duplicate finder suggests, one looked up, or nobody yet. */
export function AnswerMatch({ answer }: { answer: AnswerView }) {
  const { t } = useTranslation();
  const match = useSend(matchFormAnswer, ['/form-answers']);
  const [looking, setLooking] = useState(false);
  const put = (customerId: string | null, contactId: string | null) =>
    match.mutate(
      { params: { id: answer.id }, ifMatch: answer.version, body: { customerId, contactId } },
      { onSuccess: () => setLooking(false) },
    );
  const open = answer.state === 'new';
  return (
    <section className="panel" aria-label={t('collection.forms.whose')}>
      <h2>{t('collection.forms.whose')}</h2>
      <ProblemAlert problem={match.error} />
      {answer.customer ? (
        <div className="row">
          <Link to="/customers/$id" params={{ id: answer.customer.id }} className="grow">
            {answer.customer.name}
          </Link>
          {open ? (
            <Button size="small" onClick={() => setLooking(!looking)}>
              {t('collection.forms.another')}
            </Button>
          ) : null}
        </div>
      ) : (
        <p className="muted">
          {answer.name ? <strong>{answer.name} </strong> : null}
          {t(open ? 'collection.forms.unmatchedHelp' : 'collection.forms.unmatched')}
        </p>
      )}
      {answer.suggestions.map((item) => (
        <div className="row" key={item.id}>
          <div className="grow">
            <Link to="/customers/$id" params={{ id: item.id }} target="_blank">
              {item.name}
            </Link>
            <div className="muted small">
              {item.number} · {item.because.map((reason) => t(`customers.duplicates.because.${reason}`)).join(', ')}
            </div>
          </div>
          <Button
            size="small"
            type={item.certain ? 'primary' : 'default'}
            aria-label={t('collection.forms.isOf', { name: item.name })}
            onClick={() => put(item.id, null)}
          >
            {t('collection.forms.is')}
          </Button>
        </div>
      ))}
      {open && (looking || !answer.customer) ? (
        <FormField id="answer-customer" label={t('collection.forms.lookUp')}>
          <RecordSelect
            id="answer-customer"
            kind="customer"
            value={answer.customer?.id ?? null}
            label={answer.customer?.name}
            onChange={(id) => put(id, null)}
          />
        </FormField>
      ) : null}
      {open && answer.customer && answer.contacts.length > 0 ? (
        <FormField id="answer-contact" label={t('collection.forms.person')} help={t('collection.forms.personHelp')}>
          <Select
            id="answer-contact"
            className="full-width"
            allowClear
            value={answer.contact?.id}
            placeholder={t('collection.forms.personByName')}
            options={answer.contacts.map((item) => ({ value: item.id, label: item.name }))}
            onChange={(id?: string) => put(answer.customer?.id ?? null, id ?? null)}
          />
        </FormField>
      ) : null}
    </section>
  );
}
