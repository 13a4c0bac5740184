import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Input, Modal, Popconfirm, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { errorsByField, FormField } from '#ui/fields/form-field.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import {
  type ActivityTemplate,
  type ActivityType,
  activityTypes,
  createActivityTemplate,
  deleteActivityTemplate,
  listActivityTemplates,
  updateActivityTemplate,
} from '../activity-contract.ts';

const stale = ['/activity-templates'];

/** Texts with which activities and minutes begin. */
export function TemplatesSettings() {
  const { t } = useTranslation();
  const list = useEndpoint(listActivityTemplates);
  const remove = useSend(deleteActivityTemplate, stale);
  const [type, setType] = useState<ActivityType | null>(null);
  const [form, setForm] = useState<ActivityTemplate | 'new' | null>(null);
  const items = (list.data?.items ?? []).filter((item) => type === null || item.type === type);
  return (
    <>
      <div className="bar">
        <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setForm('new')}>
          {t('work.settings.addTemplate')}
        </Button>
        <Select
          className="visit-filter"
          aria-label={t('work.activity.filterType')}
          placeholder={t('work.activity.filterType')}
          allowClear
          value={type}
          options={activityTypes.map((key) => ({ value: key, label: t(`work.type.${key}`) }))}
          onChange={(next?: ActivityType | null) => setType(next ?? null)}
        />
      </div>
      <ProblemAlert problem={list.error ?? remove.error} onRetry={() => void list.refetch()} />
      {list.isPending ? <Loading /> : null}
      {list.data && items.length === 0 ? <EmptyState text={t('work.settings.noTemplates')} /> : null}
      {items.length > 0 ? (
        <ul className="cards panel">
          {items.map((item) => (
            <li key={item.id} className="list-row">
              <Tag>{t(`work.type.${item.type}`)}</Tag>
              <div className="grow">
                <strong>{item.name}</strong>
                <div className="muted small">{item.subject}</div>
              </div>
              <Button size="small" type="link" onClick={() => setForm(item)}>
                {t('ui.edit')}
              </Button>
              <Popconfirm
                title={t('work.settings.removeTemplate')}
                okText={t('ui.delete')}
                cancelText={t('ui.cancel')}
                onConfirm={() => remove.mutate({ params: { id: item.id }, ifMatch: item.version })}
              >
                <Button size="small" type="link" danger>
                  {t('ui.delete')}
                </Button>
              </Popconfirm>
            </li>
          ))}
        </ul>
      ) : null}
      {form ? <TemplateForm template={form === 'new' ? undefined : form} onClose={() => setForm(null)} /> : null}
    </>
  );
}

function TemplateForm({ template, onClose }: { template?: ActivityTemplate; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const create = useSend(createActivityTemplate, stale);
  const update = useSend(updateActivityTemplate, stale);
  const [form, setForm] = useState({
    name: template?.name ?? '',
    type: template?.type ?? ('call' as ActivityType),
    subject: template?.subject ?? '',
    body: template?.body ?? '',
  });
  const problem = create.error ?? update.error;
  const errors = errorsByField(problem?.errors ?? []);
  const done = {
    onSuccess: () => {
      void message.success(t('ui.saved'));
      onClose();
    },
  };
  const save = () =>
    template
      ? update.mutate({ params: { id: template.id }, ifMatch: template.version, body: form }, done)
      : create.mutate({ body: form }, done);
  return (
    <Modal
      open
      width={640}
      title={t(template ? 'work.settings.template' : 'work.settings.addTemplate')}
      okText={t('ui.save')}
      okButtonProps={{ loading: create.isPending || update.isPending }}
      cancelText={t('ui.cancel')}
      mask={{ closable: false }}
      onCancel={onClose}
      onOk={save}
    >
      <ProblemAlert problem={problem && problem.errors.length === 0 ? problem : null} />
      <div className="grid-2">
        <FormField id="template-name" label={t('work.settings.name')} required error={errors.name}>
          <Input
            id="template-name"
            maxLength={100}
            value={form.name}
            status={errors.name ? 'error' : undefined}
            onChange={(event) => setForm({ ...form, name: event.target.value })}
          />
        </FormField>
        <FormField id="template-type" label={t('work.activity.type')} required>
          <Select
            id="template-type"
            className="full-width"
            value={form.type}
            options={activityTypes.map((key) => ({ value: key, label: t(`work.type.${key}`) }))}
            onChange={(type) => setForm({ ...form, type })}
          />
        </FormField>
      </div>
      <FormField id="template-subject" label={t('work.activity.subject')} error={errors.subject}>
        <Input
          id="template-subject"
          maxLength={300}
          value={form.subject}
          onChange={(event) => setForm({ ...form, subject: event.target.value })}
        />
      </FormField>
      <FormField id="template-body" label={t('work.activity.body')} error={errors.body}>
        <Input.TextArea
          id="template-body"
          autoSize={{ minRows: 4, maxRows: 14 }}
          maxLength={20_000}
          value={form.body}
          onChange={(event) => setForm({ ...form, body: event.target.value })}
        />
      </FormField>
    </Modal>
  );
}
