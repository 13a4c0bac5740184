import { Button, Select } from 'antd';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import { type FieldDefinition, namedSources, type Provenance, type ValueSource } from '#shared/fields.ts';
import { label } from '#ui/i18n.ts';
import { FieldInput } from './field-input.tsx';
import { FieldValue } from './field-value.tsx';
import { Refusal } from './form-field.tsx';
import { ProvenanceMark } from './provenance.tsx';

export interface InlineFieldProps {
  field: FieldDefinition;
  value: unknown;
  labels?: Record<string, string>;
  provenance?: Provenance;
  editable: boolean;
  /** Rejects with a Problem, which is shown next to the input; what was typed stays. */
  onSave(value: unknown, source: ValueSource | undefined): Promise<void>;
  /** Further actions, e.g. history and verification. */
  actions?: ReactNode;
}

/** A value that becomes its input on click or Enter; Enter saves, Escape gives up. */
export function InlineField({ field, value, labels, provenance, editable, onSave, actions }: InlineFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const [editing, setEditing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const edited = useRef(false);
  useEffect(() => {
    // The keyboard goes on where it was; a frame later, else the Enter that ended it would begin it again.
    if (edited.current && !editing) requestAnimationFrame(() => button.current?.focus());
    edited.current = editing;
  }, [editing]);
  const canEdit = editable && !field.readOnly;
  return (
    <div className="inline-field" data-field={field.key}>
      <div className="inline-head">
        <span id={`${id}-label`}>{label(field.label)}</span>
        {field.required ? <span aria-hidden="true">*</span> : null}
        {provenance ? <ProvenanceMark provenance={provenance} /> : null}
        <span className="inline-actions">{actions}</span>
      </div>
      {editing ? (
        <Editor {...{ id, field, value, labels, provenance, onSave }} onDone={() => setEditing(false)} />
      ) : canEdit ? (
        <div className="inline-box">
          <div className="inline-text">
            <FieldValue field={field} value={value} labels={labels} />
          </div>
          <button
            type="button"
            ref={button}
            className="inline-edit"
            aria-label={t('ui.editField', { name: label(field.label) })}
            onClick={() => setEditing(true)}
          />
        </div>
      ) : (
        <div className="inline-value">
          <FieldValue field={field} value={value} labels={labels} />
        </div>
      )}
    </div>
  );
}

function Editor({
  id,
  field,
  value,
  labels,
  provenance,
  onSave,
  onDone,
}: Pick<InlineFieldProps, 'field' | 'value' | 'labels' | 'provenance' | 'onSave'> & { id: string; onDone(): void }) {
  const { t } = useTranslation();
  const box = useRef<HTMLFieldSetElement>(null);
  const [draft, setDraft] = useState(value);
  const [source, setSource] = useState<ValueSource | undefined>();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const help = label(field.help);
  // Before the next key: an effect after painting would lose the first letters of a fast typist.
  useLayoutEffect(() => {
    box.current?.querySelector<HTMLElement>('input, textarea')?.focus();
  }, []);
  const save = async () => {
    if (JSON.stringify(draft ?? null) === JSON.stringify(value ?? null)) return onDone();
    setBusy(true);
    try {
      await onSave(draft ?? null, source);
      onDone();
    } catch (problem) {
      if (problem instanceof Problem) setError(problem.errors[0]?.message ?? problem.message);
      else throw problem;
    } finally {
      setBusy(false);
    }
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.defaultPrevented) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      onDone();
    }
  };
  // Before the input hears it: a list of choices would take the Enter for its own.
  const onKeyFirst = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void save();
  };
  return (
    <fieldset
      ref={box}
      className="inline-editor"
      onKeyDown={onKey}
      onKeyDownCapture={onKeyFirst}
      aria-labelledby={`${id}-label`}
    >
      <FieldInput
        id={id}
        field={field}
        value={draft ?? null}
        labels={labels}
        onChange={setDraft}
        labelledBy={`${id}-label`}
        onEnter={() => void save()}
      />
      {help ? (
        <div className="muted small" id={`${id}-help`}>
          {help}
        </div>
      ) : null}
      <Refusal id={id} error={error} helped={help !== ''} />
      <div className="row inline-buttons">
        {field.tracked ? (
          <Select
            size="small"
            aria-label={t('ui.sourceOfValue')}
            status={provenance?.verifiedAt && !source ? 'warning' : undefined}
            placeholder={t('ui.sourceOfValue')}
            popupMatchSelectWidth={false}
            value={source}
            options={namedSources.map((key) => ({ value: key, label: t(`ui.source.${key}`) }))}
            onChange={setSource}
          />
        ) : null}
        <Button size="small" type="primary" loading={busy} onClick={() => void save()}>
          {t('ui.save')}
        </Button>
        <Button size="small" onClick={onDone}>
          {t('ui.cancel')}
        </Button>
      </div>
    </fieldset>
  );
}
