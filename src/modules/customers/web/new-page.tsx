import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { type CustomerKind, customerKinds, namedSources, type ValueSource } from '#shared/fields.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordForm } from '#ui/fields/record-form.tsx';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { createCustomer, getCreation } from '../contract.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { CustomerLookAlikes, useCustomerLookAlikes } from './customer-look-alikes.tsx';

export default function NewPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { kind?: string; parent?: string };
  const dictionary = useDictionary('customer');
  const creation = useEndpoint(getCreation);
  const [chosen, setKind] = useState<CustomerKind | undefined>(customerKinds.find((item) => item === search.kind));
  const kind = chosen ?? creation.data?.kind ?? 'company';
  const [values, setValues] = useState<Record<string, unknown>>(
    search.parent ? { parentCustomerId: search.parent } : {},
  );
  const [source, setSource] = useState<ValueSource>('visit');
  const can = useCan();
  const [all, setAll] = useState(false);
  const [claiming, setClaiming] = useState(false);
  const create = useSend(createCustomer, ['/customers']);
  const alike = useCustomerLookAlikes(kind, values);
  if (creation.data?.way === 'intake') return <Navigate to="/intakes/new" replace />;
  if (!dictionary || creation.isPending) return <Loading />;
  const defaults = Object.fromEntries(
    dictionary.fields.flatMap((field) =>
      field.defaultValue !== null && field.defaultValue !== undefined ? [[field.key, field.defaultValue]] : [],
    ),
  );
  const fields = dictionary.fields.filter(
    (field) => !field.readOnly && field.type !== 'score' && (field.kinds === null || field.kinds.includes(kind)),
  );
  const shown = fields.filter(
    (field) =>
      all ||
      field.required ||
      field.weight >= 2 ||
      ['grade', 'country', 'wechat', 'source', 'remark', 'parentCustomerId', 'gender', 'birthday'].includes(
        field.key,
      ) ||
      !field.builtin,
  );
  const { errors, rest } = atFields(create.error, ...shown.map((field) => field.key));
  const found = create.error?.code === 'customer.duplicate' ? (create.error.data as typeof alike.found) : alike.found;
  const submit = (allowDuplicate: boolean) => {
    const present = Object.fromEntries(
      fields.flatMap((field) => {
        const value = values[field.key];
        // A default that was taken out is said to be none, else it would be filled in again.
        return value !== undefined && (value !== null || field.key in defaults) ? [[field.key, value]] : [];
      }),
    );
    const sources = Object.fromEntries(
      fields
        .filter((field) => field.tracked && (present[field.key] ?? null) !== null)
        .map((field) => [field.key, { source }]),
    );
    create.mutate(
      {
        body: { kind, values: present, sources, allowDuplicate },
      },
      {
        onSuccess: (card) => void navigate({ to: '/customers/$id', params: { id: card.id } }),
      },
    );
  };
  return (
    <Page title={t('customers.new')}>
      <form
        noValidate
        className="panel"
        onSubmit={(event) => {
          event.preventDefault();
          submit(false);
        }}
      >
        <FormField id="kind" label={t('customers.kind')}>
          <Radio.Group
            id="kind"
            optionType="button"
            value={kind}
            onChange={(event) => setKind(event.target.value)}
            options={customerKinds.map((item) => ({ value: item, label: t(`ui.kind.${item}`) }))}
          />
        </FormField>
        <RecordForm
          key={kind}
          prefix="new"
          fields={shown}
          values={{ ...defaults, ...values }}
          errors={errors}
          onChange={(field, value) => setValues((before) => ({ ...before, [field]: value }))}
        />
        <FormField id="source" label={t('customers.sourceOfAll')}>
          <Select
            id="source"
            className="full-width"
            value={source}
            options={namedSources.map((item) => ({ value: item, label: t(`ui.source.${item}`) }))}
            onChange={setSource}
          />
        </FormField>
        <CustomerLookAlikes found={found} meanwhile>
          {can('conflict:raise') && found && (found.hidden > 0 || found.items.some((item) => item.certain)) ? (
            <Button size="small" onClick={() => setClaiming(true)}>
              {t('customers.conflicts.raise')}
            </Button>
          ) : null}
        </CustomerLookAlikes>
        {claiming ? <ConflictDialog typed={{ kind, values: alike.typed }} onClose={() => setClaiming(false)} /> : null}
        <ProblemAlert problem={create.error?.code === 'customer.duplicate' ? null : rest} />
        <div className="row form-buttons">
          <Button type="primary" htmlType="submit" loading={create.isPending}>
            {t('customers.create')}
          </Button>
          {create.error?.code === 'customer.duplicate' ? (
            <Button danger onClick={() => submit(true)}>
              {t('customers.createAnyway')}
            </Button>
          ) : null}
          <Button onClick={() => setAll(!all)}>{t(all ? 'customers.fewerFields' : 'customers.allFields')}</Button>
          <Button type="text" onClick={() => void navigate({ to: '/customers' })}>
            {t('ui.cancel')}
          </Button>
        </div>
      </form>
    </Page>
  );
}
