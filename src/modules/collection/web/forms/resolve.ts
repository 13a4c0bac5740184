import type { FieldDefinition } from '#shared/fields.ts';
import { label } from '#ui/i18n.ts';
import { askable, type FrozenQuestion, type Question } from '../../form-content.ts';

/** Draft questions as they would be published, for the preview. */
export function resolve(questions: Question[], fields: FieldDefinition[]): FrozenQuestion[] {
  return questions.flatMap((item): FrozenQuestion[] => {
    if (item.type !== 'field') return [item];
    const field = fields.find((one) => one.object === item.object && one.key === item.field);
    return field && askable(field) ? [{ ...item, definition: { ...field, required: item.required } }] : [];
  });
}

/** What a question is called on the screen. */
export function titleOf(item: FrozenQuestion): string {
  if (item.title.zh === '' && item.definition) return label(item.definition.label);
  return label({ zh: item.title.zh, en: item.title.en || item.title.zh });
}
