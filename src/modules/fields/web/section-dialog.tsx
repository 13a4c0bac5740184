import { Checkbox, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CustomerKind, customerKinds, type RecordObject, type SectionDefinition } from '#shared/fields.ts';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { createSection, updateSection } from '../contract.ts';
import { dictionaryStale } from './dictionary.ts';

/** Name, kinds and visibility of a section. */
export function SectionDialog({
  object,
  section,
  onClose,
}: {
  object: RecordObject;
  section?: SectionDefinition;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const create = useSend(createSection, dictionaryStale);
  const update = useSend(updateSection, dictionaryStale);
  const [name, setName] = useState(section?.label ?? { zh: '', en: '' });
  const [kinds, setKinds] = useState<CustomerKind[] | null>(section?.kinds ?? null);
  const [hidden, setHidden] = useState(section?.hidden ?? false);
  const problem = create.error ?? update.error;
  const { errors, rest } = atFields(problem, 'label', 'label.en', 'kinds');
  const save = () => {
    if (section)
      update.mutate(
        { params: { id: section.id }, ifMatch: section.version, body: { label: name, kinds, hidden } },
        { onSuccess: onClose },
      );
    else create.mutate({ body: { object, label: name, kinds } }, { onSuccess: onClose });
  };
  return (
    <Modal
      open
      title={section ? label(section.label) : t('fields.newSection')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      confirmLoading={create.isPending || update.isPending}
      onOk={save}
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <FormField id="section-zh" label={t('fields.labelZh')} required error={errors.label}>
        <Input
          id="section-zh"
          maxLength={100}
          value={name.zh}
          onChange={(event) => setName({ ...name, zh: event.target.value })}
        />
      </FormField>
      <FormField id="section-en" label={t('fields.labelEn')} required error={errors['label.en']}>
        <Input
          id="section-en"
          maxLength={100}
          value={name.en}
          onChange={(event) => setName({ ...name, en: event.target.value })}
        />
      </FormField>
      {object === 'customer' ? (
        <FormField id="section-kinds" label={t('fields.kinds')} help={t('fields.kindsHelp')} error={errors.kinds}>
          <Select
            id="section-kinds"
            className="full-width"
            mode="multiple"
            allowClear
            value={kinds ?? []}
            options={customerKinds.map((kind) => ({ value: kind, label: t(`ui.kind.${kind}`) }))}
            onChange={(value) => setKinds(value.length === 0 ? null : value)}
          />
        </FormField>
      ) : null}
      {section ? (
        <Checkbox checked={hidden} onChange={(event) => setHidden(event.target.checked)}>
          {t('fields.hidden')}
        </Checkbox>
      ) : null}
    </Modal>
  );
}
