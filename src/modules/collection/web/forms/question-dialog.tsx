import { Checkbox, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CountInput } from '#ui/fields/count-input.tsx';
import { FormField, useTried } from '#ui/fields/form-field.tsx';
import {
  type FrozenQuestion,
  freshKey,
  longestOption,
  mostOptions,
  mostRows,
  type Question,
} from '../../form-content.ts';
import { BothInput } from './both-input.tsx';
import { said } from './question-input.tsx';
import { titleOf } from './resolve.ts';

type Option = NonNullable<Question['options']>[number];

const written = (options: Option[] | undefined): string =>
  (options ?? []).map((one) => (one.label.en ? `${one.label.zh} | ${one.label.en}` : one.label.zh)).join('\n');

/** One option a line, `中文 | English`; an option that keeps its text or its place keeps its key. */
function read(text: string, before: Option[] | undefined): Option[] {
  const old = before ?? [];
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const used = new Set<string>();
  return lines.map((line, index) => {
    const [zh = '', en = ''] = line.split('|').map((part) => part.trim());
    const known =
      old.find((one) => one.label.zh === zh && !used.has(one.key)) ??
      (lines.length === old.length ? old[index] : undefined);
    const key = known && !used.has(known.key) ? known.key : freshKey();
    used.add(key);
    return { key, label: { zh, en } };
  });
}

/** Values a branch can depend on. */
function branchValues(item: FrozenQuestion | undefined, words: { yes: string; no: string }) {
  if (!item) return [];
  if (item.type === 'scale' || item.type === 'nps') {
    const [min, max] = item.type === 'nps' ? [0, 10] : [item.min ?? 1, item.max ?? 5];
    return Array.from({ length: max - min + 1 }, (_, step) => ({ value: `${min + step}`, label: `${min + step}` }));
  }
  if (item.definition?.type === 'boolean')
    return [
      { value: 'true', label: words.yes },
      { value: 'false', label: words.no },
    ];
  if (item.definition) return item.definition.options.map((one) => ({ value: one.key, label: said(one) }));
  return item.type === 'matrix' ? [] : (item.options ?? []).map((one) => ({ value: one.key, label: said(one.label) }));
}

