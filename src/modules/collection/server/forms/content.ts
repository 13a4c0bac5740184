import { dictionaryFor } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { type FieldError, invalid } from '#shared/errors.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import {
  askable,
  type FormContent,
  type FrozenContent,
  type FrozenQuestion,
  type Question,
} from '../../form-content.ts';

/** What an outsider needs to fill in a field: name, kind of input, rules; nothing of how the company treats it. */
function outward(field: FieldDefinition, required: boolean): FieldDefinition {
  return {
    ...field,
    id: field.key,
    required,
    unique: false,
    defaultValue: null,
    options: field.options.filter((option) => !option.hidden),
    sensitivity: 'open',
    section: '',
    position: 0,
    purpose: '',
    tracked: false,
    searchable: false,
    filterable: false,
    weight: 0,
    version: 1,
  };
}

const doubled = (keys: string[]) => keys.find((item, index) => keys.indexOf(item) !== index);

/** What a question lacks to be asked, as codes by property. */
function lacking(item: Question, before: Question[], field: FieldDefinition | undefined): [string, string][] {
  const wrong: [string, string][] = [];
  const named = (list: Question['options'], least: number) =>
    list !== undefined && list.length >= least && list.every((one) => one.label.zh.trim() !== '');
  if (item.type === 'field') {
    if (!field || !askable(field)) wrong.push(['field', 'form.fieldUnknown']);
    else if (before.some((one) => one.object === item.object && one.field === item.field))
      wrong.push(['field', 'form.fieldTwice']);
  } else if (item.title.zh.trim() === '') wrong.push(['title', 'form.questionText']);
  if (['single', 'multiple', 'matrix'].includes(item.type) && !named(item.options, 2))
    wrong.push(['options', 'form.options']);
  if (item.type === 'matrix' && !named(item.rows, 1)) wrong.push(['rows', 'form.rows']);
  for (const list of [item.options, item.rows])
    if (list && doubled(list.map((one) => one.key))) wrong.push(['options', 'form.optionTwice']);
  if (item.showIf && !before.some((one) => one.id === item.showIf?.question && one.type !== 'heading'))
    wrong.push(['showIf', 'form.branch']);
  return wrong;
}

/** The draft as it would be published; unknown fields are left out. */
export async function freeze(context: Context, content: FormContent): Promise<FrozenContent> {
  const { fields } = await dictionaryFor(context);
  const questions = content.questions.flatMap((item): FrozenQuestion[] => {
    if (item.type !== 'field') return [item];
    const field = fields.find((one) => one.object === item.object && one.key === item.field);
    return field && askable(field) ? [{ ...item, definition: outward(field, item.required) }] : [];
  });
  return { ...content, questions };
}

/** Refuses a draft that cannot be asked: everything that is missing at once. */
export async function requirePublishable(context: Context, content: FormContent): Promise<void> {
  const { fields } = await dictionaryFor(context);
  const errors: FieldError[] = [];
  if (content.title.zh.trim() === '') errors.push({ field: 'content.title', code: 'input.required' });
  if (!content.questions.some((item) => item.type !== 'heading'))
    errors.push({ field: 'content.questions', code: 'form.empty' });
  const twice = doubled(content.questions.map((item) => item.id));
  if (twice) errors.push({ field: 'content.questions', code: 'form.idTwice', params: { id: twice } });
  let personal = false;
  for (const [index, item] of content.questions.entries()) {
    const field = fields.find((one) => one.object === item.object && one.key === item.field);
    if (item.type === 'field' && field && field.personal !== 'none') personal = true;
    for (const [property, code] of lacking(item, content.questions.slice(0, index), field))
      errors.push({ field: `content.questions.${index}.${property}`, code });
  }
  if (personal && content.purpose.zh.trim() === '') errors.push({ field: 'content.purpose', code: 'form.purpose' });
  if (personal && content.consent.zh.trim() === '') errors.push({ field: 'content.consent', code: 'form.consentText' });
  if (errors.length > 0) throw invalid(errors);
}
