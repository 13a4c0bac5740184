import { type RawBuilder, sql } from 'kysely';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { divisionNames } from '#platform/divisions.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { badRequest } from '#shared/errors.ts';
import { cellText } from '#shared/values/text.ts';
import type { AnswerView } from '../../form-answers-contract.ts';
import type { Both, FrozenQuestion } from '../../form-content.ts';
import type { QuestionStatistics } from '../../form-statistics-contract.ts';
import { answerRows } from './answers.ts';
import { loadForm } from './forms.ts';
import { askedQuestions, questionTitle } from './questions.ts';

const none: Both = { zh: '', en: '' };
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, step) => ({
    key: String(from + step),
    label: { zh: String(from + step), en: String(from + step) },
  }));

/** What a question's answers are counted by; none for texts, dates, numbers and files. */
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

const isNumber = (item: FrozenQuestion) =>
  item.type === 'scale' || item.type === 'nps' || item.definition?.type === 'number';
const isDay = (item: FrozenQuestion) => item.type === 'date' || item.definition?.type === 'date';
const isWords = (item: FrozenQuestion) =>
  item.type === 'text' || ['text', 'longtext', 'texts'].includes(item.definition?.type ?? '');

interface Period {
  from?: string;
  to?: string;
}

/** Restricts answers `a` to days of the company's calendar. */
async function during(context: Context, { from, to }: Period, alias: string): Promise<RawBuilder<boolean>> {
  const zone = await timeZoneOf(context);
  const at = sql.ref(`${alias}.submitted_at`);
  const begin = from ? sql`${at} >= (${from}::date::timestamp at time zone ${zone})` : sql`true`;
  const end = to ? sql`${at} < ((${to}::date + 1)::timestamp at time zone ${zone})` : sql`true`;
  return sql<boolean>`(${begin} and ${end})`;
}

interface Tally {
  question: string;
  row: string;
  value: string;
  count: number;
}
interface Spread {
  question: string;
  mean: number;
  median: number;
  least: number;
  most: number;
}
interface Days {
  question: string;
  first: string;
  last: string;
}

interface Counted {
  answered: { question: string; count: number }[];
  tallies: Tally[];
  spreads: Spread[];
  spans: Days[];
}

/**
 * All answers read once: equal values of a question are counted, and what is shown is reckoned from those counts. Of questions that
 * are only counted (words, files) the values are left out, so that a hundred thousand texts are one row.
 */
async function countAnswers(
  context: Context,
  formId: string,
  questions: FrozenQuestion[],
  inPeriod: RawBuilder<boolean>,
): Promise<Counted> {
  const ids = (which: (item: FrozenQuestion) => boolean) =>
    sql`${questions.filter(which).map((item) => item.id)}::text[]`;
  const valued = ids((item) => barsOf(item).length > 0 || isNumber(item) || isDay(item));
  const result = await sql<Counted>`with counted as materialized (
      select e.key as question, case when e.key = any(${valued}) then e.value end as value, count(*) as n
      from form_answer a cross join lateral jsonb_each(a.values) as e(key, value)
      where a.org_id = ${context.orgId} and a.form_id = ${formId} and a.state <> 'refused' and ${inPeriod} group by 1, 2),
    tallies as (
      select question, part.row, part.value, sum(n)::int as count from counted cross join lateral (
        select '' as row, item as value from jsonb_array_elements_text(
          case jsonb_typeof(counted.value) when 'array' then counted.value when 'object' then '[]'
            else jsonb_build_array(counted.value) end) item
        union all select key, value from jsonb_each_text(
          case jsonb_typeof(counted.value) when 'object' then counted.value else '{}' end)) part
      where question = any(${ids((item) => barsOf(item).length > 0)})
      group by 1, 2, 3 order by 1, 2, 3 limit 5000),
    numbers as (
      select question, (value #>> '{}')::numeric as value, n, sum(n) over (partition by question) as total,
        sum(n) over (partition by question order by (value #>> '{}')::numeric) as upto
      from counted where question = any(${ids(isNumber)}) and jsonb_typeof(value) = 'number'),
    spreads as (
      select question, round(sum(value * n) / sum(n), 2)::float8 as mean, min(value)::float8 as least, max(value)::float8 as most,
        ((min(value) filter (where 2 * upto >= total) + min(value) filter (where 2 * upto > total)) / 2)::float8 as median
      from numbers group by 1),
    spans as (
      select question, min(value #>> '{}') as first, max(value #>> '{}') as last from counted
      where question = any(${ids(isDay)}) group by 1),
    answered as (select question, sum(n)::int as count from counted group by 1)
    select ${sql.join(
      ['answered', 'tallies', 'spreads', 'spans'].map(
        (part) => sql`(select coalesce(jsonb_agg(${sql.ref(part)}), '[]') from ${sql.table(part)}) as ${sql.ref(part)}`,
      ),
    )}`.execute(context.tx);
  return result.rows[0] ?? { answered: [], tallies: [], spreads: [], spans: [] };
}

