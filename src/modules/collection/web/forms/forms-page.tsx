import { PlusOutlined } from '@ant-design/icons';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Input, Modal, Segmented, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CustomerKind, customerKinds } from '#shared/fields.ts';
import { oneOf, useAddress } from '#ui/address.ts';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { createForm, formStates, listForms } from '../../forms-contract.ts';
import { said } from './question-input.tsx';

const shown = ['all', ...formStates] as const;

export default function FormsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const [making, setMaking] = useState(false);
  const [{ state }, put] = useAddress({ state: oneOf(shown, 'all') });
  const pages = usePages(listForms, { query: { limit: 50, ...(state === 'all' ? {} : { state }) } });
  const items = itemsOf(pages);
  return (
    <Page
      title={t('collection.forms.title')}
      actions={
        <>
          {can('form:review') ? <Link to="/form-answers">{t('collection.forms.answers')}</Link> : null}
          {can('form:design') ? (
            <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setMaking(true)}>
              {t('collection.forms.new')}
            </Button>
          ) : null}
        </>
      }
    >
      <p className="muted">{t('collection.forms.text')}</p>
      <div className="bar">
        <Segmented
          aria-label={t('collection.forms.state')}
          value={state}
          onChange={(next) => put({ state: next })}
          options={shown.map((value) => ({ value, label: t(`collection.forms.states.${value}`) }))}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? (
        <EmptyState text={t(state === 'all' ? 'collection.forms.none' : 'collection.forms.noneOfState')} />
      ) : null}
      <ul className="cards panel">
        {items.map((item) => (
          <li className="card-item" key={item.id}>
            <Link to="/forms/$id" params={{ id: item.id }}>
              <strong>{said(item.title)}</strong>
              <div className="muted small">
                {item.author} · {formatTime(item.updatedAt)} · {t('collection.forms.answerCount', { n: item.answers })}
              </div>
            </Link>
            <span>
              <Tag color={item.state === 'open' ? 'success' : undefined}>
                {t(`collection.forms.states.${item.state}`)}
              </Tag>
            </span>
          </li>
        ))}
      </ul>
      <LoadMore query={pages} />
      {making ? <NewForm onClose={() => setMaking(false)} /> : null}
    </Page>
  );
}

const nothing = { zh: '', en: '' };

function NewForm({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useSend(createForm, ['/forms']);
  const [title, setTitle] = useState('');
  const [kind, setKind] = useState<CustomerKind>('company');
  const { errors, rest } = atFields(create.error, 'content.title', 'kind');
  const make = () =>
    create.mutate(
      {
        body: {
          kind,
          content: {
            title: { zh: title, en: '' },
            intro: nothing,
            thanks: nothing,
            purpose: nothing,
            consent: nothing,
            questions: [],
          },
        },
      },
      { onSuccess: (form) => void navigate({ to: '/forms/$id', params: { id: form.id } }) },
    );
  return (
    <Modal
      open
      title={t('collection.forms.new')}
      okText={t('collection.forms.make')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: title.trim() === '', loading: create.isPending }}
      onOk={make}
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <FormField id="form-title" label={t('collection.forms.name')} required error={errors['content.title']}>
        <Input id="form-title" maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />
      </FormField>
      <FormField
        id="form-kind"
        label={t('collection.forms.kind')}
        help={t('collection.forms.kindHelp')}
        error={errors.kind}
      >
        <Select
          id="form-kind"
          className="full-width"
          value={kind}
          onChange={setKind}
          options={customerKinds.map((item) => ({ value: item, label: t(`ui.kind.${item}`) }))}
        />
      </FormField>
    </Modal>
  );
}
