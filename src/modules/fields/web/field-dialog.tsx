import { App, Button, Checkbox, Input, InputNumber, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BodyInput, ResponseOf } from '#shared/endpoint.ts';
import type { Problem } from '#shared/errors.ts';
import {
  canBeUnique,
  customerKinds,
  type FieldDefinition,
  type FieldType,
  fieldTypeKeys,
  isSearchable,
  type RecordObject,
  sensitivities,
} from '#shared/fields.ts';
import { useSend } from '#ui/api.ts';
import { FieldInput } from '#ui/fields/field-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { createField, type getWholeDictionary, updateField } from '../contract.ts';
import { ConversionDialog } from './conversion-dialog.tsx';
import { dictionaryStale } from './dictionary.ts';
import { OptionsInput, optionTypes } from './options-input.tsx';
import { RulesInput } from './rules-input.tsx';

interface FieldDialogProps {
  object: RecordObject;
  field?: FieldDefinition;
  section?: string;
  dictionary: ResponseOf<typeof getWholeDictionary>;
  onClose(): void;
}

const blank = (object: RecordObject, section: string): FieldDefinition => ({
  id: '',
  object,
  key: '',
  type: 'text',
  label: { zh: '', en: '' },
  help: { zh: '', en: '' },
  section,
  kinds: null,
  position: 0,
  required: false,
  unique: false,
  defaultValue: null,
  rules: {},
  options: [],
  sensitivity: 'internal',
  personal: 'none',
  purpose: '',
  tracked: false,
  searchable: false,
  filterable: true,
  weight: 0,
  builtin: false,
  hidden: false,
  readOnly: false,
  version: 0,
});

const editable = [
  'label',
  'help',
  'section',
  'kinds',
  'required',
  'unique',
  'defaultValue',
  'rules',
  'options',
  'sensitivity',
  'personal',
  'purpose',
  'tracked',
  'searchable',
  'filterable',
  'weight',
  'hidden',
] as const;
const marks = ['required', 'unique', 'searchable', 'filterable', 'tracked', 'hidden'] as const;

type Mark = (typeof marks)[number];
/** Whether a mark means something for fields of the type: what is computed is neither asked for nor given a source. */
const offered = (mark: Mark, type: FieldType): boolean => {
  if (mark === 'searchable') return isSearchable(type);
  if (mark === 'unique') return canBeUnique(type);
  return type !== 'score' || mark === 'filterable' || mark === 'hidden';
};
const unoffered = (type: FieldType): Partial<Record<Mark, false>> =>
  Object.fromEntries(marks.filter((mark) => !offered(mark, type)).map((mark) => [mark, false]));

