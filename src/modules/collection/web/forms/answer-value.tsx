import { useTranslation } from 'react-i18next';
import { downloadUrl } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { clauses } from '#ui/format.ts';
import { type AnswerView, openFormFile } from '../../form-answers-contract.ts';
import type { FrozenQuestion } from '../../form-content.ts';
import { said } from './question-input.tsx';

/** An answer as a person reads it. */
export function AnswerValue({ answer, item, value }: { answer: AnswerView; item: FrozenQuestion; value: unknown }) {
  const { t } = useTranslation();
  const named = (list: FrozenQuestion['options'], key: unknown) => {
    const found = list?.find((one) => one.key === key);
    return found ? said(found.label) : String(key);
  };
  if (value === undefined || value === null) return <span className="muted">{t('collection.forms.notAnswered')}</span>;
  switch (item.type) {
    case 'field':
      return item.definition ? <FieldValue field={item.definition} value={value} /> : null;
    case 'single':
    case 'multiple':
      return <>{clauses([value].flat().map((key) => named(item.options, key)))}</>;
    case 'matrix':
      return (
        <>
          {Object.entries(value as Record<string, string>).map(([row, column]) => (
            <div key={row}>
              {named(item.rows, row)}: {named(item.options, column)}
            </div>
          ))}
        </>
      );
    case 'file':
      return (
        <>
          {answer.files
            .filter((file) => file.question === item.id)
            .map((file) => (
              <div key={file.id}>
                <a download href={downloadUrl(openFormFile, { params: { id: answer.id, fileId: file.id } })}>
                  {file.name}
                </a>
              </div>
            ))}
        </>
      );
    default:
      return <span className="form-text">{String(value)}</span>;
  }
}
