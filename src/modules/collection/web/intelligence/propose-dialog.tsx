import { App, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getContact, listContacts } from '#modules/contacts/contract.ts';
import { getCustomer } from '#modules/customers/contract.ts';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { FieldInput } from '#ui/fields/field-input.tsx';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { labelled } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { type IntelligenceView, proposeValue } from '../../intelligence-contract.ts';

/** Turns what was learned into a value of the customer's card. */
export function ProposeDialog({ note, onClose }: { note: IntelligenceView; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [contactId, setContactId] = useState<string>();
  const dictionary = useDictionary(contactId ? 'contact' : 'customer');
  const people = useEndpoint(
    listContacts,
    { query: { customerId: note.customer?.id, limit: 100, fields: 'name' } },
    { enabled: note.customer !== null },
  );
  const person = useEndpoint(getContact, { params: { id: contactId ?? '' } }, { enabled: contactId !== undefined });
  const customer = useEndpoint(
    getCustomer,
    { params: { id: note.customer?.id ?? '' } },
    { enabled: note.customer !== null },
  );
  const propose = useSend(proposeValue, ['/intelligence', '/customers', '/contacts', '/approvals']);
  const [fieldKey, setFieldKey] = useState<string>();
  const [value, setValue] = useState<unknown>(null);
  const directly = note.can.propose === 'directly';
  const fields = (dictionary?.fields ?? []).filter(
    (field) =>
      !field.readOnly &&
      field.type !== 'score' &&
      (contactId !== undefined || field.kinds === null || !customer.data || field.kinds.includes(customer.data.kind)),
  );
  const field = fields.find((item) => item.key === fieldKey);
  const present = field ? (contactId ? person.data : customer.data)?.values[field.key] : undefined;
  const { errors, rest } = atFields(propose.error, 'field', ...(field ? (['value'] as const) : []));
  return (
    <Modal
      open
      title={t('collection.intelligence.useTitle')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: propose.isPending, disabled: !field || value === null }}
      onCancel={onClose}
      onOk={() =>
        propose.mutate(
          { params: { id: note.id }, body: { field: fieldKey ?? '', value, contactId } },
          {
            onSuccess: () => {
              void message.success(t(directly ? 'collection.intelligence.used' : 'collection.intelligence.proposed'));
              onClose();
            },
          },
        )
      }
    >
      <p>
        <strong>{note.item}</strong>
      </p>
      <p className="muted">
        {t(directly ? 'collection.intelligence.useDirectly' : 'collection.intelligence.useApproval')}
      </p>
      <ProblemAlert problem={rest} />
      {people.data && people.data.items.length > 0 ? (
        <FormField id="propose-whose" label={t('collection.intelligence.whose')}>
          <Select
            id="propose-whose"
            className="full-width"
            showSearch={{ optionFilterProp: 'label' }}
            value={contactId ?? ''}
            options={[
              { value: '', label: t('collection.intelligence.ofCustomer', { name: note.customer?.name ?? '' }) },
              ...people.data.items.map((item) => ({ value: item.id, label: String(item.values.name ?? '') })),
            ]}
            onChange={(next) => {
              setContactId(next === '' ? undefined : next);
              setFieldKey(undefined);
              setValue(null);
              propose.reset();
            }}
          />
        </FormField>
      ) : null}
      <FormField id="propose-field" label={t('collection.intelligence.field')} required error={errors.field}>
        <Select
          id="propose-field"
          className="full-width"
          showSearch={{ optionFilterProp: 'label' }}
          value={fieldKey}
          options={fields.map((item) => ({ value: item.key, label: label(item.label) }))}
          onChange={(next) => {
            setFieldKey(next);
            setValue(null);
            propose.reset();
          }}
        />
      </FormField>
      {field ? (
        <>
          {present === undefined || present === null ? null : (
            <p>
              {labelled(t('collection.intelligence.before'))}
              <FieldValue field={field} value={present} short />
            </p>
          )}
          <FormField id="propose-value" label={t('collection.intelligence.value')} required error={errors.value}>
            <FieldInput key={field.key} id="propose-value" field={field} value={value} onChange={setValue} />
          </FormField>
        </>
      ) : null}
    </Modal>
  );
}
