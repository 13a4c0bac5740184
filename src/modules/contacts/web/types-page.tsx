import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Checkbox, Input, Modal, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';
import { Page, ProblemAlert } from '#ui/page.tsx';
import { createRelationType, type EndKind, type RelationType, updateRelationType } from '../relation-contract.ts';
import { useRelationTypes } from './relation-types.ts';

const stale = ['/relation-types'];

/** The catalogue of relations: renamed, switched off, added to. */
export default function TypesPage() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { types } = useRelationTypes();
  const update = useSend(updateRelationType, stale);
  const [open, setOpen] = useState<RelationType | 'new' | null>(null);
  return (
    <Page
      title={t('relations.typesPage.title')}
      actions={
        <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
          {t('relations.typesPage.add')}
        </Button>
      }
    >
      <p className="muted">{t('relations.typesPage.intro')}</p>
      <ul className="cards panel">
        {types.map((type) => (
          <li key={type.id} className={type.hidden ? 'list-row faded' : 'list-row'}>
            <Button type="link" onClick={() => setOpen(type)}>
              {type.symmetric ? label(type.name) : `${label(type.name)} ⇄ ${label(type.inverse)}`}
            </Button>
            <span className="muted small">
              {type.firstKinds.map((kind) => t(`relations.typesPage.kinds.${kind}`)).join(' / ')} →{' '}
              {type.secondKinds.map((kind) => t(`relations.typesPage.kinds.${kind}`)).join(' / ')}
            </span>
            <span className="grow" />
            {type.symmetric ? <Tag>{t('relations.typesPage.symmetric')}</Tag> : null}
            {type.acyclic ? <Tag>{t('relations.typesPage.acyclic')}</Tag> : null}
            {type.builtin ? <Tag>{t('relations.typesPage.builtin')}</Tag> : null}
            {type.hidden ? <Tag>{t('relations.typesPage.hidden')}</Tag> : null}
            <Button
              size="small"
              onClick={() =>
                update.mutate(
                  { params: { id: type.id }, ifMatch: type.version, body: { hidden: !type.hidden } },
                  { onError: (problem) => void message.error(problem.message) },
                )
              }
            >
              {t(type.hidden ? 'relations.typesPage.show' : 'relations.typesPage.hide')}
              <span className="visually-hidden"> {label(type.name)}</span>
            </Button>
          </li>
        ))}
      </ul>
      {open ? <TypeDialog type={open === 'new' ? undefined : open} onClose={() => setOpen(null)} /> : null}
    </Page>
  );
}

function TypeDialog({ type, onClose }: { type?: RelationType; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const create = useSend(createRelationType, stale);
  const update = useSend(updateRelationType, stale);
  const [name, setName] = useState(type?.name ?? { zh: '', en: '' });
  const [inverse, setInverse] = useState(type?.inverse ?? { zh: '', en: '' });
  const [symmetric, setSymmetric] = useState(type?.symmetric ?? false);
  const [acyclic, setAcyclic] = useState(false);
  const [firstKinds, setFirst] = useState<EndKind[]>(['customer', 'contact']);
  const [secondKinds, setSecond] = useState<('customer' | 'contact')[]>(['customer', 'contact']);
  const problem = create.error ?? update.error;
  const { errors, rest } = atFields(
    problem,
    ...(['name', 'name.zh', 'name.en', 'inverse', 'inverse.zh', 'inverse.en', 'firstKinds', 'secondKinds'] as const),
  );
  const done = {
    onSuccess: () => {
      void message.success(t('ui.saved'));
      onClose();
    },
  };
  const save = () => {
    const back = symmetric ? name : inverse;
    if (type) update.mutate({ params: { id: type.id }, ifMatch: type.version, body: { name, inverse: back } }, done);
    else
      create.mutate(
        {
          body: { name, inverse: back, firstKinds, secondKinds, symmetric, acyclic: symmetric ? false : acyclic },
        },
        done,
      );
  };
  const words = (
    id: 'name' | 'inverse',
    value: { zh: string; en: string },
    change: (next: { zh: string; en: string }) => void,
  ) => (
    <div className="grid-2">
      {(['zh', 'en'] as const).map((lang) => (
        <FormField
          key={lang}
          id={`type-${id}-${lang}`}
          required
          label={`${t(`relations.typesPage.${id}`)} (${t(`relations.typesPage.${lang}`)})`}
          error={errors[`${id}.${lang}`] ?? errors[id]}
        >
          <Input
            id={`type-${id}-${lang}`}
            maxLength={60}
            value={value[lang]}
            onChange={(event) => change({ ...value, [lang]: event.target.value })}
          />
        </FormField>
      ))}
    </div>
  );
  const kinds = (list: readonly EndKind[]) =>
    list.map((kind) => ({ value: kind, label: t(`relations.typesPage.kinds.${kind}`) }));
  return (
    <Modal
      open
      width={640}
      title={t(type ? 'relations.typesPage.edit' : 'relations.typesPage.add')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: create.isPending || update.isPending }}
      onOk={save}
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      {words('name', name, setName)}
      {symmetric ? null : words('inverse', inverse, setInverse)}
      {type ? null : (
        <>
          <div className="row">
            <Checkbox checked={symmetric} onChange={(event) => setSymmetric(event.target.checked)}>
              {t('relations.typesPage.symmetric')}
            </Checkbox>
            {symmetric ? null : (
              <Checkbox checked={acyclic} onChange={(event) => setAcyclic(event.target.checked)}>
                {t('relations.typesPage.acyclic')}
              </Checkbox>
            )}
          </div>
          <div className="grid-2 under-form">
            <FormField id="type-first" label={t('relations.typesPage.firstKinds')} error={errors.firstKinds}>
              <Select
                id="type-first"
                mode="multiple"
                className="full-width"
                value={firstKinds}
                options={kinds(['customer', 'contact', 'user'])}
                onChange={setFirst}
              />
            </FormField>
            <FormField id="type-second" label={t('relations.typesPage.secondKinds')} error={errors.secondKinds}>
              <Select
                id="type-second"
                mode="multiple"
                className="full-width"
                value={secondKinds}
                options={kinds(['customer', 'contact']) as { value: 'customer' | 'contact'; label: string }[]}
                onChange={setSecond}
              />
            </FormField>
          </div>
        </>
      )}
    </Modal>
  );
}
