import { App, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createContact, getContact, listContacts, updateContact } from '#modules/contacts/contract.ts';
import { getCustomer, updateCustomer } from '#modules/customers/contract.ts';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordForm } from '#ui/fields/record-form.tsx';
import { label } from '#ui/i18n.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';

const stale = ['/customers', '/contacts'];
interface Props {
  customerId: string;
  onClose(): void;
}

/** Who receives us: a contact with what a first contact needs to know. */
export function ReceiverDialog({ customerId, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dictionary = useDictionary('contact');
  const create = useSend(createContact, stale);
  const [values, setValues] = useState<Record<string, unknown>>({});
  if (!dictionary) return null;
  const wanted = ['name', 'position', 'phones', 'emails', 'buyingRole'];
  const fields = wanted.flatMap((key) => dictionary.byKey.get(key) ?? []);
  const { errors, rest } = atFields(create.error, ...wanted);
  return (
    <Modal
      open
      width={640}
      title={t('materials.firstContact.step.receiver')}
      okText={t('ui.save')}
      okButtonProps={{ loading: create.isPending }}
      cancelText={t('ui.cancel')}
      mask={{ closable: false }}
      onCancel={onClose}
      onOk={() =>
        create.mutate(
          { body: { customerId, values } },
          {
            onSuccess: () => {
              void message.success(t('ui.saved'));
              onClose();
            },
          },
        )
      }
    >
      <ProblemAlert problem={rest} />
      <RecordForm
        prefix="receiver"
        fields={fields}
        values={values}
        errors={errors}
        onChange={(key, value) => setValues((before) => ({ ...before, [key]: value }))}
      />
    </Modal>
  );
}

/** May he decide: the role in buying of one of the contacts. */
export function DecisionDialog({ customerId, onClose }: Props) {
  const { t } = useTranslation();
  const dictionary = useDictionary('contact');
  const people = useEndpoint(listContacts, { query: { customerId, limit: 100, fields: 'name,position' } });
  const [chosen, setChosen] = useState<string>();
  const id = chosen ?? people.data?.items[0]?.id;
  const contact = useEndpoint(getContact, { params: { id: id ?? '' } }, { enabled: id !== undefined });
  const update = useSend(updateContact, stale);
  const [role, setRole] = useState<string>();
  const field = dictionary?.byKey.get('buyingRole');
  const { errors, rest } = atFields(update.error, 'buyingRole');
  const person = contact.data;
  return (
    <Modal
      open
      title={t('materials.firstContact.step.decision')}
      okText={t('ui.save')}
      okButtonProps={{ loading: update.isPending, disabled: !role || !person || person.id !== id }}
      cancelText={t('ui.cancel')}
      onCancel={onClose}
      onOk={() =>
        person &&
        update.mutate(
          { params: { id: person.id }, ifMatch: person.version, body: { values: { buyingRole: role } } },
          { onSuccess: onClose },
        )
      }
    >
      <ProblemAlert problem={rest ?? people.error} />
      {people.isPending || !field ? <Loading /> : null}
      <FormField id="decision-person" label={t('materials.firstContact.who')}>
        <Select
          id="decision-person"
          className="full-width"
          value={id}
          options={(people.data?.items ?? []).map((item) => ({
            value: item.id,
            label: [item.values.name, item.values.position].filter(Boolean).join(' '),
          }))}
          onChange={setChosen}
        />
      </FormField>
      {field ? (
        <FormField id="decision-role" label={label(field.label)} required error={errors.buyingRole}>
          <Select
            id="decision-role"
            className="full-width"
            value={role}
            options={field.options
              .filter((option) => !option.hidden)
              .map((option) => ({ value: option.key, label: label(option) }))}
            onChange={setRole}
          />
        </FormField>
      ) : null}
    </Modal>
  );
}

/** What they need, as far as it is known before the first contact. */
export function NeedsDialog({ customerId, onClose }: Props) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const card = useEndpoint(getCustomer, { params: { id: customerId } }, { staleTime: 30_000 });
  const update = useSend(updateCustomer, stale);
  const [text, setText] = useState('');
  const { errors, rest } = atFields(update.error, 'needs');
  const field = dictionary?.byKey.get('needs');
  return (
    <Modal
      open
      title={t('materials.firstContact.step.needs')}
      okText={t('ui.save')}
      okButtonProps={{ loading: update.isPending, disabled: text.trim() === '' || !card.data }}
      cancelText={t('ui.cancel')}
      mask={{ closable: false }}
      onCancel={onClose}
      onOk={() =>
        card.data &&
        update.mutate(
          { params: { id: customerId }, ifMatch: card.data.version, body: { values: { needs: text } } },
          { onSuccess: onClose },
        )
      }
    >
      <ProblemAlert problem={rest} />
      <FormField id="first-needs" label={field ? label(field.label) : ''} required error={errors.needs}>
        <Input.TextArea
          id="first-needs"
          autoSize={{ minRows: 3, maxRows: 10 }}
          maxLength={20_000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}
