import { createReadStream } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { registerApprovalSubject, requestApproval } from '#modules/approvals/index.ts';
import { linkLabels } from '#modules/customers/index.ts';
import {
  countRecords,
  dictionaryFor,
  fromListRow,
  listRecords,
  matchingIds,
  type PageRequest,
} from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import type { Cell } from '#platform/sheets/cells.ts';
import { type SheetColumn, writeCsv, writeXlsx } from '#platform/sheets/write.ts';
import { iso } from '#platform/time.ts';
import { badRequest, invalid, notFound, Problem } from '#shared/errors.ts';
import type { FieldDefinition, MoneyValue } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { minorDigits } from '#shared/money.ts';
import { cellText } from '#shared/values/text.ts';
import type { CardSheet, ExportView } from '../contract.ts';
import { cardPdf } from './print/card-pdf.ts';
import { cardSheet } from './print/card-sheet.ts';
import { tell } from './told.ts';
import { customerVcards } from './vcard.ts';

interface ExportQuery {
  query: Pick<PageRequest, 'filter' | 'q' | 'state' | 'ids'>;
  fields: string[];
  sort: string;
}
export interface ExportInput extends ExportQuery {
  format: 'xlsx' | 'csv' | 'pdf' | 'vcf';
  purpose: string;
  password?: string;
}

/** Cards in one PDF: what a person can carry, and what one process can set. */
const cardLimit = 500;

const select = (context: Context) =>
  context.tx
    .selectFrom('export_run')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('created_by', '=', context.actor.userId);
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

const keptDays = 7;
/** The file is kept for a week; afterwards the export must be made, and justified, again. */
const expired = (row: Row) =>
  row.state === 'done' && row.finished_at !== null && row.finished_at.getTime() < Date.now() - keptDays * 86_400_000;

const view = (row: Row): ExportView => ({
  id: row.id,
  version: row.version,
  format: row.format as ExportView['format'],
  purpose: row.purpose,
  state: expired(row) ? 'expired' : (row.state as ExportView['state']),
  encrypted: row.encrypted,
  rows: row.row_count,
  jobId: row.job_id,
  approvalId: row.approval_id,
  ready: row.state === 'done' && row.file_id !== null && !expired(row),
  createdAt: iso(row.created_at),
});

export async function getExport(context: Context, id: string): Promise<ExportView> {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('export');
  return view(row);
}

export async function listExports(context: Context, query: { limit: number; cursor?: string }) {
  if (query.cursor && !/^[0-9a-f-]{36}$/i.test(query.cursor)) throw badRequest('cursor.invalid', { field: 'cursor' });
  let rows = select(context)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', query.cursor);
  const found = await rows.execute();
  const page = found.slice(0, query.limit);
  return { items: page.map(view), nextCursor: found.length > query.limit ? (page.at(-1)?.id ?? null) : null };
}

/** Rows already exported today count too: cutting an export in slices does not get around the limit. */
async function exportedToday(context: Context): Promise<number> {
  const result = await sql<{ rows: number }>`select coalesce(sum(row_count), 0) as rows from export_run
    where org_id = ${context.orgId} and created_by = ${context.actor.userId} and approval_id is null
      and created_at > now() - interval '24 hours' and state in ('queued', 'running', 'done')`.execute(context.tx);
  return result.rows[0]?.rows ?? 0;
}

