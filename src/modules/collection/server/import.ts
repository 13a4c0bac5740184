import type { Readable } from 'node:stream';
import { sql } from 'kysely';
import { usualKind } from '#modules/customers/index.ts';
import { holds, requirePermission } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { requireVersion } from '#platform/http/version.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { type Cell, SheetError } from '#platform/sheets/cells.ts';
import { findHeaderRow, previewSheets, type SheetHead } from '#platform/sheets/read.ts';
import { sniff } from '#platform/sheets/sniff.ts';
import { type ImportTarget, importTarget, importTargets } from '#platform/sheets/target.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { badRequest, conflict, forbidden, invalid, notFound, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { Lang } from '#shared/languages.ts';
import type { ChoiceMeaning, ImportOptions, ImportView } from '../contract.ts';
import { rememberMeanings } from './choice-values.ts';
import { type HeadingTargets, headingTargets, isWhyHeading, rememberHeadings } from './headings.ts';
import { pictureShown } from './picture-cells.ts';
import { ownerKey } from './rows.ts';

/** Stored beside the user's options: what the pages show of the file, and its password sealed. */
export interface StoredOptions extends ImportOptions {
  columns: ImportView['columns'];
  /** The first rows of each sheet, shortened: another sheet or heading row can be chosen without opening the file again. */
  sheets: SheetHead[];
  password?: string;
  /** Whose wrong rows these are, and which import takes up those of this one. */
  repeatOf?: string;
  repeatedBy?: string;
}

const select = (context: Context) =>
  context.tx
    .selectFrom('import_run')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('created_by', '=', context.actor.userId);
export type ImportRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

/** Options as stored; drafts made before owners and sheets could be chosen belong to the importer and have one sheet. */
export function storedOptions(row: { options: unknown }): StoredOptions {
  const { head = [], ...options } = row.options as StoredOptions & { head?: Cell[][] };
  return { ...{ owner: { way: 'me' }, sheet: '', sheets: [{ name: '', head }] }, ...options };
}

const headOf = ({ sheets, sheet }: StoredOptions): Cell[][] => sheets.find(({ name }) => name === sheet)?.head ?? [];

/** The target of an import, if the module that had it is still there. */
export function targetOfRun(row: { object: string }): ImportTarget {
  const target = importTarget(row.object);
  if (!target) throw badRequest('import.target', { field: 'target' });
  return target;
}

export function viewImport(row: ImportRow): ImportView {
  const stored = storedOptions(row);
  const { columns, sheets, password: _sealed, repeatOf = null, repeatedBy = null, ...options } = stored;
  return {
    id: row.id,
    version: row.version,
    fileName: row.file_name,
    target: row.object,
    state: row.state as ImportView['state'],
    options,
    sheets: sheets.map(({ name }) => name),
    columns,
    preview: headOf(stored).slice(options.headerRow, options.headerRow + 10),
    jobId: row.job_id,
    rows: {
      total: row.rows_total,
      // Kept as the number of the last row of the sheet; shown as rows below the heading.
      done: Math.min(row.rows_total ?? Number.POSITIVE_INFINITY, Math.max(0, row.rows_done - options.headerRow)),
      created: row.created_count,
      updated: row.updated_count,
      skipped: row.skipped_count,
      failed: row.failed_count,
    },
    undo: row.undo_result as ImportView['undo'],
    repeatOf,
    repeatedBy,
    createdAt: iso(row.created_at),
    finishedAt: row.finished_at ? iso(row.finished_at) : null,
  };
}

export async function getImport(context: Context, id: string): Promise<ImportRow> {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('import');
  return row;
}

export async function listImports(context: Context, query: { limit: number; cursor?: string }) {
  let rows = select(context)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: page.map(viewImport), nextCursor };
}

export const asProblem = (error: unknown): unknown =>
  error instanceof SheetError
    ? new Problem(422, error.code, { field: error.code.startsWith('sheet.password') ? 'password' : 'file' })
    : error;

/** The first rows of an uploaded file's sheets; a broken, hostile or locked one ends in a clear problem. */
export async function readPreview(
  files: FileStore,
  file: { name: string },
  stream: Readable,
  { password, lang }: { password: string | undefined; lang: Lang },
): Promise<SheetHead[]> {
  try {
    return await files.withPath(file, stream, async (path) => {
      // Its lines would stand there as a sheet of one column.
      const cards = /\.vcf$/i.test(file.name);
      const noCard = () => new Problem(422, 'sheet.noCard', { field: 'file' });
      if (cards && (await sniff(path)) === 'text') throw noCard();
      const sheets = await previewSheets(path, 60, { password, lang });
      // Only beginnings, without an end or a name: under our headings there is nothing.
      if (cards && sheets.every(({ head }) => head.length < 2)) throw noCard();
      return sheets;
    });
  } catch (error) {
    throw asProblem(error);
  }
}

