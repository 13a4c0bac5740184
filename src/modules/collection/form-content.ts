import { z } from 'zod';
import { fieldDefinition, recordObjects } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';

/** A text in both languages; where English is missing the Chinese one is shown. */
const both = (most: number) => z.strictObject({ zh: z.string().max(most), en: z.string().max(most) });
export type Both = { zh: string; en: string };
export const textIn = (text: Both, lang: string): string => (lang === 'en-US' && text.en !== '' ? text.en : text.zh);

/** Kinds of question; `field` asks for a field of the dictionary, `heading` asks nothing. */
export const questionTypes = [
  'field',
  'heading',
  'single',
  'multiple',
  'scale',
  'nps',
  'matrix',
  'text',
  'date',
  'file',
] as const;
export type QuestionType = (typeof questionTypes)[number];

const key = z.string().regex(/^[a-z0-9_]{1,32}$/);
/** Of a new question, row or option. Never that of one no longer asked: answers are counted by it through all revisions. */
export const freshKey = (): string => newId().replaceAll('-', '');
/** Most options and rows of a question, and the longest text of one, in letters. */
export const [mostOptions, mostRows, longestOption] = [50, 30, 200];
const option = z.strictObject({ key, label: both(longestOption) });

export const question = z.strictObject({
  id: key,
  type: z.enum(questionTypes),
  /** Empty for a field that is asked by its own name. */
  title: both(500),
  help: both(500),
  required: z.boolean(),
  /** Shown only when an earlier answer is one of these; no values: when it is answered at all. */
  showIf: z.strictObject({ question: key, values: z.array(z.string().max(64)).max(50) }).nullable(),
  object: z.enum(recordObjects).optional(),
  field: z.string().max(64).optional(),
  options: z.array(option).max(mostOptions).optional(),
  rows: z.array(option).max(mostRows).optional(),
  /** Scale from 1 (or `min`) to `max`. */
  min: z.number().int().min(0).max(1).optional(),
  max: z.number().int().min(2).max(10).optional(),
  maxLength: z.number().int().min(1).max(5000).optional(),
});
export type Question = z.infer<typeof question>;

export const formContent = z.strictObject({
  title: both(200),
  intro: both(2000),
  thanks: both(1000),
  /** What the answers are for, and what the person agrees to; needed when personal fields are asked. */
  purpose: both(1000),
  consent: both(4000),
  questions: z.array(question).max(200),
});
export type FormContent = z.infer<typeof formContent>;

/** A published question carries the field as it was, without what concerns only the company. */
export const frozenQuestion = question.extend({ definition: fieldDefinition.optional() });
export type FrozenQuestion = z.infer<typeof frozenQuestion>;
export const frozenContent = formContent.extend({ questions: z.array(frozenQuestion) });
export type FrozenContent = z.infer<typeof frozenContent>;

export type AnswerValues = Record<string, unknown>;

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** The questions shown with these answers: a branch whose condition is not met is closed with all that hangs on it. */
export function shownQuestions<Q extends Pick<Question, 'id' | 'showIf'>>(questions: Q[], answers: AnswerValues): Q[] {
  const shown = new Set<string>();
  return questions.filter((item) => {
    if (item.showIf) {
      const { question: on, values } = item.showIf;
      const value = answers[on];
      if (!shown.has(on) || isEmpty(value)) return false;
      if (values.length > 0 && ![value].flat().some((one) => values.includes(String(one)))) return false;
    }
    shown.add(item.id);
    return true;
  });
}
export { isEmpty as isEmptyAnswer };

/** Numbers of the questions on paper, where every branch stands open and no file can be given. */
export const paperNumbers = (questions: Pick<Question, 'id' | 'type'>[]): Map<string, number> =>
  new Map(
    questions
      .filter((item) => item.type !== 'heading' && item.type !== 'file')
      .map((item, index) => [item.id, index + 1] as const),
  );

/** Types of field an outsider can be asked for: others point at records or are computed. */
export const askable = (field: { type: string; readOnly: boolean; hidden: boolean }): boolean =>
  !field.readOnly && !field.hidden && !['user', 'customer', 'contact', 'picture', 'score'].includes(field.type);

/** Largest file an answer may carry, and how many. */
export const formFileLimit = 10 * 1024 * 1024;
export const formFilesMost = 5;