export async function startExport(context: Context, vault: Vault, input: ExportInput): Promise<ExportView> {
  if (input.password && input.format !== 'xlsx') throw invalid([{ field: 'password', code: 'export.passwordCsv' }]);
  const { fields } = await dictionaryFor(context, 'customer');
  const unknown = [...input.fields, input.sort.replace(/^-/, '')].find(
    (key) => !fields.some((field) => field.key === key),
  );
  if (unknown) throw badRequest('field.unknown', { field: unknown, params: { field: unknown } });
  // One row, for nothing but to refuse a sort or filter that would only fail in the job.
  const permission = 'customer:export';
  await listRecords(context, {
    ...input.query,
    object: 'customer',
    permission,
    sort: input.sort,
    fields: [],
    limit: 1,
  });
  const limit = context.actor.exportLimit;
  const count = await countRecords(
    context,
    { ...input.query, object: 'customer', permission },
    Math.max(limit ?? 0, 10_000) + 1,
  );
  if (input.format === 'pdf' && count.value > cardLimit)
    throw invalid([{ field: 'format', code: 'export.cards', params: { limit: cardLimit } }]);
  const over = limit !== null && count.value + (await exportedToday(context)) > limit;
  const id = newId();
  const query: ExportQuery = { query: input.query, fields: input.fields, sort: input.sort };
  await context.tx
    .insertInto('export_run')
    .values({
      org_id: context.orgId,
      id,
      query: JSON.stringify(query),
      format: input.format,
      purpose: input.purpose,
      state: over ? 'waiting' : 'queued',
      encrypted: input.password !== undefined,
      password_secret: input.password ? vault.encrypt(context.orgId, 'export', input.password) : null,
      row_count: count.value,
      created_by: context.actor.userId,
    })
    .execute();
  await recordEvent(context, {
    kind: 'export.requested',
    subjectKind: 'export',
    subjectId: id,
    data: {
      purpose: input.purpose,
      rows: count.value,
      fields: input.fields,
      format: input.format,
      filter: input.query.filter ?? null,
    },
  });
  if (over) {
    const approvalId = await requestApproval(context, {
      kind: 'export',
      subjectId: id,
      title: input.purpose,
      snapshot: {
        purpose: input.purpose,
        rows: count.value,
        limit,
        fields: input.fields,
        format: input.format,
        filter: input.query.filter ?? null,
      },
    });
    await context.tx
      .updateTable('export_run')
      .set({ approval_id: approvalId })
      .where('org_id', '=', context.orgId)
      .where('id', '=', id)
      .execute();
  } else await queue(context, id);
  return getExport(context, id);
}

async function queue(context: Context, id: string): Promise<void> {
  const jobId = await enqueue(context, { kind: 'exchange.export', payload: { exportId: id }, uniqueKey: id });
  await context.tx
    .updateTable('export_run')
    .set({ state: 'queued', job_id: jobId })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
}

registerApprovalSubject({
  kind: 'export',
  permission: 'export:approve',
  path: () => '/exports',
  fields: [
    { key: 'purpose', type: 'text', label: { zh: '用途', en: 'Purpose' } },
    { key: 'rows', type: 'number', label: { zh: '行数', en: 'Rows' } },
    { key: 'fields', type: 'fieldKeys', label: { zh: '字段', en: 'Fields' } },
    { key: 'limit', type: 'number', label: { zh: '免审批上限', en: 'Limit without approval' } },
    {
      key: 'format',
      type: 'choice',
      label: { zh: '格式', en: 'Format' },
      options: ['xlsx', 'csv'].map((value) => ({ value, label: { zh: value, en: value } })),
    },
  ],
  async decided(context, approval, outcome) {
    if (outcome !== 'approved') {
      await context.tx
        .updateTable('export_run')
        .set({ state: outcome === 'refused' ? 'refused' : 'cancelled' })
        .where('org_id', '=', context.orgId)
        .where('id', '=', approval.subjectId)
        .execute();
      return;
    }
    // The job runs with the requester's rights, not the approver's.
    await queue({ ...context, actor: { ...context.actor, userId: approval.requestedBy } }, approval.subjectId);
  },
});

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