/** The target and the sheet whose headings fit best, with the row they stand in. */
async function recognise(context: Context, sheets: SheetHead[]) {
  const mine = importTargets().filter((target) => holds(context.actor, target.permission));
  let best: { target: ImportTarget; headings: HeadingTargets; sheet: SheetHead; header: number } | undefined;
  let most = 0;
  for (const target of mine) {
    const headings = await headingTargets(context, target);
    for (const sheet of sheets) {
      const header = headerRowOf(sheet.head, headings);
      const texts = (sheet.head[header] ?? []).filter((cell) => typeof cell === 'string');
      const keys = [...new Set(texts.flatMap((text) => headings.targetOf(text) ?? []))];
      if (best && (keys.length <= most || target.lacking(keys, 'company') !== null)) continue;
      best = { target, headings, sheet, header };
      most = keys.length;
    }
  }
  if (!best) throw forbidden('customer:create');
  return best;
}

const headerRowOf = (head: Cell[][], { targetOf }: HeadingTargets): number =>
  findHeaderRow(head, (text) => targetOf(text) !== undefined);

/** Characters of first rows kept with a draft; sheets behind are not offered. */
const keptOfFile = 20_000_000;

/** Makes the draft: what the file holds is recognised by its headings, sheet and header row found, kind and options proposed. */
export async function createDraft(
  context: Context,
  file: { id: string; name: string },
  read: SheetHead[],
  sealedPassword: string | undefined,
): Promise<ImportView> {
  const short = (cell: Cell) => (typeof cell === 'string' ? cell.slice(0, 200) : cell);
  let size = 0;
  const sheets = read
    .map(({ name, head }) => ({ name, head: head.map((row) => row.map(pictureShown).map(short)) }))
    .filter((sheet, place) => {
      size += JSON.stringify(sheet).length;
      return place === 0 || size < keptOfFile;
    });
  const { target, headings, sheet, header } = await recognise(context, sheets);
  const columns = columnsOf(sheet.head, header, headings);
  if (columns.length === 0) throw new Problem(422, 'sheet.empty', { field: 'file' });
  const company = columns.some((column) => /公司|企业|单位|company/i.test(column.heading));
  const mapping = headings.mappingOf(columns);
  const options: StoredOptions = {
    sheet: sheet.name,
    headerRow: header + 1,
    mapping,
    duplicates: 'skip',
    kind: company ? 'company' : await usualKind(context),
    owner: proposedOwner(mapping),
    columns,
    sheets,
    ...(sealedPassword ? { password: sealedPassword } : {}),
  };
  const row = await insertRun(context, target.key, file, options);
  await recordEvent(context, {
    kind: 'import.uploaded',
    subjectKind: 'import',
    subjectId: row.id,
    data: { fileName: file.name },
  });
  return viewImport(row);
}

const insertRun = (context: Context, object: string, file: { id: string; name: string }, options: StoredOptions) =>
  context.tx
    .insertInto('import_run')
    .values({
      org_id: context.orgId,
      id: newId(),
      object,
      file_id: file.id,
      file_name: file.name,
      options: JSON.stringify(options),
      created_by: context.actor.userId,
    })
    .returningAll()
    .executeTakeFirstOrThrow();

const proposedOwner = (mapping: Record<string, string>): ImportOptions['owner'] => ({
  way: Object.values(mapping).includes(ownerKey) ? 'column' : 'me',
});

function columnsOf(rows: Cell[][], headerIndex: number, { targetOf }: HeadingTargets): ImportView['columns'] {
  const heading = rows[headerIndex] ?? [];
  return heading.flatMap((cell, index) => {
    const text = cell === null ? '' : String(cell).trim();
    const samples = rows
      .slice(headerIndex + 1)
      .map((row) => row[index])
      .filter((value) => value !== null && value !== undefined && value !== '')
      .slice(0, 5)
      .map((value) => String(value).slice(0, 80));
    const ours = isWhyHeading(text) && targetOf(text) === undefined;
    return ours || (text === '' && samples.length === 0) ? [] : [{ index, heading: text, samples }];
  });
}

