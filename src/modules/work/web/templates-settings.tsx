import { Input, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import {
  type ActivityTemplate,
  type ActivityType,
  activityTypes,
  createActivityTemplate,
  deleteActivityTemplate,
  listActivityTemplates,
  updateActivityTemplate,
} from '../activity-contract.ts';
import { SettingsDialog, SettingsList } from './settings-list.tsx';

const stale = ['/activity-templates'];

/** Texts with which activities and minutes begin. */
export function TemplatesSettings() {
  const { t } = useTranslation();
  const list = useEndpoint(listActivityTemplates);
  const remove = useSend(deleteActivityTemplate, stale);
  const [type, setType] = useState<ActivityType | null>(null);
  return (
    <SettingsList
      items={list.data?.items.filter((item) => type === null || item.type === type)}
      problem={list.error ?? remove.error}
      texts={{
        add: t('work.settings.addTemplate'),
        none: t('work.settings.noTemplates'),
        remove: t('work.settings.removeTemplate'),
      }}
      tag={(item) => <Tag>{t(`work.type.${item.type}`)}</Tag>}
      detail={(item) => item.subject}
      filter={
        <Select
          className="visit-filter"
          aria-label={t('work.activity.filterType')}
          placeholder={t('work.activity.filterType')}
          allowClear
          value={type}
          options={activityTypes.map((key) => ({ value: key, label: t(`work.type.${key}`) }))}
          onChange={(next?: ActivityType | null) => setType(next ?? null)}
        />
      }
      onRetry={() => void list.refetch()}
      onRemove={(item) => remove.mutate({ params: { id: item.id }, ifMatch: item.version })}
      form={(item, onClose) => <TemplateForm template={item} onClose={onClose} />}
    />
  );
}

function TemplateForm({ template, onClose }: { template?: ActivityTemplate; onClose(): void }) {
  const { t } = useTranslation();
  const create = useSend(createActivityTemplate, stale);
  const update = useSend(updateActivityTemplate, stale);
  const [form, setForm] = useState({
    name: template?.name ?? '',
    type: template?.type ?? ('call' as ActivityType),
    subject: template?.subject ?? '',
    body: template?.body ?? '',
  });
  const { errors, rest } = atFields(create.error ?? update.error, 'name', 'subject', 'body');
  return (
    <SettingsDialog
      width={640}
      title={t(template ? 'work.settings.template' : 'work.settings.addTemplate')}
      create={create}
      update={update}
      item={template}
      body={form}
      rest={rest}
      onClose={onClose}
    >
      <div className="grid-2">
        <FormField id="template-name" label={t('work.settings.name')} required error={errors.name}>
          <Input
            id="template-name"
            maxLength={100}
            value={form.name}
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
    </SettingsDialog>
  );
}
