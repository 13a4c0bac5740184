import { appendFile, writeFile } from 'node:fs/promises';
import { sql } from 'kysely';
import {
  countRecords,
  dictionaryFor,
  fromListRow,
  linkLabels,
  listRecords,
  matchingIds,
  type PageRequest,
} from '#modules/fields/index.ts';
import { companyOf } from '#platform/company.ts';
import type { FileStore } from '#platform/files/store.ts';
import type { Translator } from '#platform/i18n/index.ts';
import type { JobContext } from '#platform/jobs/kinds.ts';
import type { Cell } from '#platform/sheets/cells.ts';
import type { SheetColumn } from '#platform/sheets/write.ts';
import type { FieldDefinition, MoneyValue } from '#shared/fields.ts';
import { minorDigits } from '#shared/money.ts';
import { cellText } from '#shared/values/text.ts';
import type { CardSheet } from '../contract.ts';
import { cardPdf } from './print/card-pdf.ts';
import { cardSheet } from './print/card-sheet.ts';
import { customerVcards } from './vcard.ts';

export interface CustomerQuery {
  query: Pick<PageRequest, 'filter' | 'q' | 'state' | 'ids'>;
  fields: string[];
  sort: string;
}

/** Cards in one PDF: what a person can carry, and what one process can set. */
export const cardLimit = 500;

const sheetType = (field: FieldDefinition): SheetColumn['type'] =>
  field.type === 'number' || field.type === 'score'
    ? 'number'
    : field.type === 'date' || field.type === 'money'
      ? field.type
      : 'text';

/**
 * Money of the company's own currency is a number, so that it can be summed; other currencies stay text with their code:
 * a sum over them would be wrong, and a number would lose the currency when the sheet is imported again.
 */
function cellOf(field: FieldDefinition, value: unknown, currency: string, text: Cell): Cell {
  if (field.type !== 'money' || value === null || value === undefined) return text;
  const money = value as MoneyValue;
  const amount = Number(money.amount);
  return money.currency === currency && Number.isSafeInteger(amount) ? amount / 10 ** minorDigits(currency) : text;
}

/** Rows counted for the progress of a job. */
export const countedRows = 5_000_000;

/** Columns and rows of a job's sheet. */
export interface JobSheet {
  name: string;
  columns: SheetColumn[];
  rows: AsyncIterable<Cell[]>;
}

/** The customers through the same list query the screen uses: same scope, same clearance. */
export async function customerJobSheet(job: JobContext, query: CustomerQuery): Promise<JobSheet> {
  const { lang } = job.actor;
  const { fields, currency, timeZone, total } = await job.inTransaction(async (context) => {
    const org = await companyOf(context);
    const counted = { ...query.query, object: 'customer', permission: 'customer:export' } as const;
    const { value } = await countRecords(context, counted, countedRows);
    return {
      ...(await dictionaryFor(context, 'customer')),
      currency: org.currency,
      timeZone: org.timeZone,
      total: value,
    };
  });
  const chosen = query.fields.flatMap((key) => fields.filter((field) => field.key === key));
  async function* rows(): AsyncIterable<Cell[]> {
    let cursor: string | undefined;
    for (let done = 0; ; ) {
      const from = cursor;
      const page = await job.inTransaction(async (context) => {
        const found = await listRecords(context, {
          ...query.query,
          object: 'customer',
          permission: 'customer:export',
          sort: query.sort,
          fields: chosen.map((field) => field.key),
          cursor: from,
          limit: 1000,
        });
        const values = found.rows.map((row) => fromListRow(found.fields, row));
        return { values, labels: await linkLabels(context, found.fields, values), nextCursor: found.nextCursor };
      });
      for (const values of page.values)
        yield chosen.map((field) =>
          cellOf(field, values[field.key], currency, cellText(field, values[field.key], lang, page.labels, timeZone)),
        );
      done += page.values.length;
      await job.progress(done, total);
      if (!page.nextCursor) return;
      cursor = page.nextCursor;
    }
  }
  const columns = chosen.map(
    (field): SheetColumn => ({ header: lang === 'en-US' ? field.label.en : field.label.zh, type: sheetType(field) }),
  );
  return { name: lang === 'en-US' ? 'Customers' : '客户', columns, rows: rows() };
}

/** The printable cards of the customers in the list's scope, one PDF. */
export async function writeCards(
  job: JobContext,
  query: CustomerQuery,
  translate: Translator,
  path: string,
): Promise<number> {
  // In the order of the list: that is how the pages are taken along.
  const asked = { ...query.query, object: 'customer', permission: 'customer:export' } as const;
  const ids = await job.inTransaction(async (context) => {
    const { rows } = await listRecords(context, { ...asked, sort: query.sort, fields: [], limit: cardLimit });
    return rows.map((row) => row.id);
  });
  const sheets: CardSheet[] = [];
  for (const [index, id] of ids.entries()) {
    const sheet = await job.inTransaction(async (context) => {
      // Gone to the trash or out of scope since the list was read: left out, as of a sheet.
      const { value } = await countRecords(context, { ...asked, where: sql<boolean>`customer.id = ${id}` });
      return value > 0 ? cardSheet(context, id, 'customer:export') : null;
    });
    if (sheet) sheets.push(sheet);
    await job.progress(index + 1, ids.length);
  }
  await writeFile(path, await cardPdf(sheets, job.actor.lang, translate, job.signal));
  return sheets.length;
}

/** The people of the customers in the list's scope as vCards, written as they are read. */
export async function writePeople(
  job: JobContext,
  query: CustomerQuery,
  files: FileStore,
  path: string,
): Promise<number> {
  let count = 0;
  for (let after: string | null = null; ; ) {
    const from: string | null = after;
    const ids: string[] = await job.inTransaction((context) =>
      matchingIds(context, { ...query.query, object: 'customer', permission: 'customer:export' }, from, 200),
    );
    for (const id of ids) {
      await appendFile(
        path,
        (await job.inTransaction((context) => customerVcards(context, id, 'customer:export', '3.0', files))).text,
      );
    }
    count += ids.length;
    await job.progress(count, null);
    after = ids.at(-1) ?? null;
    if (ids.length < 200) return count;
  }
}
