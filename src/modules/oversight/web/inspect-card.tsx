import { Link } from '@tanstack/react-router';
import { App, Button, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getCustomer } from '#modules/customers/contract.ts';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { atFields, Refusal } from '#ui/fields/form-field.tsx';
import { companyToday } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { NewerSaved, useWritten } from '#ui/newer.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { customerRemarks, type ItemView, inspectItem, type RoundView } from '../contract.ts';
import { NewRemarkDialog, Remark, staleRemarks } from './remark.tsx';

type Field = { key: string; name: string };

/** A card under inspection: the checklist, its remarks, its fields, each of which can be remarked. */
export function InspectCard({ item, round }: { item: ItemView; round: RoundView }) {
  const { t } = useTranslation();
  const [remarking, setRemarking] = useState<Field | 'card' | null>(null);
  /** Whose answers the checklist begins with: those of somebody else only when they are asked for. */
  const [taken, setTaken] = useState(item.version);
  const remarks = useEndpoint(customerRemarks, { params: { id: item.customer.id }, query: { limit: 100 } });
  return (
    <>
      <p>
        <Link to="/customers/$id" params={{ id: item.customer.id }}>
          {t('oversight.openCard')}
        </Link>
      </p>
      <Checklist key={`${item.id}:${taken}`} item={item} round={round} onNewest={() => setTaken(item.version)} />
      <section className="panel" aria-labelledby="inspect-remarks">
        <div className="row">
          <h2 id="inspect-remarks" className="grow">
            {t('oversight.panel')}
          </h2>
          <Button size="small" onClick={() => setRemarking('card')}>
            {t('oversight.remarkCard')}
          </Button>
        </div>
        <ProblemAlert problem={remarks.error} />
        <ul className="cards">
          {(remarks.data?.items ?? []).map((remark) => (
            <li key={remark.id} className="list-row">
              <Remark remark={remark} />
            </li>
          ))}
        </ul>
      </section>
      <Fields customerId={item.customer.id} onRemark={setRemarking} />
      {remarking ? (
        <NewRemarkDialog
          customerId={item.customer.id}
          itemId={item.id}
          field={remarking === 'card' ? null : remarking}
          fixBy={companyToday(round.fixDays)}
          onClose={() => setRemarking(null)}
        />
      ) : null}
    </>
  );
}

function Checklist({ item, round, onNewest }: { item: ItemView; round: RoundView; onNewest(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const written = useWritten(item, staleRemarks);
  const inspect = useSend(inspectItem, staleRemarks);
  const [answers, setAnswers] = useState<ItemView['answers']>(item.answers);
  const { errors, rest } = atFields(inspect.error, ...round.checklist.map((point) => `answers.${point.key}`));
  return (
    <section className="panel" aria-labelledby="inspect-points">
      <h2 id="inspect-points">{t('oversight.checklist')}</h2>
      {written.newer && !inspect.isPending ? <NewerSaved onTake={onNewest} /> : <ProblemAlert problem={rest} />}
      {round.checklist.map((point) => (
        <div key={point.key} className="list-row">
          <div className="grow">
            <span id={`point-${point.key}`}>{point.label}</span>
            <Refusal id={`answer-${point.key}`} error={errors[`answers.${point.key}`]} />
          </div>
          <Radio.Group
            id={`answer-${point.key}`}
            aria-labelledby={`point-${point.key}`}
            name={`point-${point.key}`}
            value={answers[point.key]}
            options={(['good', 'bad', 'none'] as const).map((value) => ({
              value,
              label: t(`oversight.answers.${value}`),
            }))}
            onChange={(event) => setAnswers({ ...answers, [point.key]: event.target.value })}
          />
        </div>
      ))}
      <Button
        type="primary"
        className="form-buttons"
        loading={inspect.isPending}
        onClick={() =>
          inspect.mutate(
            { params: { id: item.id }, ifMatch: written.version, body: { answers } },
            {
              onSuccess: (saved) => {
                written.saved(saved);
                void message.success(t('ui.saved'));
              },
              onError: written.failed,
            },
          )
        }
      >
        {t('oversight.saveInspection')}
      </Button>
    </section>
  );
}

function Fields({ customerId, onRemark }: { customerId: string; onRemark(field: Field): void }) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const card = useEndpoint(getCustomer, { params: { id: customerId } }, { staleTime: 30_000 });
  if (!card.data || !dictionary) return card.error ? <ProblemAlert problem={card.error} /> : <Loading />;
  const { kind, values, labels } = card.data;
  const applies = (thing: { kinds: string[] | null }) => thing.kinds === null || thing.kinds.includes(kind);
  return dictionary.sections.filter(applies).map((section) => {
    const fields = dictionary.fields.filter((field) => field.section === section.key && applies(field));
    if (fields.length === 0) return null;
    return (
      <section key={section.key} className="panel" aria-labelledby={`inspect-${section.key}`}>
        <h2 id={`inspect-${section.key}`}>{label(section.label)}</h2>
        {fields.map((field) => (
          <div key={field.key} className="list-row">
            <span className="muted inspect-label">{label(field.label)}</span>
            <span className="grow">
              <FieldValue field={field} value={values[field.key]} labels={labels} />
            </span>
            <Button
              size="small"
              type="text"
              aria-label={t('oversight.remarkOn', { name: label(field.label) })}
              onClick={() => onRemark({ key: field.key, name: label(field.label) })}
            >
              {t('oversight.remark')}
            </Button>
          </div>
        ))}
      </section>
    );
  });
}
