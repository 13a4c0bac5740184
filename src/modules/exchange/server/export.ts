import { countRecords, dictionaryFor, listRecords } from '#modules/fields/index.ts';
import { requirePermission } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { fromZod } from '#platform/http/problem.ts';
import { exportSource } from '#platform/sheets/source.ts';
import { badRequest, invalid } from '#shared/errors.ts';
import type { ExportView } from '../contract.ts';
import { type CustomerQuery, cardLimit } from './customer-sheet.ts';
import { beginRun, countUpTo, type ExportFormat } from './runs.ts';

interface Asked {
  format: ExportFormat;
  purpose: string;
  password?: string;
}

function requirePlainPassword({ format, password }: Asked): void {
  if (password && format !== 'xlsx') throw invalid([{ field: 'password', code: 'export.passwordCsv' }]);
}

export async function startExport(context: Context, vault: Vault, input: Asked & CustomerQuery): Promise<ExportView> {
  requirePlainPassword(input);
  const { fields } = await dictionaryFor(context, 'customer');
  const unknown = [...input.fields, input.sort.replace(/^-/, '')].find(
    (key) => !fields.some((field) => field.key === key),
  );
  if (unknown !== undefined) throw badRequest('field.unknown', { field: unknown, params: { field: unknown } });
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
  const count = await countRecords(context, { ...input.query, object: 'customer', permission }, countUpTo(context));
  if (input.format === 'pdf' && count.value > cardLimit)
    throw invalid([{ field: 'format', code: 'export.cards', params: { limit: cardLimit } }]);
  const { query, fields: wanted, sort, ...run } = input;
  return beginRun(context, vault, {
    ...run,
    object: 'customer',
    query: { query, fields: wanted, sort } satisfies CustomerQuery,
    described: { fields: wanted, filter: query.filter ?? null },
    // An estimate is no proof of being within the limit.
    rows: count.exact ? count.value : Math.max(count.value, countUpTo(context)),
  });
}

/** Begins the export of anything a module registered as a source. */
export async function startSheetExport(
  context: Context,
  vault: Vault,
  input: Asked & { source: string; query: Record<string, unknown> },
): Promise<ExportView> {
  requirePlainPassword(input);
  const source = exportSource(input.source);
  if (!source) throw badRequest('export.source', { field: 'source', params: { source: input.source } });
  requirePermission(context.actor, source.permission);
  const parsed = source.query.safeParse(input.query, { reportInput: true });
  if (!parsed.success) throw fromZod(parsed.error, 'body');
  const rows = await source.count(context, parsed.data, countUpTo(context));
  const records = await source.describe(context, parsed.data);
  const { source: object, query, ...run } = input;
  return beginRun(context, vault, { ...run, object, query, described: { records }, rows });
}
