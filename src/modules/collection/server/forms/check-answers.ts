import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { parseDay } from '#shared/dates/day.ts';
import { badRequest, type FieldError, invalid } from '#shared/errors.ts';
import { isId } from '#shared/ids.ts';
import { normalizeLongText } from '#shared/text/normalize.ts';
import { type CheckContext, checkValue } from '#shared/values/check.ts';
import { faultOfPoint, wrongPoints } from '#shared/values/points.ts';
import {
  type AnswerValues,
  type FrozenContent,
  type FrozenQuestion,
  formFilesMost,
  isEmptyAnswer,
  shownQuestions,
} from '../../form-content.ts';

type Checked = { ok: true; value: unknown } | { ok: false; code: string; params?: Record<string, string | number> };
const bad = (code: string, params?: Record<string, string | number>): Checked => ({ ok: false, code, params });
const good = (value: unknown): Checked => ({ ok: true, value });

function checkMatrix(item: FrozenQuestion, raw: unknown): Checked {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return bad('input.type');
  for (const [row, column] of Object.entries(raw))
    if (!item.rows?.some((one) => one.key === row) || !item.options?.some((one) => one.key === column))
      return bad('choice.unknown', { value: `${row.slice(0, 30)}: ${String(column).slice(0, 30)}` });
  if (item.required && Object.keys(raw).length < (item.rows?.length ?? 0)) return bad('form.everyRow');
  return good(raw);
}

function checkOne(item: FrozenQuestion, raw: unknown, reading: CheckContext): Checked {
  const known = (value: unknown) => item.options?.some((one) => one.key === value) === true;
  switch (item.type) {
    case 'field':
      return item.definition ? checkValue(item.definition, raw, reading) : bad('form.fieldUnknown');
    case 'single':
      return known(raw) ? good(raw) : bad('choice.unknown', { value: String(raw).slice(0, 50) });
    case 'multiple': {
      if (!Array.isArray(raw) || raw.length > 50) return bad('input.type');
      const stranger = raw.find((value) => !known(value));
      return stranger === undefined
        ? good([...new Set(raw)])
        : bad('choice.unknown', { value: String(stranger).slice(0, 50) });
    }
    case 'scale':
    case 'nps': {
      const [min, max] = item.type === 'nps' ? [0, 10] : [item.min ?? 1, item.max ?? 5];
      if (typeof raw !== 'number' || !Number.isInteger(raw)) return bad('number.format');
      if (raw < min) return bad('number.min', { min });
      return raw > max ? bad('number.max', { max }) : good(raw);
    }
    case 'matrix':
      return checkMatrix(item, raw);
    case 'text': {
      if (typeof raw !== 'string') return bad('input.type');
      const text = normalizeLongText(raw);
      const maximum = item.maxLength ?? 1000;
      return [...text].length > maximum ? bad('input.tooLong', { maximum }) : good(text);
    }
    case 'date':
      return typeof raw === 'string' ? parseDay(raw, reading.timeZone) : bad('date.format');
    case 'file': {
      if (!Array.isArray(raw) || raw.length > formFilesMost) return bad('form.files', { limit: formFilesMost });
      return raw.every((id) => typeof id === 'string' && isId(id)) ? good(raw) : bad('input.type');
    }
    default:
      return bad('form.unknownQuestion', { question: item.id });
  }
}

/** What is wrong with a number, email or site somebody filled in who can still put it right; what was on record before is left alone. */
function checkReachable(item: FrozenQuestion, answer: unknown, present: unknown, country: string): Checked {
  const before = new Set(wrongPoints(present).map((point) => point.value));
  const wrong = wrongPoints(answer).find((point) => !before.has(point.value));
  return (wrong && faultOfPoint(item.definition?.type ?? '', wrong, country)) ?? good(answer);
}

/**
 * Checks answers against the revision they were given to. A question that is not in it ends in 400 naming it; what stands in a
 * branch that is not shown is left out; everything else that is wrong is told at once. `visitor`: whoever answers is there to be
 * asked again (paper is typed as it is written), with what was shown and, by `masked`, the questions whose value is known but was
 * not: leaving those empty means no change. `also`: what else is wrong.
 */
export async function checkAnswers(
  context: Context,
  content: FrozenContent,
  input: AnswerValues,
  visitor?: { present: AnswerValues; masked: string[] },
  also: FieldError[] = [],
): Promise<AnswerValues> {
  const reading = await checkContextOf(context);
  for (const id of Object.keys(input))
    if (!content.questions.some((item) => item.id === id && item.type !== 'heading'))
      throw badRequest('form.unknownQuestion', { field: `values.${id}`, params: { question: id } });
  const values: AnswerValues = {};
  const errors: FieldError[] = [];
  for (const item of shownQuestions(content.questions, input)) {
    if (item.type === 'heading') continue;
    const raw = input[item.id];
    const field = `values.${item.id}`;
    let checked = isEmptyAnswer(raw) ? good(null) : checkOne(item, raw, reading);
    if (visitor && checked.ok) checked = checkReachable(item, checked.value, visitor.present[item.id], reading.country);
    if (!checked.ok) errors.push({ field, code: checked.code, params: checked.params });
    else if (!isEmptyAnswer(checked.value)) values[item.id] = checked.value;
    else if (item.required && !visitor?.masked.includes(item.id)) errors.push({ field, code: 'input.required' });
  }
  if (errors.length + also.length > 0) throw invalid([...errors, ...also]);
  return values;
}
