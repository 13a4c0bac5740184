import { sql } from 'kysely';
import { z } from 'zod';
import { visible } from '#platform/access/visible.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { divisionNames } from '#platform/divisions.ts';
import type { Translator } from '#platform/i18n/index.ts';
import type { Cell } from '#platform/sheets/cells.ts';
import type { ExportSource } from '#platform/sheets/source.ts';
import type { SheetColumn } from '#platform/sheets/write.ts';
import { idCursor } from '#shared/cursor.ts';
import { clockText } from '#shared/dates/zoned.ts';
import { cellText } from '#shared/values/text.ts';
import { answerStates } from '../../form-answers-contract.ts';
import { type AnswerValues, type FrozenQuestion, textIn } from '../../form-content.ts';
import { type AnswerRow, answerRows } from './answers.ts';
import { contentOf, loadForm } from './forms.ts';
import { askedQuestions, questionTitle } from './questions.ts';

const query = z.strictObject({ form: z.uuid(), state: z.enum(answerStates).optional() });
type Query = z.infer<typeof query>;
const pageSize = 500;

/** Answers the caller may review, whose customers the caller may export. */
const rowsOf = (context: Context, { form, state }: Query) => {
  const rows = answerRows(context)
    .where('form_answer.form_id', '=', form)
    .where(sql<boolean>`(form_answer.customer_id is null or ${visible(context.actor, 'customer:export', 'customer')})`);
  return state ? rows.where('form_answer.state', '=', state) : rows;
};

interface Column extends SheetColumn {
  cell(row: AnswerRow, values: AnswerValues, files: Map<string, string[]>): Cell;
}

const numbered = (item: FrozenQuestion): boolean =>
  item.type === 'scale' || item.type === 'nps' || item.definition?.type === 'number';

/** The columns of a question: one, of a matrix one a row. */
function columnsOf(item: FrozenQuestion, lang: string, timeZone: string): Column[] {
  const header = textIn(questionTitle(item), lang);
  const named = (list: FrozenQuestion['options'], key: unknown): string => {
    const found = list?.find((one) => one.key === key);
    return found ? textIn(found.label, lang) : String(key);
  };
  if (item.type === 'matrix')
    return (item.rows ?? []).map((row) => ({
      header: `${header}: ${textIn(row.label, lang)}`,
      type: 'text',
      cell: (_row, values) => {
        const chosen = (values[item.id] as Record<string, string> | undefined)?.[row.key];
        return chosen === undefined ? null : named(item.options, chosen);
      },
    }));
  const day = item.type === 'date' || item.definition?.type === 'date';
  return [
    {
      header,
      type: numbered(item) ? 'number' : day ? 'date' : 'text',
      cell: (row, values, files) => {
        const value = values[item.id];
        if (value === undefined || value === null) return null;
        if (item.type === 'field')
          return item.definition
            ? cellText(item.definition, value, lang, divisionNames([String(value)]), timeZone)
            : null;
        if (item.type === 'file') return files.get(`${row.id}.${item.id}`)?.join('; ') ?? null;
        if (item.type === 'single' || item.type === 'multiple')
          return [value]
            .flat()
            .map((key) => named(item.options, key))
            .join('; ');
        return typeof value === 'number' ? value : String(value);
      },
    },
  ];
}

async function allColumns(context: Context, { form }: Query, translate: Translator): Promise<Column[]> {
  const t = (key: string) => translate(context.lang, key);
  const timeZone = await timeZoneOf(context);
  const questions = await askedQuestions(context, form);
  return [
    {
      header: t('collection.forms.sheet.submittedAt'),
      type: 'text',
      cell: (row) => clockText(row.submitted_at, timeZone),
    },
    { header: t('collection.forms.sheet.customerNumber'), type: 'text', cell: (row) => row.customer_number },
    { header: t('collection.forms.sheet.customer'), type: 'text', width: 28, cell: (row) => row.customer_name },
    {
      header: t('collection.forms.sheet.channel'),
      type: 'text',
      cell: (row) => t(`collection.forms.channels.${row.channel}`),
    },
    {
      header: t('collection.forms.state'),
      type: 'text',
      cell: (row) => t(`collection.forms.answerStates.${row.state}`),
    },
    { header: t('collection.forms.sheet.reviewer'), type: 'text', cell: (row) => row.reviewer_name },
    { header: t('collection.forms.sheet.revision'), type: 'number', cell: (row) => row.revision },
    ...questions.flatMap((item) => columnsOf(item, context.lang, timeZone)),
  ];
}

/** Names of the files of some answers, by answer and question. */
async function fileNames(context: Context, answerIds: string[]): Promise<Map<string, string[]>> {
  const names = new Map<string, string[]>();
  if (answerIds.length === 0) return names;
  const files = await context.tx
    .selectFrom('form_file')
    .innerJoin('file', (join) =>
      join.onRef('file.org_id', '=', 'form_file.org_id').onRef('file.id', '=', 'form_file.file_id'),
    )
    .select(['form_file.answer_id', 'form_file.question', 'file.name'])
    .where('form_file.org_id', '=', context.orgId)
    .where('form_file.answer_id', 'in', answerIds)
    .orderBy('form_file.id')
    .execute();
  for (const file of files) {
    const place = `${file.answer_id}.${file.question}`;
    names.set(place, [...(names.get(place) ?? []), file.name]);
  }
  return names;
}

/** Answers of one form as a sheet: one answer a row, one question a column, in the words of the form. */
export const formAnswerSource = (translate: Translator): ExportSource<Query> => ({
  key: 'formAnswer',
  label: { zh: '表单回答', en: 'Form answers' },
  permission: 'form:review',
  query,
  async describe(context, { form }) {
    return contentOf(await loadForm(context, form)).title.zh;
  },
  async count(context, asked, limit) {
    await loadForm(context, asked.form);
    const counted = await context.tx
      .selectFrom(rowsOf(context, asked).clearSelect().select(sql`1`.as('one')).limit(limit).as('found'))
      .select(sql<number>`count(*)::int`.as('count'))
      .executeTakeFirstOrThrow();
    return counted.count;
  },
  columns: (context, asked) => allColumns(context, asked, translate),
  async page(context, asked, cursor) {
    const columns = await allColumns(context, asked, translate);
    let rows = rowsOf(context, asked)
      .orderBy('form_answer.id')
      .limit(pageSize + 1);
    if (cursor) rows = rows.where('form_answer.id', '>', idCursor(cursor));
    const found = await rows.execute();
    const page = found.slice(0, pageSize);
    const files = await fileNames(
      context,
      page.map((row) => row.id),
    );
    return {
      rows: page.map((row) => columns.map((column) => column.cell(row, row.values as AnswerValues, files))),
      nextCursor: found.length > pageSize ? (page.at(-1)?.id ?? null) : null,
    };
  },
});
