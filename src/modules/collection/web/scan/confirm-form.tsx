import { useNavigate } from '@tanstack/react-router';
import { Alert, App, Button, Radio } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { CustomerKind, FieldDefinition } from '#shared/fields.ts';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordForm } from '#ui/fields/record-form.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import {
  type BusinessCardView,
  confirmBusinessCard,
  discardBusinessCard,
  matchBusinessCard,
} from '../../scan-contract.ts';
import { Matches, type Target } from './matches.tsx';

const customerKeys = ['name', 'nameEn', 'phones', 'faxes', 'emails', 'websites', 'addresses', 'wechat', 'remark'];
const contactKeys = ['name', 'nameEn', 'position', 'department', 'phones', 'emails', 'wechat', 'messengers', 'remark'];
const organisations: CustomerKind[] = ['company', 'government', 'partner', 'special'];
const usual = ['contact.position', 'contact.department', 'contact.phones'];
const doubtful = 0.85;

type Values = Record<string, unknown>;
const filled = (values: Values, fields: FieldDefinition[]) =>
  Object.fromEntries(
    fields.flatMap(({ key }) =>
      values[key] !== undefined && values[key] !== null && values[key] !== '' ? [[key, values[key]]] : [],
    ),
  );

/** What was read, to be put right and taken over. */
export function ConfirmForm({ item }: { item: BusinessCardView }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const customers = useDictionary('customer');
  const people = useDictionary('contact');
  const proposal = item.proposal ?? { customer: {}, contact: {}, confidence: {}, rest: [] };
  const [kind, setKind] = useState<CustomerKind>('company');
  const [customer, setCustomer] = useState<Values>(proposal.customer);
  const [contact, setContact] = useState<Values>(proposal.contact);
  const [target, setTarget] = useState<Target>({});
  const [all, setAll] = useState(item.proposal === null);
  const confirm = useSend(confirmBusinessCard, ['/business-cards', '/customers', '/contacts', '/intakes', '/captures']);
  const discard = useSend(discardBusinessCard, ['/business-cards']);
  const matches = useSend(matchBusinessCard);
  const { mutate: look } = matches;
  const person = kind === 'individual';
  const known = JSON.stringify({ customer: person ? contact : customer, contact: person ? {} : contact });
  useEffect(() => {
    const timer = setTimeout(
      () =>
        look({
          params: { id: item.id },
          body: { kind, ...(JSON.parse(known) as { customer: Values; contact: Values }) },
        }),
      400,
    );
    return () => clearTimeout(timer);
  }, [known, kind, item.id, look]);
  if (!customers || !people) return <Loading />;
  const customerFields = chosen(customers.fields, customerKeys).filter(
    (field) => field.kinds === null || field.kinds.includes(kind),
  );
  const personKeys = new Set(customers.fields.map((field) => field.key));
  const contactFields = chosen(people.fields, contactKeys).filter((field) => !person || personKeys.has(field.key));
  const paths = person ? { customer: '', contact: 'customer.' } : { customer: 'customer.', contact: 'contact.' };
  const { errors, rest } = atFields(
    confirm.error,
    ...(person ? [] : customerFields.map(({ key }) => `customer.${key}`)),
    ...contactFields.map(({ key }) => `${paths.contact}${key}`),
  );
  const shown = (fields: FieldDefinition[], part: 'customer' | 'contact', values: Values) =>
    fields.filter(
      ({ key, required }) =>
        all ||
        required ||
        usual.includes(`${part}.${key}`) ||
        errors[`${paths[part]}${key}`] !== undefined ||
        (values[key] ?? null) !== null ||
        proposal[part][key] !== undefined,
    );
  const send = (allowDuplicate: boolean) => {
    const body = person
      ? { customer: filled(contact, contactFields), contact: null }
      : {
          customer: filled(customer, customerFields),
          contact: contact.name ? filled(contact, contactFields) : null,
        };
    confirm.mutate(
      { params: { id: item.id }, ifMatch: item.version, body: { kind, ...target, ...body, allowDuplicate } },
      {
        onSuccess: (card) => {
          void message.success(t(card.intakeId ? 'collection.scan.inIntake' : 'collection.scan.done'));
          if (card.customerId) void navigate({ to: '/customers/$id', params: { id: card.customerId } });
          else if (card.intakeId) void navigate({ to: '/intakes/$id', params: { id: card.intakeId } });
        },
      },
    );
  };
  const duplicate = confirm.error?.code === 'customer.duplicate';
  return (
    <form
      noValidate
      className="grow"
      onSubmit={(event) => {
        event.preventDefault();
        send(false);
      }}
    >
      {item.problem ? <Alert type="warning" showIcon title={item.problem.message} /> : null}
      <section className="panel">
        <h2>{t('collection.scan.company')}</h2>
        {target.customerId ? null : (
          <FormField id="card-kind" label={t('collection.kind')}>
            <Radio.Group
              id="card-kind"
              optionType="button"
              value={kind}
              onChange={(event) => setKind(event.target.value as CustomerKind)}
              options={[...organisations, 'individual' as const].map((value) => ({
                value,
                label: t(`ui.kind.${value}`),
              }))}
            />
          </FormField>
        )}
        {person ? (
          <p className="muted">{t('collection.scan.isPerson')}</p>
        ) : (
          <RecordForm
            key={kind}
            prefix="card-customer"
            fields={withConfidence(shown(customerFields, 'customer', customer), 'customer', customer)}
            values={customer}
            errors={errors}
            path={paths.customer}
            onChange={(key, value) => setCustomer((before) => ({ ...before, [key]: value }))}
          />
        )}
      </section>
      <section className="panel">
        <h2>{t('collection.scan.person')}</h2>
        <RecordForm
          prefix="card-contact"
          fields={withConfidence(shown(contactFields, 'contact', contact), 'contact', contact)}
          values={contact}
          errors={errors}
          path={paths.contact}
          onChange={(key, value) => setContact((before) => ({ ...before, [key]: value }))}
        />
        {proposal.rest.length > 0 ? (
          <p className="muted">
            {t('collection.scan.rest')} {proposal.rest.join(' | ')}
          </p>
        ) : null}
      </section>
      {matches.data ? <Matches found={matches.data} target={target} onTarget={setTarget} /> : null}
      <ProblemAlert problem={rest ?? discard.error} />
      <div className="row form-buttons">
        <Button type="primary" htmlType="submit" loading={confirm.isPending}>
          {t(
            target.contactId
              ? 'collection.scan.fillPerson'
              : target.customerId
                ? 'collection.scan.addPerson'
                : 'collection.scan.create',
          )}
        </Button>
        {duplicate ? (
          <Button danger onClick={() => send(true)}>
            {t('collection.scan.createAnyway')}
          </Button>
        ) : null}
        <Button onClick={() => setAll(!all)}>
          {t(all ? 'collection.scan.fewerFields' : 'collection.scan.allFields')}
        </Button>
        <Button
          type="text"
          danger
          loading={discard.isPending}
          onClick={() =>
            discard.mutate(
              { params: { id: item.id }, ifMatch: item.version },
              { onSuccess: () => void navigate({ to: '/business-cards' }) },
            )
          }
        >
          {t('collection.scan.discard')}
        </Button>
      </div>
    </form>
  );

  /** The certainty of a value stands under its input until somebody changes it. */
  function withConfidence(fields: FieldDefinition[], part: 'customer' | 'contact', values: Values): FieldDefinition[] {
    return fields.map((field) => {
      const sure = proposal.confidence[`${part}.${field.key}`];
      const same = JSON.stringify(values[field.key]) === JSON.stringify(proposal[part][field.key]);
      if (sure === undefined || !same) return field;
      const text = t(sure < doubtful ? 'collection.scan.doubtful' : 'collection.scan.sure', {
        n: Math.round(sure * 100),
      });
      return { ...field, help: { zh: text, en: text } };
    });
  }
}

const chosen = (fields: FieldDefinition[], keys: string[]) =>
  keys
    .flatMap((key) => fields.find((field) => field.key === key && !field.readOnly) ?? [])
    .concat(fields.filter((field) => field.required && !keys.includes(field.key) && !field.readOnly));
