import { sql } from 'kysely';
import { dictionaryFor } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import type { Both, FrozenQuestion } from '../../form-content.ts';
import { loadForm, loadRevision } from './forms.ts';

const none: Both = { zh: '', en: '' };
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, step) => ({
    key: String(from + step),
    label: { zh: String(from + step), en: String(from + step) },
  }));

/** What a question's answers are counted by; none for texts, dates and files. */
function barsOf(item: FrozenQuestion): { key: string; label: Both }[] {
  switch (item.type) {
    case 'single':
    case 'multiple':
    case 'matrix':
      return item.options ?? [];
    case 'scale':
      return numbered(item.min ?? 1, item.max ?? 5);
    case 'nps':
      return numbered(0, 10);
    case 'field':
      if (item.definition?.type === 'boolean')
        return [
          { key: 'true', label: { zh: '是', en: 'Yes' } },
          { key: 'false', label: { zh: '否', en: 'No' } },
        ];
      return (item.definition?.options ?? []).map((one) => ({ key: one.key, label: { zh: one.zh, en: one.en } }));
    default:
      return [];
  }
}

interface Tally {
  question: string;
  row: string;
  value: string;
  count: number;
}

/** Counts by question over all revisions: a question keeps its id when a form is changed. */
export async function formStatistics(context: Context, formId: string) {
  const form = await loadForm(context, formId);
  const frozen = form.revision > 0 ? await loadRevision(context, formId, form.revision) : null;
  const { fields } = await dictionaryFor(context);
  const questions = (frozen?.questions ?? []).filter(
    (item) =>
      item.type !== 'heading' &&
      (item.type !== 'field' || fields.some((field) => field.object === item.object && field.key === item.field)),
  );
  const counted = questions.filter((item) => barsOf(item).length > 0).map((item) => item.id);
  const whole = sql`from form_answer a cross join lateral jsonb_each(a.values) as e(key, value)
    where a.org_id = ${context.orgId} and a.form_id = ${formId} and a.state <> 'refused'`;
  const answered = await sql<{ key: string; count: number }>`
    select e.key, count(*)::int as count ${whole} group by 1`.execute(context.tx);
  const tallies = await sql<Tally>`
    select e.key as question, part.row, part.value, count(*)::int as count
    from form_answer a cross join lateral jsonb_each(a.values) as e(key, value)
    cross join lateral (
      select '' as row, item as value from jsonb_array_elements_text(
        case jsonb_typeof(e.value) when 'array' then e.value when 'object' then '[]' else jsonb_build_array(e.value) end) item
      union all select key, value from jsonb_each_text(case jsonb_typeof(e.value) when 'object' then e.value else '{}' end)) part
    where a.org_id = ${context.orgId} and a.form_id = ${formId} and a.state <> 'refused' and e.key = any(${counted}::text[])
    group by 1, 2, 3 order by 1, 2, 3 limit 5000`.execute(context.tx);
  const totals = await sql<{ answers: number; open: number; invited: number; done: number }>`
    select (select count(*)::int from form_answer where org_id = ${context.orgId} and form_id = ${formId}) as answers,
      (select count(*)::int from form_answer where org_id = ${context.orgId} and form_id = ${formId} and state = 'new') as open,
      (select count(*)::int from form_invitation where org_id = ${context.orgId} and form_id = ${formId}) as invited,
      (select count(*)::int from form_invitation where org_id = ${context.orgId} and form_id = ${formId}
        and answered_at is not null) as done`.execute(context.tx);
  const [total] = totals.rows;
  return {
    answers: total?.answers ?? 0,
    open: total?.open ?? 0,
    invited: total?.invited ?? 0,
    invitedAnswered: total?.done ?? 0,
    questions: questions.map((item) => {
      const own = tallies.rows.filter((tally) => tally.question === item.id);
      const bars = barsOf(item);
      const count = answered.rows.find((one) => one.key === item.id)?.count ?? 0;
      const rows = item.type === 'matrix' ? (item.rows ?? []) : [{ key: '', label: none }];
      const number = item.type === 'scale' || item.type === 'nps';
      const sum = own.reduce((before, tally) => before + Number(tally.value) * tally.count, 0);
      const share = (from: number, to: number) =>
        own
          .filter((tally) => Number(tally.value) >= from && Number(tally.value) <= to)
          .reduce((before, tally) => before + tally.count, 0);
      return {
        id: item.id,
        type: item.type,
        title: item.title.zh === '' && item.definition ? item.definition.label : item.title,
        answered: count,
        mean: number && count > 0 ? Math.round((sum / count) * 100) / 100 : null,
        // Promoters (9, 10) less detractors (0 to 6), of all who answered.
        nps: item.type === 'nps' && count > 0 ? Math.round(((share(9, 10) - share(0, 6)) / count) * 100) : null,
        rows: (bars.length > 0 ? rows : []).map((row) => ({
          label: row.label,
          bars: bars.map((bar) => ({
            label: bar.label,
            count: own.find((tally) => tally.row === row.key && tally.value === bar.key)?.count ?? 0,
          })),
        })),
      };
    }),
  };
}
