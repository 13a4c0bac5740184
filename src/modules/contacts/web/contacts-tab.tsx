import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Drawer, Modal, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { ExportSheet } from '#ui/export-sheet.tsx';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { atFields } from '#ui/fields/form-field.tsx';
import { RecordForm } from '#ui/fields/record-form.tsx';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { useNarrow } from '#ui/use-narrow.ts';
import { createContact, listContacts } from '../contract.ts';
import { getOrganisation } from '../employment-contract.ts';
import { ContactCardView } from './contact-card.tsx';
import { KnownPeople } from './known-people.tsx';
import { peopleStale } from './use-contact.ts';

/** People at the customer: present ones, those shared by other customers, and former ones. */
export default function ContactsTab({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const dictionary = useDictionary('contact');
  const [adding, setAdding] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const pages = usePages(listContacts, {
    query: { customerId, limit: 50, fields: 'name,position,department,isPrimary,roles,phones,emails' },
  });
  const organisation = useEndpoint(getOrganisation, { params: { id: customerId } });
  if (!dictionary || pages.isPending) return <Loading />;
  const items = itemsOf(pages);
  const former = organisation.data?.former ?? [];
  const left = new Set(former.map((person) => person.contactId));
  const here = new Set(organisation.data?.people.map((person) => person.contactId));
  const shared = organisation.data?.people.filter((person) => person.shared) ?? [];
  const field = (key: string, values: Record<string, unknown>) => {
    const definition = dictionary.byKey.get(key);
    return definition && values[key] ? <FieldValue field={definition} value={values[key]} short /> : null;
  };
  const present = items.filter((item) => here.has(item.id) || !left.has(item.id));
  return (
    <>
      <div className="bar">
        {organisation.data?.can.update ? (
          <Button icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
            {t('contacts.add')}
          </Button>
        ) : null}
        {items.length > 0 ? (
          <ExportSheet source="contact" query={{ customerId, fields: dictionary.fields.map((item) => item.key) }} />
        ) : null}
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {present.length === 0 && shared.length === 0 ? <EmptyState text={t('contacts.none')} /> : null}
      {present.length > 0 ? (
        <ul className="cards panel">
          {present.map((item) => (
            <li key={item.id} className="list-row">
              <Button type="link" className="contact-name" onClick={() => setOpen(item.id)}>
                {String(item.values.name ?? '')}
              </Button>
              {item.values.isPrimary === true ? <Tag color="blue">{t('contacts.primary')}</Tag> : null}
              <span>{field('roles', item.values)}</span>
              <span className="muted">
                {field('department', item.values)} {field('position', item.values)}
              </span>
              <span className="grow" />
              <span>{field('phones', item.values)}</span>
              <span>{field('emails', item.values)}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <LoadMore query={pages} />
      <People title={t('contacts.sharedHere')} people={shared} onOpen={setOpen} />
      <People title={t('contacts.former')} people={former} onOpen={setOpen} />
      {adding ? <NewContact customerId={customerId} onOpen={setOpen} onClose={() => setAdding(false)} /> : null}
      <ContactDrawer id={open} onClose={() => setOpen(null)} />
    </>
  );
}

interface Listed {
  employmentId: string;
  contactId: string;
  name: string;
  position: string | null;
  canOpen: boolean;
  fromOn?: string | null;
  toOn?: string | null;
}

function People({ title, people, onOpen }: { title: string; people: Listed[]; onOpen(id: string): void }) {
  if (people.length === 0) return null;
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      <ul className="cards">
        {people.map((person) => (
          <li key={person.employmentId} className="list-row">
            {person.canOpen ? (
              <Button type="link" onClick={() => onOpen(person.contactId)}>
                {person.name}
              </Button>
            ) : (
              <span>{person.name}</span>
            )}
            <span className="muted">{person.position}</span>
            <span className="grow" />
            {person.toOn ? (
              <span className="muted small">
                {person.fromOn ?? '…'} – {person.toOn}
              </span>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A person's card beside the page it was opened from. */
export function ContactDrawer({ id, onClose }: { id: string | null; onClose(): void }) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  return (
    <Drawer
      open={id !== null}
      title={t('contacts.card')}
      placement="right"
      size={narrow ? '100vw' : 760}
      styles={{ wrapper: { maxWidth: '100vw' }, body: { padding: narrow ? 12 : 24 } }}
      destroyOnHidden
      onClose={onClose}
    >
      {id ? <ContactCardView key={id} id={id} onGone={onClose} /> : null}
    </Drawer>
  );
}

interface NewContactProps {
  customerId: string;
  onOpen(id: string): void;
  onClose(): void;
}

/** The first facts of a new person; the profile is filled in on the card. */
function NewContact({ customerId, onOpen, onClose }: NewContactProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dictionary = useDictionary('contact');
  const create = useSend(createContact, peopleStale);
  const [values, setValues] = useState<Record<string, unknown>>({});
  const fields = (dictionary?.fields ?? []).filter(
    (field) => !field.readOnly && (field.required || field.section === 'contact' || field.section === 'work'),
  );
  const sources = Object.fromEntries(
    Object.keys(values).flatMap((item) =>
      dictionary?.byKey.get(item)?.tracked ? [[item, { source: 'visit' as const }]] : [],
    ),
  );
  const save = () =>
    create.mutate(
      { body: { customerId, values, sources } },
      {
        onSuccess: (made) => {
          void message.success(t('ui.saved'));
          onClose();
          onOpen(made.id);
        },
      },
    );
  const { errors, rest } = atFields(create.error, ...fields.map((field) => field.key));
  return (
    <Modal
      open
      width={820}
      title={t('contacts.add')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: create.isPending }}
      onOk={save}
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <RecordForm
        prefix="contact"
        fields={fields}
        values={values}
        errors={errors}
        onChange={(item, value) => setValues((before) => ({ ...before, [item]: value }))}
      />
      <KnownPeople customerId={customerId} values={values} />
    </Modal>
  );
}
