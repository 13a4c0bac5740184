import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Modal, Tag } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { errorsByField, RecordForm } from '#ui/fields/form-field.tsx';
import { LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import {
  type ContactView,
  createContact,
  getContact,
  listContacts,
  removeContact,
  updateContact,
} from '../contract.ts';

const stale = ['/contacts', '/customers/:id/timeline'];

/** People at the customer. */
export default function ContactsTab({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const dictionary = useDictionary('contact');
  const [open, setOpen] = useState<string | 'new' | null>(null);
  const pages = usePages(listContacts, { query: { customerId, limit: 50 } });
  if (!dictionary || pages.isPending) return <Loading />;
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const field = (key: string, values: Record<string, unknown>) => {
    const definition = dictionary.byKey.get(key);
    return definition && values[key] ? <FieldValue field={definition} value={values[key]} short /> : null;
  };
  return (
    <>
      <div className="bar">
        {can('customer:update') ? (
          <Button icon={<PlusOutlined />} onClick={() => setOpen('new')}>
            {t('contacts.add')}
          </Button>
        ) : null}
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {items.length === 0 ? <EmptyState text={t('contacts.none')} /> : null}
      <ul className="cards panel">
        {items.map((item) => (
          <li key={item.id} className="list-row">
            <Button type="link" className="contact-name" onClick={() => setOpen(item.id)}>
              {String(item.values.name ?? '')}
            </Button>
            {item.values.isPrimary === true ? <Tag color="blue">{t('contacts.primary')}</Tag> : null}
            <span className="muted">
              {field('department', item.values)} {field('position', item.values)}
            </span>
            <span className="grow" />
            <span>{field('phones', item.values)}</span>
            <span>{field('emails', item.values)}</span>
          </li>
        ))}
      </ul>
      <LoadMore query={pages} />
      {open === 'new' ? <ContactForm customerId={customerId} onClose={() => setOpen(null)} /> : null}
      {open && open !== 'new' ? (
        <ContactDialog id={open} customerId={customerId} onClose={() => setOpen(null)} />
      ) : null}
    </>
  );
}

function ContactDialog({ id, customerId, onClose }: { id: string; customerId: string; onClose(): void }) {
  const { data, error } = useEndpoint(getContact, { params: { id } }, { staleTime: 0 });
  if (error && !data) {
    return (
      <Modal open footer={null} onCancel={onClose}>
        <ProblemAlert problem={error} />
      </Modal>
    );
  }
  return data ? <ContactForm key={data.version} contact={data} customerId={customerId} onClose={onClose} /> : null;
}

function ContactForm({ contact, customerId, onClose }: { contact?: ContactView; customerId: string; onClose(): void }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const dictionary = useDictionary('contact');
  const create = useSend(createContact, stale);
  const update = useSend(updateContact, stale);
  const remove = useSend(removeContact, stale);
  const [changed, setChanged] = useState<Record<string, unknown>>({});
  const key = useRef(crypto.randomUUID());
  const problem = create.error ?? update.error ?? remove.error;
  const editable = contact?.can.update ?? true;
  const done = () => {
    void message.success(t('ui.saved'));
    onClose();
  };
  const save = () => {
    if (contact) {
      if (Object.keys(changed).length === 0) return onClose();
      update.mutate(
        {
          params: { id: contact.id },
          ifMatch: contact.version,
          body: { values: changed, sources: sourcesOf(changed) },
        },
        { onSuccess: done },
      );
    } else {
      create.mutate(
        { body: { customerId, values: changed, sources: sourcesOf(changed) }, idempotencyKey: key.current },
        {
          onSuccess: done,
          onError: (error) => {
            if (error.status !== 0) key.current = crypto.randomUUID();
          },
        },
      );
    }
  };
  const sourcesOf = (values: Record<string, unknown>) =>
    Object.fromEntries(
      Object.keys(values).flatMap((item) =>
        dictionary?.byKey.get(item)?.tracked ? [[item, { source: 'visit' as const }]] : [],
      ),
    );
  const fields = (dictionary?.fields ?? []).filter((field) => !field.readOnly);
  return (
    <Modal
      open
      width={820}
      title={contact ? String(contact.values.name ?? '') : t('contacts.add')}
      onCancel={onClose}
      footer={
        <>
          {contact && editable ? (
            <Button
              danger
              type="text"
              onClick={() =>
                void modal.confirm({
                  title: t('contacts.removeTitle', { name: String(contact.values.name ?? '') }),
                  okText: t('ui.delete'),
                  cancelText: t('ui.cancel'),
                  onOk: () =>
                    remove.mutate({ params: { id: contact.id }, ifMatch: contact.version }, { onSuccess: onClose }),
                })
              }
            >
              {t('ui.delete')}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          {editable ? (
            <Button type="primary" loading={create.isPending || update.isPending} onClick={save}>
              {t('ui.save')}
            </Button>
          ) : null}
        </>
      }
    >
      <ProblemAlert problem={problem && problem.errors.length === 0 ? problem : null} />
      <RecordForm
        prefix="contact"
        fields={fields}
        values={{ ...contact?.values, ...changed }}
        errors={errorsByField(problem?.errors ?? [])}
        onChange={(item, value) => setChanged((before) => ({ ...before, [item]: value }))}
      />
    </Modal>
  );
}
