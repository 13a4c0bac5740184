import { DeleteOutlined, HolderOutlined } from '@ant-design/icons';
import { isSortable, useSortable } from '@dnd-kit/react/sortable';
import { Button, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { CustomerKind, FieldDefinition } from '#shared/fields.ts';
import { Dragging } from '#ui/dragging.tsx';
import { Refusal } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';
import { EmptyState } from '#ui/page.tsx';
import {
  askable,
  type FrozenQuestion,
  freshKey,
  type Question,
  type QuestionType,
  questionTypes,
} from '../../form-content.ts';
import { QuestionDialog } from './question-dialog.tsx';
import { resolve, titleOf } from './resolve.ts';

const nothing = { zh: '', en: '' };
const fresh = (type: QuestionType): Question => ({
  id: freshKey(),
  type,
  title: nothing,
  help: nothing,
  required: false,
  showIf: null,
  ...(type === 'scale' ? { min: 1, max: 5 } : {}),
  ...(type === 'text' ? { maxLength: 500 } : {}),
});

export interface QuestionListProps {
  kind: CustomerKind;
  questions: Question[];
  onChange(questions: Question[]): void;
  /** What is wrong at a path of the content. */
  errorAt(path: string): string | undefined;
}

/** The questions in order: added from the dictionary or freely, moved by drag or by buttons. */
export function QuestionList({ kind, questions, onChange, errorAt }: QuestionListProps) {
  const { t } = useTranslation();
  const customer = useDictionary('customer');
  const contact = useDictionary('contact');
  const [editing, setEditing] = useState<FrozenQuestion | null>(null);
  const ofKind = (field: FieldDefinition) => askable(field) && (field.kinds === null || field.kinds.includes(kind));
  const fields = [...(customer?.fields ?? []), ...(contact?.fields ?? [])].filter(ofKind);
  const resolved = resolve(questions, [...(customer?.fields ?? []), ...(contact?.fields ?? [])]);
  const asked = new Set(questions.map((item) => `${item.object}.${item.field}`));
  const addField = (field: FieldDefinition, before: Question[]): Question[] => [
    ...before,
    {
      ...fresh('field'),
      object: field.object,
      field: field.key,
      required: field.required && field.object === 'customer',
    },
  ];
  const addLayout = () => {
    let next = questions;
    for (const part of [customer, contact])
      for (const section of [...(part?.sections ?? [])].sort((a, b) => a.position - b.position)) {
        const own = fields.filter(
          (field) =>
            field.section === section.key && part?.fields.includes(field) && !asked.has(`${field.object}.${field.key}`),
        );
        if (own.length === 0) continue;
        next = [...next, { ...fresh('heading'), title: section.label }];
        for (const field of own) next = addField(field, next);
      }
    onChange(next);
  };
  const move = (from: number, to: number) => {
    if (to < 0 || to >= questions.length || from === to) return;
    const next = [...questions];
    const [item] = next.splice(from, 1);
    if (item) next.splice(to, 0, item);
    onChange(next);
  };
  const save = (item: Question) => {
    onChange(
      questions.some((one) => one.id === item.id)
        ? questions.map((one) => (one.id === item.id ? item : one))
        : [...questions, item],
    );
    setEditing(null);
  };
  return (
    <section className="panel" aria-label={t('collection.forms.questions')}>
      <h2>{t('collection.forms.questions')}</h2>
      <div className="bar">
        <Select
          id="form-add"
          aria-label={t('collection.forms.addField')}
          placeholder={t('collection.forms.addField')}
          className="form-add"
          showSearch={{ optionFilterProp: 'label' }}
          value={null}
          options={(['customer', 'contact'] as const).map((object) => ({
            label: t(`collection.forms.objects.${object}`),
            options: fields
              .filter((field) => field.object === object && !asked.has(`${object}.${field.key}`))
              .map((field) => ({ value: `${object}.${field.key}`, label: label(field.label) })),
          }))}
          onChange={(chosen: string | null) => {
            const field = fields.find((one) => `${one.object}.${one.key}` === chosen);
            if (field) onChange(addField(field, questions));
          }}
        />
        <Select
          aria-label={t('collection.forms.addQuestion')}
          placeholder={t('collection.forms.addQuestion')}
          className="form-add"
          value={null}
          options={questionTypes
            .filter((type) => type !== 'field')
            .map((type) => ({ value: type, label: t(`collection.forms.types.${type}`) }))}
          onChange={(type: QuestionType | null) => {
            if (type) setEditing(fresh(type));
          }}
        />
        <Button onClick={addLayout}>{t('collection.forms.addLayout')}</Button>
      </div>
      <Refusal id="form-add" error={errorAt('content.questions')} />
      {questions.length === 0 ? <EmptyState text={t('collection.forms.noQuestions')} /> : null}
      <Dragging
        onDragEnd={({ operation, canceled }) => {
          const { source } = operation;
          if (canceled || !isSortable(source)) return;
          move(
            questions.findIndex((one) => one.id === source.id),
            source.index,
          );
        }}
      >
        <ul className="cards" key={questions.map((item) => item.id).join()}>
          {questions.map((item, index) => {
            const shown = resolved.find((one) => one.id === item.id);
            return (
              <Row
                key={item.id}
                item={shown ?? item}
                index={index}
                error={errorAt(`content.questions.${index}`)}
                onOpen={() => setEditing(shown ?? item)}
                onMove={(step) => move(index, index + step)}
                onRemove={() => onChange(questions.filter((one) => one.id !== item.id))}
              />
            );
          })}
        </ul>
      </Dragging>
      {editing ? (
        <QuestionDialog
          item={editing}
          earlier={resolved.slice(
            0,
            Math.max(
              0,
              questions.some((one) => one.id === editing.id)
                ? resolved.findIndex((one) => one.id === editing.id)
                : resolved.length,
            ),
          )}
          onSave={save}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </section>
  );
}

interface RowProps {
  item: FrozenQuestion;
  index: number;
  error?: string;
  onOpen(): void;
  onMove(step: number): void;
  onRemove(): void;
}

function Row({ item, index, error, onOpen, onMove, onRemove }: RowProps) {
  const { t } = useTranslation();
  const name = titleOf(item) || t(`collection.forms.types.${item.type}`);
  const { ref, handleRef } = useSortable({ id: item.id, index, data: { name } });
  return (
    <li ref={ref} className="question-row">
      <button type="button" ref={handleRef} className="drag-handle" aria-label={t('ui.drag', { name })}>
        <HolderOutlined aria-hidden />
      </button>
      <span className="grow">
        <Button id={`row-${item.id}`} type="link" className="question-name" onClick={onOpen}>
          {name}
        </Button>{' '}
        <span className="muted small">{t(`collection.forms.types.${item.type}`)}</span>
        <Refusal id={`row-${item.id}`} error={error} />
      </span>
      {item.required ? <Tag>{t('collection.forms.required')}</Tag> : null}
      {item.showIf ? <Tag>{t('collection.forms.branched')}</Tag> : null}
      <span className="nowrap">
        <Button size="small" type="text" aria-label={t('ui.moveUp', { name })} onClick={() => onMove(-1)}>
          ↑
        </Button>
        <Button size="small" type="text" aria-label={t('ui.moveDown', { name })} onClick={() => onMove(1)}>
          ↓
        </Button>
        <Button
          size="small"
          type="text"
          icon={<DeleteOutlined aria-hidden />}
          aria-label={t('ui.removeItem', { name })}
          onClick={onRemove}
        />
      </span>
    </li>
  );
}
