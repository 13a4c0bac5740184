import { HistoryOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { App, Button, Switch, Tag, Tooltip } from 'antd';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { FieldDefinition } from '#shared/fields.ts';
import { call, useSend } from '#ui/api.ts';
import { ConflictDialog } from '#ui/fields/conflict-dialog.tsx';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { InlineField } from '#ui/fields/inline-field.tsx';
import { useSaveField } from '#ui/fields/use-record.tsx';
import { label } from '#ui/i18n.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { useSlots } from '#ui/slots.tsx';
import { type ContactView, getContact, removeContact, verifyContactValue } from '../contract.ts';
import { FieldHistory } from './field-history.tsx';
import { Posts } from './posts.tsx';
import { RelationList } from './relation-list.tsx';
import { peopleStale, useContact } from './use-contact.ts';

const filled = (value: unknown) =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** A person's card: header, sections edited in place, posts, relations. */
export function ContactCardView({
  id,
  heading: Heading = 'h2',
  onGone,
}: {
  id: string;
  heading?: 'h1' | 'h2';
  onGone?(): void;
}) {
  const { t } = useTranslation();
  const dictionary = useDictionary('contact');
  const { card, save, accept, conflict } = useContact(id);
  const [all, setAll] = useState(false);
  if (card.error && !card.data) return <ProblemAlert problem={card.error} onRetry={() => void card.refetch()} />;
  if (!card.data || !dictionary) return <Loading />;
  const contact = card.data;
  const chip = (key: string) => {
    const field = dictionary.byKey.get(key);
    return field && filled(contact.values[key]) ? <FieldValue field={field} value={contact.values[key]} short /> : null;
  };
  return (
    <article className="contact-card">
      <header className="card-header">
        <div className="row">
          <Heading>{String(contact.values.name ?? '')}</Heading>
          {contact.state === 'trashed' ? <Tag color="error">{t('contacts.removed')}</Tag> : null}
          {chip('roles')}
          {chip('buyingRole')}
          {chip('attitude')}
          <span className="grow" />
          {contact.can.update ? <RemoveButton contact={contact} onGone={onGone} /> : null}
        </div>
        <p className="muted card-facts">
          <Link to="/customers/$id" params={{ id: contact.customerId }}>
            {contact.customerName}
          </Link>
          <span>
            {chip('department')} {chip('position')}
          </span>
          {contact.age === null ? null : <span>{t('contacts.age', { age: contact.age })}</span>}
        </p>
      </header>
      <div className="bar">
        <Switch id={`all-${id}`} checked={all} onChange={setAll} aria-label={t('contacts.showEmpty')} />
        <label htmlFor={`all-${id}`}>{t('contacts.showEmpty')}</label>
      </div>
      <Sections contact={contact} all={all} save={save} accept={accept} />
      <Posts contact={contact} onChange={accept} />
      <section className="panel" aria-labelledby={`relations-${id}`}>
        <h2 id={`relations-${id}`}>{t('relations.title')}</h2>
        <RelationList
          of={{ kind: 'contact', id: contact.id, name: String(contact.values.name ?? '') }}
          editable={contact.can.update}
        />
      </section>
      <FurtherPanels id={id} />
      {conflict ? (
        <ConflictDialog
          conflict={conflict}
          fields={dictionary.fields}
          onResolve={conflict.resolve}
          onCancel={conflict.reject}
        />
      ) : null}
    </article>
  );
}

/** What modules that this one does not know keep of the person. */
function FurtherPanels({ id }: { id: string }) {
  const { contactPanels } = useSlots();
  const can = useCan();
  return contactPanels
    .filter((panel) => can(panel.permission))
    .map(({ key, component: Panel }) => (
      <Suspense key={key}>
        <Panel contactId={id} />
      </Suspense>
    ));
}

function RemoveButton({ contact, onGone }: { contact: ContactView; onGone?: () => void }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const remove = useSend(removeContact, peopleStale);
  const name = String(contact.values.name ?? '');
  return (
    <Button
      danger
      type="text"
      onClick={() =>
        void modal.confirm({
          title: t('contacts.removeTitle', { name }),
          okText: t('ui.delete'),
          cancelText: t('ui.cancel'),
          onOk: () =>
            remove.mutate(
              { params: { id: contact.id }, ifMatch: contact.version },
              { onSuccess: onGone, onError: (problem) => void message.error(problem.message) },
            ),
        })
      }
    >
      {t('ui.delete')}
    </Button>
  );
}

interface SectionsProps {
  contact: ContactView;
  all: boolean;
  save: ReturnType<typeof useContact>['save'];
  accept(contact: ContactView): void;
}

function Sections({ contact, all, save, accept }: SectionsProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dictionary = useDictionary('contact');
  const [history, setHistory] = useState<FieldDefinition | null>(null);
  const saveField = useSaveField(contact, save, () => call(getContact, { params: { id: contact.id } }));
  if (!dictionary) return null;
  const verify = (key: string) =>
    call(verifyContactValue, { params: { id: contact.id, key }, ifMatch: contact.version, body: {} })
      .then(accept)
      .catch((problem: Error) => void message.error(problem.message));
  return (
    <>
      {dictionary.sections.map((section) => {
        const fields = dictionary.fields.filter(
          (field) => field.section === section.key && (all || field.required || filled(contact.values[field.key])),
        );
        if (fields.length === 0) return null;
        return (
          <section className="panel" key={section.key} aria-labelledby={`person-${section.key}`}>
            <h2 id={`person-${section.key}`}>{label(section.label)}</h2>
            <div className="grid-2">
              {fields.map((field) => (
                <InlineField
                  key={field.key}
                  field={field}
                  value={contact.values[field.key]}
                  labels={contact.labels}
                  provenance={contact.provenance[field.key]}
                  editable={contact.can.update}
                  onSave={(value, source) => saveField(field, value, source)}
                  actions={
                    <>
                      {field.tracked &&
                      filled(contact.values[field.key]) &&
                      !contact.provenance[field.key]?.verifiedAt &&
                      contact.can.verify ? (
                        <Tooltip title={t('contacts.verify')}>
                          <Button
                            size="small"
                            type="text"
                            icon={<SafetyCertificateOutlined aria-hidden />}
                            aria-label={t('contacts.verifyField', { name: label(field.label) })}
                            onClick={() => void verify(field.key)}
                          />
                        </Tooltip>
                      ) : null}
                      <Tooltip title={t('ui.history.title')}>
                        <Button
                          size="small"
                          type="text"
                          icon={<HistoryOutlined aria-hidden />}
                          aria-label={t('ui.history.of', { name: label(field.label) })}
                          onClick={() => setHistory(field)}
                        />
                      </Tooltip>
                    </>
                  }
                />
              ))}
            </div>
          </section>
        );
      })}
      {history ? (
        <FieldHistory contact={contact} field={history} onChange={accept} onClose={() => setHistory(null)} />
      ) : null}
    </>
  );
}
