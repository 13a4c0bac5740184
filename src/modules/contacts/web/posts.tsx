import { Link } from '@tanstack/react-router';
import { App, Button, Input, Modal, Segmented, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import type { ContactView } from '../contract.ts';
import {
  addEmployment,
  changeJob,
  type EmploymentView,
  listEmployments,
  removeEmployment,
  updateEmployment,
} from '../employment-contract.ts';
import { peopleStale } from './use-contact.ts';

const stale = [...peopleStale, '/customers'];
type Open = 'job' | 'share' | 'past' | EmploymentView;

/** Where a person works and worked, and what can change about it. */
export function Posts({ contact, onChange }: { contact: ContactView; onChange(contact: ContactView): void }) {
  const { t } = useTranslation();
  const { data, error } = useEndpoint(listEmployments, { params: { id: contact.id } });
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <section className="panel" aria-labelledby={`posts-${contact.id}`}>
      <h2 id={`posts-${contact.id}`}>{t('contacts.posts.title')}</h2>
      <ProblemAlert problem={error} />
      <ul className="cards">
        {data?.items.map((post) => (
          <li key={post.id} className="list-row">
            {post.customerId ? (
              <Link to="/customers/$id" params={{ id: post.customerId }}>
                {post.company}
              </Link>
            ) : (
              <span>{post.company ?? t('contacts.posts.unseen')}</span>
            )}
            <span className="muted">
              {post.department} {post.position}
            </span>
            {post.home ? <Tag color="blue">{t('contacts.posts.present')}</Tag> : null}
            {!post.home && !post.toOn && post.customerId ? <Tag color="cyan">{t('contacts.posts.shared')}</Tag> : null}
            <span className="grow" />
            <span className="muted small">
              {post.fromOn ?? '…'} – {post.toOn ?? t('contacts.posts.now')}
            </span>
            {contact.can.update ? (
              <Button size="small" type="text" onClick={() => setOpen(post)}>
                {t('contacts.edit')}
                <span className="visually-hidden"> {post.company}</span>
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {contact.can.update ? (
        <div className="row note-buttons">
          <Button size="small" onClick={() => setOpen('job')}>
            {t('contacts.posts.changeJob')}
          </Button>
          <Button size="small" onClick={() => setOpen('share')}>
            {t('contacts.posts.share')}
          </Button>
          <Button size="small" onClick={() => setOpen('past')}>
            {t('contacts.posts.addPast')}
          </Button>
        </div>
      ) : null}
      {open === 'job' || open === 'share' || open === 'past' ? (
        <PlaceDialog kind={open} contact={contact} onChange={onChange} onClose={close} />
      ) : null}
      {open && typeof open === 'object' ? <PostDialog post={open} onClose={close} /> : null}
    </section>
  );
}

interface PlaceDialogProps {
  kind: 'job' | 'share' | 'past';
  contact: ContactView;
  onChange(contact: ContactView): void;
  onClose(): void;
}

/** Another company: the next one, one more at the same time, or an earlier one. */
function PlaceDialog({ kind, contact, onChange, onClose }: PlaceDialogProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const job = useSend(changeJob, stale);
  const add = useSend(addEmployment, stale);
  const [place, setPlace] = useState<'customer' | 'other'>('customer');
  const [customerId, setCustomerId] = useState<string | null>(null);
  const [text, setText] = useState<Record<string, string>>({});
  const problem = job.error ?? add.error;
  const { errors, rest } = atFields(
    problem,
    ...['position', 'department', kind === 'job' ? 'on' : 'fromOn', ...(kind === 'past' ? ['toOn'] : [])],
    place === 'customer' ? 'customerId' : 'companyName',
  );
  const value = (name: string) => text[name] || null;
  const where = place === 'customer' ? (customerId ? { customerId } : {}) : { companyName: text.companyName ?? '' };
  const post = { ...where, position: value('position'), department: value('department') };
  const done = () => {
    void message.success(t('ui.saved'));
    onClose();
  };
  const save = () => {
    if (kind === 'job') {
      job.mutate(
        { params: { id: contact.id }, ifMatch: contact.version, body: { ...post, on: text.on ?? '' } },
        {
          onSuccess: (next) => {
            onChange(next);
            done();
          },
        },
      );
    } else {
      add.mutate(
        {
          params: { id: contact.id },
          body: { ...post, fromOn: value('fromOn'), ...(kind === 'past' ? { toOn: value('toOn') } : {}) },
        },
        {
          onSuccess: done,
        },
      );
    }
  };
  const input = (name: string, type?: 'date') => (
    <FormField
      id={`post-${name}`}
      label={t(`contacts.posts.${name}`)}
      required={name === 'on' || name === 'companyName'}
      error={errors[name]}
    >
      <Input
        id={`post-${name}`}
        type={type}
        maxLength={200}
        value={text[name] ?? ''}
        onChange={(event) => setText((before) => ({ ...before, [name]: event.target.value }))}
      />
    </FormField>
  );
  return (
    <Modal
      open
      title={t(`contacts.posts.${kind === 'job' ? 'changeJob' : kind === 'share' ? 'share' : 'addPast'}`)}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: job.isPending || add.isPending }}
      onOk={save}
      onCancel={onClose}
    >
      <p className="muted">{t(`contacts.posts.${kind}Text`)}</p>
      <ProblemAlert problem={rest} />
      {kind === 'share' ? null : (
        <Segmented
          aria-label={t('contacts.posts.place')}
          value={place}
          onChange={setPlace}
          options={(['customer', 'other'] as const).map((item) => ({
            value: item,
            label: t(`contacts.posts.places.${item}`),
          }))}
        />
      )}
      {place === 'customer' ? (
        <FormField id="post-customer" label={t('contacts.posts.customer')} required error={errors.customerId}>
          <RecordSelect id="post-customer" kind="customer" value={customerId} onChange={setCustomerId} />
        </FormField>
      ) : (
        input('companyName')
      )}
      {input('position')}
      {input('department')}
      {kind === 'job' ? input('on', 'date') : input('fromOn', 'date')}
      {kind === 'past' ? input('toOn', 'date') : null}
    </Modal>
  );
}

/** Corrects a post, ends a shared one, or removes one entered by mistake. */
function PostDialog({ post, onClose }: { post: EmploymentView; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const update = useSend(updateEmployment, stale);
  const remove = useSend(removeEmployment, stale);
  const [text, setText] = useState<Record<string, string>>({
    position: post.position ?? '',
    department: post.department ?? '',
    fromOn: post.fromOn ?? '',
    toOn: post.toOn ?? '',
  });
  const problem = update.error ?? remove.error;
  const names = ['position', 'department', 'fromOn', ...(post.home ? [] : (['toOn'] as const))] as const;
  const { errors, rest } = atFields(problem, ...names);
  const value = (name: string) => text[name] || null;
  const done = {
    onSuccess: () => {
      void message.success(t('ui.saved'));
      onClose();
    },
  };
  const target = { params: { id: post.id }, ifMatch: post.version };
  return (
    <Modal
      open
      title={post.company ?? t('contacts.posts.title')}
      onCancel={onClose}
      footer={
        <>
          {post.home ? null : (
            <Button danger type="text" loading={remove.isPending} onClick={() => remove.mutate(target, done)}>
              {t('ui.delete')}
            </Button>
          )}
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button
            type="primary"
            loading={update.isPending}
            onClick={() =>
              update.mutate(
                {
                  ...target,
                  body: {
                    position: value('position'),
                    department: value('department'),
                    fromOn: value('fromOn'),
                    ...(post.home ? {} : { toOn: value('toOn') }),
                  },
                },
                done,
              )
            }
          >
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <ProblemAlert problem={rest} />
      {names.map((name) => (
        <FormField key={name} id={`edit-${name}`} label={t(`contacts.posts.${name}`)} error={errors[name]}>
          <Input
            id={`edit-${name}`}
            type={name.endsWith('On') ? 'date' : undefined}
            maxLength={200}
            value={text[name] ?? ''}
            onChange={(event) => setText((before) => ({ ...before, [name]: event.target.value }))}
          />
        </FormField>
      ))}
    </Modal>
  );
}