/** One question: its texts, its answers, when it is shown. */
export function QuestionDialog({
  item: first,
  earlier,
  onSave,
  onClose,
}: {
  item: FrozenQuestion;
  earlier: FrozenQuestion[];
  onSave(item: Question): void;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const [item, setItem] = useState(first);
  const [options, setOptions] = useState(written(first.options));
  const [rows, setRows] = useState(written(first.rows));
  const put = (part: Partial<Question>) => setItem((before) => ({ ...before, ...part }));
  const [tried, again] = useTried();
  const listed = {
    ...(['single', 'multiple', 'matrix'].includes(item.type) ? { options: read(options, first.options) } : {}),
    ...(item.type === 'matrix' ? { rows: read(rows, first.rows) } : {}),
  };
  /** Why a list of lines cannot be kept as it was written. */
  const faultOf = (lines: Option[] | undefined, most: number): string | undefined => {
    if (!lines) return;
    if (lines.length > most) return t('collection.forms.tooManyLines', { most, n: lines.length });
    const long = lines.find((one) => Math.max(one.label.zh.length, one.label.en.length) > longestOption);
    return long && t('collection.forms.lineTooLong', { most: longestOption, line: long.label.zh.slice(0, 20) });
  };
  const outside = (count: number, least: number, most: number): string | undefined =>
    count < least
      ? t('errors.number.min', { min: least })
      : count > most
        ? t('errors.number.max', { max: most })
        : undefined;
  const [highest, longest] = [item.max ?? 5, item.maxLength ?? 1000];
  const faults = {
    options: faultOf(listed.options, mostOptions),
    rows: faultOf(listed.rows, mostRows),
    max: item.type === 'scale' ? outside(highest, 2, 10) : undefined,
    maxLength: item.type === 'text' ? outside(longest, 1, 5000) : undefined,
  };
  const save = () => {
    again();
    if (Object.values(faults).some(Boolean)) return;
    const { definition: _kept, ...rest } = item;
    onSave({ ...rest, ...listed });
  };
  const branch = earlier.find((one) => one.id === item.showIf?.question);
  const values = branchValues(branch, { yes: t('ui.yes'), no: t('ui.no') });
  return (
    <Modal
      open
      width={720}
      title={`${t(`collection.forms.types.${item.type}`)}${item.definition ? ` · ${said(item.definition.label)}` : ''}`}
      okText={t('collection.forms.done')}
      cancelText={t('ui.cancel')}
      onOk={save}
      onCancel={onClose}
      // Chosen from a list, which takes the focus back while the dialog opens.
      afterOpenChange={(open) => open && document.getElementById('question-title-zh')?.focus()}
    >
      {item.type === 'field' ? <p className="muted">{t('collection.forms.fieldTitleHelp')}</p> : null}
      <BothInput
        id="question-title"
        label={t('collection.forms.question')}
        maxLength={500}
        value={item.title}
        onChange={(title) => put({ title })}
      />
      <BothInput
        id="question-help"
        label={t('collection.forms.help')}
        maxLength={500}
        value={item.help}
        onChange={(help) => put({ help })}
      />
      {item.type === 'matrix' ? (
        <FormField
          id="question-rows"
          label={t('collection.forms.rows')}
          help={t('collection.forms.optionsHelp')}
          error={tried ? faults.rows : undefined}
        >
          <Input.TextArea
            id="question-rows"
            autoSize={{ minRows: 3, maxRows: 12 }}
            value={rows}
            onChange={(event) => setRows(event.target.value)}
          />
        </FormField>
      ) : null}
      {listed.options ? (
        <FormField
          id="question-options"
          label={t('collection.forms.options')}
          help={t('collection.forms.optionsHelp')}
          error={tried ? faults.options : undefined}
        >
          <Input.TextArea
            id="question-options"
            autoSize={{ minRows: 3, maxRows: 14 }}
            value={options}
            onChange={(event) => setOptions(event.target.value)}
          />
        </FormField>
      ) : null}
      {item.type === 'scale' ? (
        <FormField id="question-max" label={t('collection.forms.highest')} error={tried ? faults.max : undefined}>
          <CountInput id="question-max" value={highest} onChange={(max) => put({ max })} />
        </FormField>
      ) : null}
      {item.type === 'text' ? (
        <FormField
          id="question-length"
          label={t('collection.forms.longest')}
          error={tried ? faults.maxLength : undefined}
        >
          <CountInput id="question-length" value={longest} onChange={(maxLength) => put({ maxLength })} />
        </FormField>
      ) : null}
      {item.type === 'heading' ? null : (
        <FormField id="question-required" label={t('collection.forms.answerNeeded')}>
          <Checkbox
            id="question-required"
            checked={item.required}
            onChange={(event) => put({ required: event.target.checked })}
          />
        </FormField>
      )}
      <div className="grid-2">
        <FormField id="question-branch" label={t('collection.forms.showIf')}>
          <Select
            id="question-branch"
            className="full-width"
            allowClear
            placeholder={t('collection.forms.always')}
            value={item.showIf?.question}
            options={earlier
              .filter((one) => one.type !== 'heading')
              .map((one) => ({ value: one.id, label: titleOf(one) }))}
            onChange={(question?: string) => put({ showIf: question ? { question, values: [] } : null })}
          />
        </FormField>
        {item.showIf && values.length > 0 ? (
          <FormField id="question-values" label={t('collection.forms.answeredWith')}>
            <Select
              id="question-values"
              className="full-width"
              mode="multiple"
              showSearch={{ optionFilterProp: 'label' }}
              placeholder={t('collection.forms.anything')}
              value={item.showIf.values}
              options={values}
              onChange={(next) => put({ showIf: item.showIf ? { ...item.showIf, values: next } : null })}
            />
          </FormField>
        ) : null}
      </div>
    </Modal>
  );
}