export async function updateDraft(
  context: Context,
  id: string,
  { target: wanted, ...input }: Partial<ImportOptions> & { target?: string },
): Promise<ImportView> {
  const before = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!before) throw notFound('import');
  requireVersion(context, before.version, () => viewImport(before));
  if (before.state !== 'draft') throw conflict('import.started');
  const stored = storedOptions(before);
  const target = targetOfRun({ object: wanted ?? before.object });
  requirePermission(context.actor, target.permission);
  const headings = await headingTargets(context, target);
  const { targets, mappingOf } = headings;
  const options: StoredOptions = { ...stored, ...input };
  const head = headOf(options);
  if (options.sheet !== stored.sheet) {
    if (head.length === 0) throw badRequest('import.sheet', { field: 'sheet', params: { name: options.sheet } });
    options.headerRow = input.headerRow ?? headerRowOf(head, headings) + 1;
  }
  const moved = options.sheet !== stored.sheet || options.headerRow !== stored.headerRow;
  if (moved) {
    options.columns = columnsOf(head, options.headerRow - 1, headings);
    if (options.columns.length === 0)
      throw invalid([{ field: 'headerRow', code: 'import.headerRow', params: { rows: head.length } }]);
  }
  if (!input.mapping && (moved || target.key !== before.object)) {
    options.mapping = mappingOf(options.columns);
    if (!input.owner) options.owner = proposedOwner(options.mapping);
  }
  if (!target.modes.includes(options.duplicates)) {
    if (input.duplicates) throw badRequest('import.mode', { field: 'duplicates', params: { mode: input.duplicates } });
    options.duplicates = 'skip';
  }
  if (input.mapping) {
    for (const [index, key] of Object.entries(input.mapping)) {
      if (!targets.has(key)) throw badRequest('field.unknown', { field: `mapping.${index}`, params: { field: key } });
      if (!options.columns.some((column) => column.index === Number(index)))
        throw badRequest('import.column', { field: `mapping.${index}`, params: { column: index } });
    }
    const proposed = mappingOf(options.columns);
    await rememberHeadings(context, target.key, options.columns, { proposed, chosen: input.mapping });
  }
  const row = await context.tx
    .updateTable('import_run')
    .set({ object: target.key, options: JSON.stringify(options), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return viewImport(row);
}

export async function startImport(context: Context, id: string): Promise<ImportView> {
  const before = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!before) throw notFound('import');
  requireVersion(context, before.version, () => viewImport(before));
  if (before.state !== 'draft') throw conflict('import.started');
  return begin(context, before);
}

async function begin(context: Context, before: ImportRow): Promise<ImportView> {
  const options = storedOptions(before);
  const target = targetOfRun(before);
  const lacking = target.lacking(Object.values(options.mapping), options.kind);
  if (lacking) throw invalid([{ field: 'mapping', code: lacking }]);
  requirePermission(context.actor, target.permission);
  await target.check(context, options);
  const payload = { importId: before.id };
  const jobId = await enqueue(context, { kind: 'collection.import', payload, uniqueKey: before.id });
  return change(context, before.id, { state: 'queued', job_id: jobId });
}

/** A new import of the rows that were wrong in one that is over: by the same file and options, as the company now explains them. */
export async function repeatImport(context: Context, id: string, meanings: ChoiceMeaning[]): Promise<ImportView> {
  const before = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!before) throw notFound('import');
  if (!['done', 'cancelled', 'failed'].includes(before.state)) throw conflict('import.notFinished');
  const stored = storedOptions(before);
  if (before.failed_count === 0 || stored.repeatedBy) throw conflict('import.nothingWrong');
  await rememberMeanings(context, before.object, meanings);
  const { repeatedBy: _, ...options } = { ...stored, repeatOf: id };
  const row = await insertRun(context, before.object, { id: before.file_id, name: before.file_name }, options);
  await context.tx
    .updateTable('import_run')
    .set({ options: JSON.stringify({ ...stored, repeatedBy: row.id }), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  return begin(context, row);
}

/** What the caller may import into. */
export async function listTargets(context: Context) {
  const mine = importTargets().filter((target) => holds(context.actor, target.permission));
  const items = [];
  for (const { key, modes, columns } of mine) {
    const named = (await columns(context)).map(({ several: _, ...column }) => column);
    items.push({ key, modes: [...modes], columns: named });
  }
  return { items };
}

export async function undoImport(context: Context, id: string): Promise<ImportView> {
  const before = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!before) throw notFound('import');
  if (!['done', 'cancelled', 'failed'].includes(before.state)) throw conflict('import.notFinished');
  const jobId = await enqueue(context, { kind: 'collection.undoImport', payload: { importId: id }, uniqueKey: id });
  return change(context, id, { state: 'undoing', job_id: jobId });
}

/** A page of the rows that were refused, with their cells as they stood in the sheet. */
export async function wrongRows(context: Context, importId: string, after: number, limit: number) {
  const found = await sql<{
    row_number: number;
    cells: Cell[] | null;
    errors: { column_name: string; code: string; params: unknown }[];
  }>`
    select row_number, (array_agg(row_cells) filter (where row_cells is not null))[1] as cells,
      jsonb_agg(jsonb_build_object('column_name', column_name, 'code', code, 'params', params) order by position) as errors
    from import_error where org_id = ${context.orgId} and import_id = ${importId} and row_number > ${after}
    group by row_number order by row_number limit ${limit}`.execute(context.tx);
  return found.rows.map((row) => ({ row: row.row_number, cells: row.cells ?? [], errors: row.errors }));
}

async function change(context: Context, id: string, values: { state: string; job_id: string }): Promise<ImportView> {
  const row = await context.tx
    .updateTable('import_run')
    .set({ ...values, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordEvent(context, {
    kind: `import.${values.state}`,
    subjectKind: 'import',
    subjectId: id,
    data: { fileName: row.file_name },
  });
  return viewImport(row);
}