/** Counts by question over all revisions: a question keeps its id when a form is changed. */
export async function formStatistics(context: Context, formId: string, period: Period) {
  await loadForm(context, formId);
  const questions = await askedQuestions(context, formId);
  const inPeriod = await during(context, period, 'a');
  const counted = await countAnswers(context, formId, questions, inPeriod);
  return {
    ...(await totalsOf(context, formId, inPeriod)),
    questions: questions.map((item): QuestionStatistics => {
      const own = counted.tallies.filter((tally) => tally.question === item.id);
      const bars = barsOf(item);
      const spread = counted.spreads.find((one) => one.question === item.id);
      const span = counted.spans.find((one) => one.question === item.id);
      const rows = item.type === 'matrix' ? (item.rows ?? []) : [{ key: '', label: none }];
      return {
        id: item.id,
        type: item.type,
        title: questionTitle(item),
        answered: counted.answered.find((one) => one.question === item.id)?.count ?? 0,
        numbers: spread ? { mean: spread.mean, median: spread.median, least: spread.least, most: spread.most } : null,
        nps: item.type === 'nps' ? npsOf(own) : null,
        days: span ? { first: span.first, last: span.last } : null,
        words: isWords(item),
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

/** Promoters (9, 10), passives (7, 8), detractors (0 to 6), and the score out of them. */
function npsOf(tallies: Tally[]): QuestionStatistics['nps'] {
  const count = (from: number, to: number) =>
    tallies
      .filter((tally) => Number(tally.value) >= from && Number(tally.value) <= to)
      .reduce((sum, tally) => sum + tally.count, 0);
  const [promoters, passives, detractors] = [count(9, 10), count(7, 8), count(0, 6)];
  const all = promoters + passives + detractors;
  if (all === 0) return null;
  return { score: Math.round(((promoters - detractors) / all) * 100), promoters, passives, detractors };
}

async function totalsOf(context: Context, formId: string, inPeriod: RawBuilder<boolean>) {
  const zone = await timeZoneOf(context);
  const answers = await sql<{ state: string; channel: AnswerView['channel']; day: string; count: number }>`
    select a.state, a.channel, to_char(a.submitted_at at time zone ${zone}, 'YYYY-MM-DD') as day, count(*)::int as count
    from form_answer a
    where a.org_id = ${context.orgId} and a.form_id = ${formId} and ${inPeriod} group by 1, 2, 3`.execute(context.tx);
  const invited = await sql<{ all: number; opened: number; answered: number }>`
    select count(*)::int as all, count(*) filter (where opened_at is not null or answered_at is not null)::int as opened,
      count(*) filter (where answered_at is not null)::int as answered
    from form_invitation where org_id = ${context.orgId} and form_id = ${formId}`.execute(context.tx);
  const sums = <K extends string>(key: (row: (typeof answers.rows)[number]) => K) => {
    const found = new Map<K, number>();
    for (const row of answers.rows) found.set(key(row), (found.get(key(row)) ?? 0) + row.count);
    return found;
  };
  const states = sums((row) => row.state);
  const [links] = invited.rows;
  return {
    answers: answers.rows.reduce((sum, row) => sum + row.count, 0),
    open: states.get('new') ?? 0,
    refused: states.get('refused') ?? 0,
    channels: [...sums((row) => row.channel)].map(([channel, count]) => ({ channel, count })),
    days: [...sums((row) => row.day)]
      .map(([day, count]) => ({ day, count }))
      .sort((a, b) => a.day.localeCompare(b.day))
      .slice(-60),
    invited: links?.all ?? 0,
    invitedOpened: links?.opened ?? 0,
    invitedAnswered: links?.answered ?? 0,
  };
}

/** What was answered in words to one question, newest first. */
export async function formAnswerTexts(
  context: Context,
  formId: string,
  question: string,
  query: Period & { limit: number; cursor?: string },
) {
  await loadForm(context, formId);
  const timeZone = await timeZoneOf(context);
  const item = (await askedQuestions(context, formId)).find((one) => one.id === question && isWords(one));
  if (!item) throw badRequest('form.unknownQuestion', { field: 'question', params: { question } });
  let rows = answerRows(context)
    .where('form_answer.form_id', '=', formId)
    .where('form_answer.state', '<>', 'refused')
    .where(sql<boolean>`form_answer.values ? ${question}`)
    .where(await during(context, query, 'form_answer'))
    .orderBy('form_answer.id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('form_answer.id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return {
    items: page.map((row) => {
      const value = (row.values as Record<string, unknown>)[question];
      return {
        id: row.id,
        text: String(
          item.definition
            ? cellText(item.definition, value, context.lang, divisionNames([String(value)]), timeZone)
            : value,
        ),
        by: row.customer_name ?? row.answered_name,
        state: row.state as AnswerView['state'],
        submittedAt: iso(row.submitted_at),
      };
    }),
    nextCursor,
  };
}
