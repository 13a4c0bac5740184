import { sql } from 'kysely';
import { contactFields, insertContacts } from '#modules/contacts/index.ts';
import { applyChange, identityKeys, insertCustomers, storedOf } from '#modules/customers/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { Problem } from '#shared/errors.ts';
import type { FieldDefinition, FieldValues } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import type { DuplicateMode, ImportOptions } from '../contract.ts';
import type { ParsedRow, WrongCell } from './rows.ts';

export interface Outcome {
  created: number;
  updated: number;
  skipped: number;
  failed: { row: ParsedRow; errors: WrongCell[] }[];
}

/** Customers each row matches, by position; the oldest when there are several. Rows before it in the batch count too. */
async function matchRows(context: Context, rows: ParsedRow[], kind: string): Promise<(string | undefined)[]> {
  const keys = rows.map((row) =>
    identityKeys({ object: 'customer', id: '', customerId: '', kind, values: row.customer }),
  );
  const wanted = [...new Map(keys.flat().map((key) => [`${key.kind}:${key.key}`, key])).values()];
  if (wanted.length === 0) return rows.map(() => undefined);
  const found = await sql<{ kind: string; key: string; customer_id: string }>`
    select k.kind, k.key, min(k.customer_id::text) as customer_id from identity_key k
    join jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w(kind text, key text) on w.kind = k.kind and w.key = k.key
    where k.org_id = ${context.orgId} group by 1, 2`.execute(context.tx);
  const byKey = new Map(found.rows.map((row) => [`${row.kind}:${row.key}`, row.customer_id]));
  return keys.map((list) => list.map((key) => byKey.get(`${key.kind}:${key.key}`)).find((id) => id !== undefined));
}

/** Writes the good rows of a batch in the caller's transaction. */
export async function writeRows(
  context: Context,
  rows: ParsedRow[],
  options: ImportOptions,
  batchId: string,
  defaults: FieldDefinition[],
): Promise<Outcome> {
  const outcome: Outcome = {
    created: 0,
    updated: 0,
    skipped: 0,
    failed: rows.filter((row) => row.errors.length > 0).map((row) => ({ row, errors: row.errors })),
  };
  const good = rows.filter((row) => row.errors.length === 0);
  const fresh = await splitDuplicates(context, good, options, batchId, outcome);
  const people = await contactFields(context);
  const ids = await insertCustomers(
    context,
    fresh.map((row) => {
      const { cardDate } = row.customer;
      const dated = typeof cardDate === 'string';
      return {
        kind: options.kind,
        values: { ...Object.fromEntries(defaults.map((field) => [field.key, field.defaultValue])), ...row.customer },
        ownerId: context.actor.userId,
        teamId: context.actor.teamId,
        batchId,
        source: 'import' as const,
        // Dated history keeps its own author: the importer only brought the file.
        ...(dated
          ? { createdAt: new Date(`${cardDate}T00:00:00+08:00`), author: String(row.customer.authorName ?? '—') }
          : {}),
      };
    }),
  );
  outcome.created += ids.length;
  const contacts = fresh.flatMap((row, index) =>
    row.contact
      ? [{ customerId: ids[index] ?? '', values: knownOnly(people, row.contact), batchId, source: 'import' as const }]
      : [],
  );
  await insertContacts(context, contacts);
  return outcome;
}

const knownOnly = (fields: Map<string, FieldDefinition>, values: FieldValues) =>
  Object.fromEntries(Object.entries(values).filter(([key]) => fields.has(key)));

/** Deals with rows that match somebody already there; returns those that become new customers. */
async function splitDuplicates(
  context: Context,
  rows: ParsedRow[],
  options: ImportOptions,
  batchId: string,
  outcome: Outcome,
): Promise<ParsedRow[]> {
  if (options.duplicates === 'create') return rows;
  const matches = await matchRows(context, rows, options.kind);
  const fresh: ParsedRow[] = [];
  const seen = new Map<string, string>();
  for (const [index, row] of rows.entries()) {
    const keys = identityKeys({
      object: 'customer',
      id: '',
      customerId: '',
      kind: options.kind,
      values: row.customer,
    }).map((key) => `${key.kind}:${key.key}`);
    const match = matches[index];
    const twin = keys.find((key) => seen.has(key));
    for (const key of keys) seen.set(key, match ?? newId());
    if (!match && !twin) fresh.push(row);
    else if (match && options.duplicates !== 'skip')
      await changeMatch(context, match, row, options.duplicates, batchId, outcome);
    else outcome.skipped += 1;
  }
  return fresh;
}

/** Updates or fills a matching customer the importer may change; one out of scope is left alone and counted as skipped. */
async function changeMatch(
  context: Context,
  id: string,
  row: ParsedRow,
  mode: DuplicateMode,
  batchId: string,
  outcome: Outcome,
): Promise<void> {
  const found = await context.tx
    .selectFrom('customer')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .where(visible(context.actor, 'customer:update', 'customer'))
    .forUpdate()
    .executeTakeFirst();
  if (!found) {
    outcome.skipped += 1;
    return;
  }
  const stored = await storedOf(context, found);
  const values = Object.fromEntries(
    Object.entries(row.customer).filter(([key]) => mode === 'update' || stored.values[key] === undefined),
  );
  // A verified value is not overwritten by a sheet: its change needs a person and a source.
  for (const key of Object.keys(values)) if (stored.provenance[key]?.verifiedAt) delete values[key];
  try {
    const changed = await applyChange(context, stored, { values, source: 'import', batchId });
    if (changed) outcome.updated += 1;
    else outcome.skipped += 1;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    outcome.failed.push({
      row,
      errors: [{ column: '', value: '', code: error.errors[0]?.code ?? error.code, params: {} }],
    });
  }
}