/** Writes the file through the same list query the screen uses: same scope, same clearance. */
async function runExport(
  job: JobContext,
  exportId: string,
  files: FileStore,
  vault: Vault,
  translate: Translator,
): Promise<Record<string, unknown>> {
  const run = await job.inTransaction((context) =>
    context.tx
      .updateTable('export_run')
      .set({ state: 'running' })
      .where('org_id', '=', job.orgId)
      .where('id', '=', exportId)
      .returningAll()
      .executeTakeFirstOrThrow(),
  );
  const query = run.query as unknown as ExportQuery;
  const { lang } = job.actor;
  const { fields, currency } = await job.inTransaction(async (context) => {
    const org = await context.tx
      .selectFrom('org')
      .select('currency')
      .where('org_id', '=', job.orgId)
      .executeTakeFirstOrThrow();
    return { ...(await dictionaryFor(context, 'customer')), currency: org.currency };
  });
  const chosen = query.fields.flatMap((key) => fields.filter((field) => field.key === key));
  const total = run.row_count;
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
          cellOf(field, values[field.key], currency, cellText(field, values[field.key], lang, page.labels)),
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
  const directory = await mkdtemp(join(tmpdir(), 'kedang-'));
  try {
    const path = join(directory, `customers.${run.format}`);
    const password = run.password_secret
      ? vault.decrypt(job.orgId, 'export', run.password_secret).toString()
      : undefined;
    const cards =
      run.format === 'pdf'
        ? await writeCards(job, query, translate, path)
        : run.format === 'vcf'
          ? await writePeople(job, query, path)
          : null;
    const sheet = { path, sheetName: lang === 'en-US' ? 'Customers' : '客户', columns, rows: rows(), password };
    const count = cards ?? (run.format === 'xlsx' ? await writeXlsx(sheet) : await writeCsv(sheet));
    const received = await files.receive(job.orgId, createReadStream(path));
    await job.inTransaction(async (context) => {
      const file = await files.register(context, received, {
        name: `customers-${iso(run.created_at).slice(0, 10)}.${run.format}`,
        mime: mimes[run.format as ExportInput['format']],
        purpose: 'export',
        expiresAt: new Date(context.now().getTime() + keptDays * 86_400_000),
      });
      await context.tx
        .updateTable('export_run')
        .set({
          state: 'done',
          row_count: count,
          file_id: file.id,
          password_secret: null,
          finished_at: context.now(),
          version: sql`version + 1`,
        })
        .where('org_id', '=', job.orgId)
        .where('id', '=', exportId)
        .execute();
      await logAccess(context, {
        action: 'export',
        subjectKind: 'export',
        subjectId: exportId,
        detail: {
          purpose: run.purpose,
          rows: count,
          fields: query.fields,
          format: run.format,
          filter: query.query.filter ?? null,
          sha256: file.sha256,
        },
      });
      await tell(context, exportId, 'done');
    });
    return { exportId, rows: count };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The printable cards of the customers in the list's scope, one PDF. */
async function writeCards(job: JobContext, query: ExportQuery, translate: Translator, path: string): Promise<number> {
  const ids = await job.inTransaction((context) =>
    matchingIds(context, { ...query.query, object: 'customer', permission: 'customer:export' }, null, cardLimit),
  );
  const sheets: CardSheet[] = [];
  for (const id of ids) {
    sheets.push(await job.inTransaction((context) => cardSheet(context, id, 'customer:export')));
    await job.progress(sheets.length, ids.length);
  }
  await writeFile(path, await cardPdf(sheets, job.actor.lang, translate, job.signal));
  return sheets.length;
}

/** The people of the customers in the list's scope as vCards, written as they are read. */
async function writePeople(job: JobContext, query: ExportQuery, path: string): Promise<number> {
  let count = 0;
  for (let after: string | null = null; ; ) {
    const from: string | null = after;
    const ids: string[] = await job.inTransaction((context) =>
      matchingIds(context, { ...query.query, object: 'customer', permission: 'customer:export' }, from, 200),
    );
    for (const id of ids) {
      await appendFile(
        path,
        await job.inTransaction((context) => customerVcards(context, id, 'customer:export', '3.0')),
      );
    }
    count += ids.length;
    await job.progress(count, null);
    after = ids.at(-1) ?? null;
    if (ids.length < 200) return count;
  }
}

const mimes: Record<ExportInput['format'], string> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv',
  pdf: 'application/pdf',
  vcf: 'text/vcard',
};

export const exportJobs = (files: FileStore, vault: Vault, translate: Translator) => [
  defineJob<{ exportId: string }>({
    kind: 'exchange.export',
    heavy: true,
    run: (job, { exportId }) => runExport(job, exportId, files, vault, translate),
    async ended(context, { exportId }, state) {
      await context.tx
        .updateTable('export_run')
        .set({ state, password_secret: null, finished_at: context.now(), version: sql`version + 1` })
        .where('org_id', '=', context.orgId)
        .where('id', '=', exportId)
        .execute();
      // Who cancels knows.
      if (state === 'failed') await tell(context, exportId, 'failed');
    },
  }),
];

/** The file of a finished export of the caller's, logged as a download. */
export async function openExport(context: Context, id: string, files: FileStore) {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  if (!row?.file_id || row.state !== 'done') throw notFound('export');
  if (expired(row)) throw new Problem(410, 'file.gone');
  await logAccess(context, {
    action: 'download',
    subjectKind: 'export',
    subjectId: id,
    detail: { rows: row.row_count },
  });
  return files.open(context, row.file_id);
}
