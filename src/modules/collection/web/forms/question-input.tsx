import { Button, Checkbox, Input, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DayInput } from '#ui/fields/day-input.tsx';
import { FieldInput } from '#ui/fields/field-input.tsx';
import { FileButton } from '#ui/file-button.tsx';
import { label } from '#ui/i18n.ts';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { type Both, type FrozenQuestion, formFilesMost } from '../../form-content.ts';
import { titleOf } from './resolve.ts';

export interface SentFile {
  id: string;
  name: string;
}
export interface QuestionInputProps {
  id: string;
  item: FrozenQuestion;
  value: unknown;
  onChange(value: unknown): void;
  /** Sends a file at once; absent where files are only shown. */
  send?(question: string, file: File): Promise<SentFile>;
}

export const said = (text: Both): string => label({ zh: text.zh, en: text.en || text.zh });

/** The input of one question; groups are named by `<id>-label`. */
export function QuestionInput({ id, item, value, onChange, send }: QuestionInputProps) {
  const group = { id, 'aria-labelledby': `${id}-label` };
  const choices = (item.options ?? []).map((one) => ({ value: one.key, label: said(one.label) }));
  switch (item.type) {
    case 'field':
      return item.definition ? (
        <FieldInput id={id} field={item.definition} value={value ?? null} onChange={onChange} />
      ) : null;
    case 'single':
      return (
        <Radio.Group
          {...group}
          className="answer-choices"
          name={id}
          value={value ?? null}
          options={choices}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'multiple':
      return (
        <Checkbox.Group
          {...group}
          role="group"
          className="answer-choices"
          value={(value ?? []) as string[]}
          options={choices}
          onChange={(next) => onChange(next.length > 0 ? next : null)}
        />
      );
    case 'scale':
    case 'nps': {
      const [min, max] = item.type === 'nps' ? [0, 10] : [item.min ?? 1, item.max ?? 5];
      return (
        <Radio.Group
          {...group}
          className="answer-scale"
          name={id}
          optionType="button"
          buttonStyle="solid"
          value={value ?? null}
          options={Array.from({ length: max - min + 1 }, (_, step) => ({
            value: min + step,
            label: String(min + step),
          }))}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    }
    case 'matrix':
      return <Matrix {...{ id, item, value, onChange }} />;
    case 'text':
      return (
        <Input.TextArea
          id={id}
          aria-required={item.required || undefined}
          autoSize={{ minRows: (item.maxLength ?? 1000) > 200 ? 3 : 1, maxRows: 12 }}
          count={{ show: true, max: item.maxLength ?? 1000 }}
          value={String(value ?? '')}
          onChange={(event) => onChange(event.target.value || null)}
        />
      );
    case 'date':
      return <DayInput id={id} max="9999-12-31" value={value} onChange={(day) => onChange(day)} />;
    case 'file':
      return <Files {...{ id, item, value, onChange, send }} />;
    default:
      return null;
  }
}

function Matrix({ id, item, value, onChange }: Pick<QuestionInputProps, 'id' | 'item' | 'value' | 'onChange'>) {
  const chosen = (value ?? {}) as Record<string, string>;
  return (
    <ScrollRegion name={titleOf(item)}>
      <table id={id} className="plain answer-matrix">
        <thead>
          <tr>
            <td />
            {(item.options ?? []).map((column) => (
              <th scope="col" key={column.key}>
                {said(column.label)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(item.rows ?? []).map((row) => (
            <tr key={row.key}>
              <th scope="row">{said(row.label)}</th>
              {(item.options ?? []).map((column) => (
                <td key={column.key}>
                  <input
                    type="radio"
                    name={`${id}-${row.key}`}
                    aria-label={`${said(row.label)}: ${said(column.label)}`}
                    checked={chosen[row.key] === column.key}
                    onChange={() => onChange({ ...chosen, [row.key]: column.key })}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Files({
  id,
  item,
  value,
  onChange,
  send,
}: Pick<QuestionInputProps, 'id' | 'item' | 'value' | 'onChange' | 'send'>) {
  const { t } = useTranslation();
  const files = (value ?? []) as SentFile[];
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const choose = async (file: File) => {
    setBusy(true);
    setProblem('');
    try {
      const sent = await send?.(item.id, file);
      if (sent) onChange([...files, sent]);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div>
      {files.map((file) => (
        <div className="row" key={file.id}>
          <span className="grow">{file.name}</span>
          <Button
            size="small"
            aria-label={t('ui.removeItem', { name: file.name })}
            onClick={() => {
              const rest = files.filter((one) => one.id !== file.id);
              onChange(rest.length > 0 ? rest : null);
            }}
          >
            ×
          </Button>
        </div>
      ))}
      <FileButton
        id={id}
        accept=".pdf,.jpg,.jpeg,.png,.webp,.heic,.docx,.xlsx,.doc,.xls"
        loading={busy}
        disabled={!send || files.length >= formFilesMost}
        onFiles={([file]) => {
          if (file) void choose(file);
        }}
      >
        {t('ui.chooseFile')}
      </FileButton>
      <div className="muted small" id={`${id}-files`}>
        {busy ? t('collection.forms.sendingFile') : t('collection.forms.fileHelp')}
      </div>
      {problem ? (
        <div className="form-error" role="alert">
          {problem}
        </div>
      ) : null}
    </div>
  );
}
