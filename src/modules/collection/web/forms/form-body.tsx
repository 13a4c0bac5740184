import './forms.css';
import { Checkbox } from 'antd';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Refusal } from '#ui/fields/form-field.tsx';
import { type AnswerValues, type FormContent, type FrozenQuestion, shownQuestions } from '../../form-content.ts';
import { QuestionInput, type SentFile, said } from './question-input.tsx';
import { titleOf } from './resolve.ts';

const grouped = ['single', 'multiple', 'scale', 'nps', 'matrix'];

export interface FormBodyProps {
  questions: FrozenQuestion[];
  values: AnswerValues;
  onChange(id: string, value: unknown): void;
  errors: Partial<Record<string, string>>;
  masked?: string[];
  /** The number a question has; without it those shown are counted. */
  numbers?: Map<string, number>;
  send?(question: string, file: File): Promise<SentFile>;
}

/** For typing from paper: Enter in a one-line input or an address goes to the next; where a list is open it chooses there. */
export function goToNext(event: KeyboardEvent<HTMLElement>): void {
  const { target } = event;
  const single =
    target instanceof HTMLInputElement || (target instanceof HTMLTextAreaElement && target.closest('.point') !== null);
  if (event.key !== 'Enter' || event.nativeEvent.isComposing || !single) return;
  if (target.getAttribute('aria-expanded') === 'true') return;
  event.preventDefault();
  const inputs = [
    ...event.currentTarget.querySelectorAll<HTMLElement>('input:not([disabled]):not([type=file]), textarea'),
  ].filter(
    (input) =>
      // Kind and note of a number are seldom on paper: they stay within reach of Tab.
      input.offsetParent !== null &&
      !input.closest('.point-more') &&
      (!(input instanceof HTMLInputElement) || input.name === '' || input.name !== target.name),
  );
  const at = inputs.findIndex((input) => target.compareDocumentPosition(input) & Node.DOCUMENT_POSITION_FOLLOWING);
  if (at >= 0) inputs[at]?.focus();
}

/** The questions of a form in one column, with branches opened and closed by what is answered. */
export function FormBody({ questions, values, onChange, errors, masked = [], numbers, send }: FormBodyProps) {
  const { t } = useTranslation();
  const shown = shownQuestions(questions, values);
  let number = 0;
  return (
    <div className="form-body">
      {shown.map((item) => {
        if (item.type === 'heading')
          return (
            <div key={item.id} className="form-heading">
              <h2>{titleOf(item)}</h2>
              {said(item.help) ? <p className="muted">{said(item.help)}</p> : null}
            </div>
          );
        number += 1;
        const id = `question-${item.id}`;
        const help = said(item.help) || (item.definition ? said(item.definition.help) : '');
        const hints = [help, masked.includes(item.id) ? t('collection.forms.masked') : ''].filter(
          (hint) => hint !== '',
        );
        const name = (
          <>
            {numbers?.get(item.id) ?? number}. {titleOf(item)}
            {item.required ? <span className="form-error"> *</span> : null}
          </>
        );
        return (
          <div className="form-field" key={item.id}>
            {grouped.includes(item.type) ? (
              <div className="form-label" id={`${id}-label`}>
                {name}
              </div>
            ) : (
              <label htmlFor={id} id={`${id}-label`}>
                {name}
              </label>
            )}
            {hints.length > 0 ? (
              <div className="muted small" id={`${id}-help`}>
                {hints.join(' ')}
              </div>
            ) : null}
            <QuestionInput
              id={id}
              item={item}
              value={values[item.id]}
              send={send}
              onChange={(value) => onChange(item.id, value)}
            />
            <Refusal id={id} error={errors[item.id]} helped={hints.length > 0} />
          </div>
        );
      })}
    </div>
  );
}

/** What the answers are for and what is agreed to; absent in a form that asks for no consent. */
export function Consent({
  content,
  label,
  checked,
  onChange,
  error,
}: {
  content: FormContent;
  label: string;
  checked: boolean;
  onChange(checked: boolean): void;
  error?: string;
}) {
  const { t } = useTranslation();
  if (content.consent.zh === '') return null;
  return (
    <section className="form-consent" aria-label={t('collection.forms.consent')}>
      {said(content.purpose) ? (
        <p>
          <strong>{t('collection.forms.purpose')}</strong> {said(content.purpose)}
        </p>
      ) : null}
      <p className="form-text">{said(content.consent)}</p>
      <Checkbox id="form-consent" checked={checked} onChange={(event) => onChange(event.target.checked)}>
        {label}
      </Checkbox>
      <Refusal id="form-consent" error={error} />
    </section>
  );
}

/** Answers as the server takes them: of files only their ids, of nothing nothing. */
export function toSend(questions: FrozenQuestion[], values: AnswerValues): AnswerValues {
  const shown = shownQuestions(questions, values).filter((item) => item.type !== 'heading');
  return Object.fromEntries(
    shown.flatMap((item) => {
      const value = values[item.id];
      if (value === null || value === undefined) return [];
      return [[item.id, item.type === 'file' ? (value as SentFile[]).map((file) => file.id) : value]];
    }),
  );
}