/** All settings of one field: a new one, or one to change. */
export function FieldDialog({ object, field, section, dictionary, onClose }: FieldDialogProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const create = useSend(createField, dictionaryStale);
  const update = useSend(updateField, dictionaryStale);
  const sections = dictionary.sections.filter((item) => item.object === object && !item.hidden);
  const start = field ?? blank(object, section ?? sections[0]?.key ?? '');
  const [draft, setDraft] = useState(start);
  const [ownKey, setOwnKey] = useState('');
  const [converting, setConverting] = useState(false);
  const change = (part: Partial<FieldDefinition>) => setDraft((present) => ({ ...present, ...part }));
  const problem = create.error ?? update.error;
  const { errors, rest } = atFields(
    problem,
    ...(['label', 'label.en', 'type', 'key', 'section', 'kinds', 'purpose', 'weight'] as const),
    ...(['help', 'help.en', 'options', 'defaultValue'] as const),
    ...(['rules', 'rules.min', 'rules.max', 'rules.decimals'] as const),
  );
  const changed = editable.filter((name) => JSON.stringify(draft[name]) !== JSON.stringify(start[name]));
  const save = () => {
    const done = {
      onSuccess: () => {
        void message.success(t('ui.saved'));
        onClose();
      },
      onError: (refusal: Problem) => {
        // What cannot be taken away stands there again, to be marked as no longer offered.
        if (refusal.errors.some((error) => error.code === 'field.optionUsed'))
          setDraft((present) => ({
            ...present,
            options: [
              ...present.options,
              ...start.options.filter(({ key: old }) => !present.options.some((option) => option.key === old)),
            ],
          }));
      },
    };
    // Of a new field everything is said: what the server would take of itself is not what the form shows.
    const told = field ? changed : editable;
    const settings = Object.fromEntries(told.map((name) => [name, draft[name]])) as BodyInput<typeof updateField>;
    if (field) update.mutate({ params: { id: field.id }, ifMatch: field.version, body: settings }, done);
    else
      create.mutate(
        {
          body: {
            ...settings,
            object,
            type: draft.type,
            label: draft.label,
            section: draft.section,
            ...(ownKey.trim() ? { key: ownKey.trim() } : {}),
          },
        },
        done,
      );
  };
  return (
    <Modal
      open
      width={760}
      title={field ? label(field.label) : t('fields.newField')}
      onCancel={onClose}
      footer={
        <>
          {field && !field.builtin && field.type !== 'score' ? (
            <Button onClick={() => setConverting(true)}>{t('fields.convert.title')}</Button>
          ) : null}
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button
            type="primary"
            disabled={Boolean(field) && changed.length === 0}
            loading={create.isPending || update.isPending}
            onClick={save}
          >
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <ProblemAlert problem={rest} />
      <div className="grid-2">
        <FormField id="field-zh" label={t('fields.labelZh')} required error={errors.label}>
          <Input
            id="field-zh"
            maxLength={100}
            value={draft.label.zh}
            onChange={(event) => change({ label: { ...draft.label, zh: event.target.value } })}
          />
        </FormField>
        <FormField id="field-en" label={t('fields.labelEn')} required error={errors['label.en']}>
          <Input
            id="field-en"
            maxLength={100}
            value={draft.label.en}
            onChange={(event) => change({ label: { ...draft.label, en: event.target.value } })}
          />
        </FormField>
        <FormField
          id="field-type"
          label={t('fields.type')}
          error={errors.type}
          help={field && !field.builtin ? t('fields.typeHelp') : undefined}
        >
          {field ? (
            <Input id="field-type" readOnly value={t(`fields.types.${field.type}`)} />
          ) : (
            <Select<FieldType>
              id="field-type"
              className="full-width"
              showSearch={{ optionFilterProp: 'label' }}
              value={draft.type}
              options={fieldTypeKeys.map((type) => ({ value: type, label: t(`fields.types.${type}`) }))}
              onChange={(type) => change({ type, defaultValue: null, rules: {}, ...unoffered(type) })}
            />
          )}
        </FormField>
        {field ? null : (
          <FormField id="field-key" label={t('fields.key')} help={t('fields.keyHelp')} error={errors.key}>
            <Input id="field-key" maxLength={40} value={ownKey} onChange={(event) => setOwnKey(event.target.value)} />
          </FormField>
        )}
        <FormField id="field-section" label={t('fields.section')} error={errors.section}>
          <Select
            id="field-section"
            className="full-width"
            value={draft.section}
            options={sections.map((item) => ({ value: item.key, label: label(item.label) }))}
            onChange={(value) => change({ section: value })}
          />
        </FormField>
        {object === 'customer' ? (
          <FormField id="field-kinds" label={t('fields.kinds')} help={t('fields.kindsHelp')} error={errors.kinds}>
            <Select
              id="field-kinds"
              className="full-width"
              mode="multiple"
              allowClear
              value={draft.kinds ?? []}
              options={customerKinds.map((kind) => ({ value: kind, label: t(`ui.kind.${kind}`) }))}
              onChange={(kinds) => change({ kinds: kinds.length === 0 ? null : kinds })}
            />
          </FormField>
        ) : null}
        <FormField id="field-sensitivity" label={t('fields.sensitivity')} help={t('fields.sensitivityHelp')}>
          <Select
            id="field-sensitivity"
            className="full-width"
            value={draft.sensitivity}
            options={sensitivities.map((item) => ({ value: item, label: t(`ui.sensitivity.${item}`) }))}
            onChange={(sensitivity) => change({ sensitivity })}
          />
        </FormField>
        <FormField id="field-personal" label={t('fields.personal')} help={t('fields.personalHelp')}>
          <Select
            id="field-personal"
            className="full-width"
            value={draft.personal}
            options={(['none', 'personal', 'sensitive'] as const).map((item) => ({
              value: item,
              label: t(`fields.personals.${item}`),
            }))}
            onChange={(personal) => change({ personal })}
          />
        </FormField>
        {draft.personal === 'none' ? null : (
          <FormField
            id="field-purpose"
            label={t('fields.purpose')}
            help={t('fields.purposeHelp')}
            error={errors.purpose}
          >
            <Input
              id="field-purpose"
              maxLength={200}
              value={draft.purpose}
              onChange={(event) => change({ purpose: event.target.value })}
            />
          </FormField>
        )}
        <FormField id="field-weight" label={t('fields.weight')} help={t('fields.weightHelp')} error={errors.weight}>
          <InputNumber
            id="field-weight"
            className="full-width"
            min={0}
            max={1000}
            value={draft.weight}
            onChange={(weight) => change({ weight: weight ?? 0 })}
          />
        </FormField>
        <FormField id="field-help-zh" label={t('fields.helpZh')} error={errors.help}>
          <Input
            id="field-help-zh"
            maxLength={500}
            value={draft.help.zh}
            onChange={(event) => change({ help: { ...draft.help, zh: event.target.value } })}
          />
        </FormField>
        <FormField id="field-help-en" label={t('fields.helpEn')} error={errors['help.en']}>
          <Input
            id="field-help-en"
            maxLength={500}
            value={draft.help.en}
            onChange={(event) => change({ help: { ...draft.help, en: event.target.value } })}
          />
        </FormField>
      </div>
      {optionTypes.has(draft.type) && !draft.rules.reference ? (
        <OptionsInput options={draft.options} error={errors.options} onChange={(options) => change({ options })} />
      ) : null}
      <RulesInput
        type={draft.type}
        rules={draft.rules}
        fields={dictionary.fields.filter((item) => item.object === object && item.key !== draft.key)}
        errors={errors}
        onChange={(rules) => change({ rules })}
      />
      {draft.type === 'score' || draft.readOnly ? null : (
        <FormField id="field-default" label={t('fields.defaultValue')} error={errors.defaultValue}>
          <FieldInput
            id="field-default"
            field={{ ...draft, required: false }}
            value={draft.defaultValue ?? null}
            onChange={(defaultValue) => change({ defaultValue })}
          />
        </FormField>
      )}
      <div className="marks">
        {marks
          .filter((mark) => draft[mark] || offered(mark, draft.type))
          .map((mark) => (
            <Checkbox key={mark} checked={draft[mark]} onChange={(event) => change({ [mark]: event.target.checked })}>
              {t(`fields.${mark}`)}
            </Checkbox>
          ))}
      </div>
      <p className="muted small">{t('fields.hiddenHelp')}</p>
      {field && converting ? (
        <ConversionDialog field={field} onClose={() => setConverting(false)} onDone={onClose} />
      ) : null}
    </Modal>
  );
}
