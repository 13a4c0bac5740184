import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Problem } from '#shared/errors.ts';
import { namedSources, type ValueSource } from '#shared/fields.ts';
import { FieldInput } from '#ui/fields/field-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { label } from '#ui/i18n.ts';
import type { ListSelection } from '#ui/module.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { BulkRun } from './bulk-run.tsx';

/** Edits one field of many customers. */
export function BulkDialog({ query, onClose }: { query: ListSelection['query']; onClose(begun: boolean): void }) {
  const { t } = useTranslation();
  const can = useCan();
  const dictionary = useDictionary('customer');
  const [key, setKey] = useState<string>();
  const [mode, setMode] = useState<'set' | 'add' | 'remove'>('set');
  const [value, setValue] = useState<unknown>(null);
  const [source, setSource] = useState<ValueSource>();
  if (!dictionary) return <Loading />;
  const owner = key === 'ownerId';
  const field = key && !owner ? dictionary.byKey.get(key) : undefined;
  const editable = dictionary.fields.filter((item) => !item.readOnly && !item.unique && item.type !== 'score');
  const values = key && !owner ? { [key]: value } : {};
  const body = {
    query,
    ...(owner ? { ownerId: (value as string | null) ?? null } : {}),
    ...(mode === 'set' && !owner ? { values } : {}),
    ...(field?.tracked ? { source } : {}),
    ...(mode !== 'set' && key ? { [mode]: { [key]: (value ?? []) as string[] } } : {}),
  };
  const choice = (problem: Problem | null) => {
    const name = key ?? '';
    const { errors, rest } = atFields(problem, name, `${mode}.${name}`);
    const error = errors[name] ?? errors[`${mode}.${name}`];
    return (
      <>
        <ProblemAlert problem={rest} />
        <FormField id="bulk-field" label={t('customers.bulk.field')}>
          <Select
            id="bulk-field"
            className="full-width"
            showSearch={{ optionFilterProp: 'label' }}
            value={key}
            options={[
              ...(can('customer:assign') ? [{ value: 'ownerId', label: t('customers.owner') }] : []),
              ...editable
                .filter((item) => item.key !== 'ownerId')
                .map((item) => ({ value: item.key, label: label(item.label) })),
            ]}
            onChange={(next: string) => {
              setKey(next);
              setMode('set');
              setValue(null);
            }}
          />
        </FormField>
        {field?.type === 'multichoice' ? (
          <FormField id="bulk-mode" label={t('customers.bulk.mode')}>
            <Select
              id="bulk-mode"
              className="full-width"
              value={mode}
              options={(['set', 'add', 'remove'] as const).map((item) => ({
                value: item,
                label: t(`customers.bulk.modes.${item}`),
              }))}
              onChange={setMode}
            />
          </FormField>
        ) : null}
        {owner ? (
          <FormField id="bulk-value" label={t('customers.bulk.value')} error={error}>
            <RecordSelect id="bulk-value" kind="user" value={value as string | null} onChange={setValue} />
          </FormField>
        ) : null}
        {field ? (
          <FormField id="bulk-value" label={t('customers.bulk.value')} error={error}>
            <FieldInput
              key={field.key}
              id="bulk-value"
              field={{ ...field, required: false }}
              value={value}
              onChange={setValue}
            />
          </FormField>
        ) : null}
        {field?.tracked ? (
          <FormField id="bulk-source" label={t('customers.bulk.source')} help={t('customers.bulk.sourceHelp')}>
            <Select
              id="bulk-source"
              className="full-width"
              allowClear
              value={source}
              options={namedSources.map((item) => ({ value: item, label: t(`ui.source.${item}`) }))}
              onChange={setSource}
            />
          </FormField>
        ) : null}
      </>
    );
  };
  return (
    <BulkRun
      title={t('customers.bulk.title')}
      begin={t('customers.bulk.start')}
      body={body}
      ready={key !== undefined}
      onClose={onClose}
    >
      {choice}
    </BulkRun>
  );
}
