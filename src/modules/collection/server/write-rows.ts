import { sql } from 'kysely';
import { contactFields, insertContacts, writeNamedPeople } from '#modules/contacts/index.ts';
import {
  applyChanges,
  customerFields,
  identityKeys,
  insertCustomers,
  intakeOf,
  refusedBy,
  storedOf,
} from '#modules/customers/index.ts';
import { visible } from '#platform/access/visible.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { writeOrRefuse } from '#platform/db/savepoint.ts';
import type { Outcome, SheetOptions, SkippedRow } from '#platform/sheets/target.ts';
import { instantOf } from '#shared/dates/zoned.ts';
import { invalid, type Problem } from '#shared/errors.ts';
import type { CustomerKind, FieldDefinition, FieldValues } from '#shared/fields.ts';
import { withWords } from '#shared/values/keep-both.ts';
import { draftsOf } from './draft-rows.ts';
import type { Owner } from './owners.ts';
import type { ParsedRow } from './rows.ts';

interface Batch {
  options: SheetOptions;
  batchId: string;
  defaults: FieldDefinition[];
  ownerOf(row: ParsedRow): Owner;
  /** Numbers for new customers, when they are not to be taken within the batch's transaction. */
  numbers: ((count: number) => Promise<string[]>) | undefined;
  people: Map<string, FieldDefinition>;
  /** Where the importer's new customers are reviewed first. */
  intake: Awaited<ReturnType<typeof intakeOf>>;
  outcome: Outcome;
}

/** What makes a row the same as another, or as a customer already there: its own numbers and names and its person's. */
export function rowKeys(row: ParsedRow, kind: string): ParsedRow['keys'] {
  const keys = identityKeys({ object: 'customer', id: '', customerId: '', kind, values: row.customer });
  if (row.contact)
    keys.push(...identityKeys({ object: 'contact', id: '', customerId: '', kind: null, values: row.contact }));
  return keys;
}

/** A key as one text. */
export const markOf = ({ kind, key }: { kind: string; key: string }): string => `${kind}:${key}`;

interface Match {
  id: string;
  because: string;
  /** Known by its name or code, not only by a number two may share. */
  named: boolean;
}

const naming = new Set(['name', 'uscc']);

/** Active customers each row matches, by position; the oldest when there are several. */
async function matchRows(context: Context, rows: ParsedRow[]): Promise<(Match | undefined)[]> {
  const wanted = [...new Map(rows.flatMap((row) => row.keys).map((key) => [markOf(key), key])).values()];
  if (wanted.length === 0) return rows.map(() => undefined);
  const found = await sql<{ kind: string; key: string; customer_id: string }>`
    select k.kind, k.key, min(k.customer_id::text) as customer_id from identity_key k
    join json_to_recordset(${JSON.stringify(wanted)}::json) as w(kind text, key text) on w.kind = k.kind and w.key = k.key
    where k.org_id = ${context.orgId} group by 1, 2`.execute(context.tx);
  const byKey = new Map(found.rows.map((row) => [markOf(row), row.customer_id]));
  return rows.map((row) => {
    for (const key of row.keys) {
      const id = byKey.get(markOf(key));
      if (!id) continue;
      const named = row.keys.some((other) => naming.has(other.kind) && byKey.get(markOf(other)) === id);
      return { id, because: key.kind, named };
    }
    return undefined;
  });
}

/** Writes the good rows of a batch in the caller's transaction. */
export async function writeRows(
  context: Context,
  rows: ParsedRow[],
  settings: Omit<Batch, 'people' | 'intake' | 'outcome'>,
): Promise<Outcome> {
  const outcome: Outcome = { created: 0, updated: 0, skipped: [], failed: [] };
  const batch = { ...settings, people: await contactFields(context), intake: await intakeOf(context), outcome };
  let rest = rows;
  while (rest.length > 0) rest = await writeRound(context, rest, batch);
  return outcome;
}

/**
 * Writes the rows that have no earlier twin among them and returns the others: once the earlier is in the database, a twin
 * is matched like any other known customer, wherever a batch happens to end.
 */
async function writeRound(context: Context, rows: ParsedRow[], batch: Batch): Promise<ParsedRow[]> {
  const { options } = batch;
  if (options.duplicates === 'create') {
    await create(context, rows, batch);
    return [];
  }
  const matches = await matchRows(context, rows);
  // Rows of one company in one sheet are its several people: what the first made, the others add to.
  const ours = options.duplicates === 'skip' ? await createdBy(context, batch.batchId, matches) : null;
  const seen = new Set<string>();
  const fresh: ParsedRow[] = [];
  const known: Known[] = [];
  const taken = new Set<string>();
  const later: ParsedRow[] = [];
  for (const [index, row] of rows.entries()) {
    const keys = row.keys.map(markOf);
    const match = matches[index];
    if (match && ours && !(match.named && ours.has(match.id))) skip(batch, row, 'known', match);
    // Drafts are known by nothing: rows of one company go into one.
    else if (keys.some((key) => seen.has(key))) (batch.intake ? fresh : later).push(row);
    // Two rows may mean one customer by different keys.
    else if (match && taken.has(match.id)) later.push(row);
    else if (match) {
      taken.add(match.id);
      known.push({ row, match });
    } else fresh.push(row);
    for (const key of keys) seen.add(key);
  }
  await changeMatches(context, known, batch);
  await create(context, fresh, batch);
  return later;
}

/** Which of the customers this import made itself. */
async function createdBy(context: Context, batchId: string, matches: (Match | undefined)[]): Promise<Set<string>> {
  const ids = matches.flatMap((match) => (match?.named ? match.id : []));
  if (ids.length === 0) return new Set();
  const found = await context.tx
    .selectFrom('customer')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .where('batch_id', '=', batchId)
    .execute();
  return new Set(found.map(({ id }) => id));
}

function skip(batch: Batch, row: ParsedRow, reason: SkippedRow['reason'], match: Match): void {
  const label = String(row.customer.name ?? row.contact?.name ?? '').slice(0, 200);
  batch.outcome.skipped.push({ row: row.row, label, reason, because: match.because, customerId: match.id });
}

/** Creates customers and their people; a row that cannot be written (a value that must be unique) is listed, the others go in. */
async function create(context: Context, rows: ParsedRow[], batch: Batch): Promise<void> {
  const insert = async (some: ParsedRow[]) => {
    await insertRows(context, some, batch);
    batch.outcome.created += some.length;
  };
  await writeOrRefuse(context, rows, insert, (row, problem) => refuse(row, problem, batch));
}

async function insertRows(context: Context, rows: ParsedRow[], batch: Batch): Promise<void> {
  const { batchId, defaults, intake, options, ownerOf, people } = batch;
  const valuesOf = (row: ParsedRow): FieldValues => ({
    ...Object.fromEntries(defaults.map((field) => [field.key, field.defaultValue])),
    ...row.customer,
  });
  if (intake) {
    const drafts = draftsOf(rows, (row) => ({
      kind: options.kind as CustomerKind,
      values: valuesOf(row),
      people: row.contact ? [knownOnly(people, row.contact)] : [],
      source: 'import',
      batchId,
    }));
    await intake.keep(context, drafts);
    return;
  }
  const timeZone = await timeZoneOf(context);
  const numbers = await batch.numbers?.(rows.length);
  const ids = await insertCustomers(
    context,
    rows.map((row) => {
      const { cardDate } = row.customer;
      const dated = typeof cardDate === 'string';
      return {
        kind: options.kind as CustomerKind,
        values: valuesOf(row),
        ...ownerOf(row),
        batchId,
        source: 'import' as const,
        // Dated history keeps its own author: the importer only brought the file.
        ...(dated ? { createdAt: instantOf(cardDate, timeZone), author: String(row.customer.authorName ?? '—') } : {}),
      };
    }),
    numbers,
  );
  const contacts = rows.flatMap((row, index) =>
    row.contact
      ? [{ customerId: ids[index] ?? '', values: knownOnly(people, row.contact), batchId, source: 'import' as const }]
      : [],
  );
  await insertContacts(context, contacts);
}

function refuse(row: ParsedRow, problem: Problem, batch: Batch): void {
  const first = problem.errors[0];
  const key = first?.field.replace(/^values\./, '') ?? '';
  const target = (row.headings[`customer.${key}`] && 'customer') || 'contact';
  batch.outcome.failed.push({
    row,
    errors: [
      {
        column: row.headings[`${target}.${key}`] ?? key,
        value: (row.links.find(({ field }) => field.key === key)?.text ?? String(row[target]?.[key] ?? '')).slice(
          0,
          200,
        ),
        code: first?.code ?? problem.code,
        params: first?.params ?? problem.params,
      },
    ],
  });
}

const knownOnly = (fields: Map<string, FieldDefinition>, values: FieldValues) =>
  Object.fromEntries(Object.entries(values).filter(([key]) => fields.has(key)));

interface Known {
  row: ParsedRow;
  match: Match;
}

/** Updates or fills matching customers the importer may change; those out of scope are left alone and counted as skipped. */
async function changeMatches(context: Context, known: Known[], batch: Batch): Promise<void> {
  if (known.length === 0) return;
  const mode = batch.options.duplicates === 'update' ? 'update' : 'fill';
  const { batchId, outcome, people } = batch;
  const found = await context.tx
    .selectFrom('customer')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where(
      'id',
      'in',
      known.map(({ match }) => match.id),
    )
    .where('state', '=', 'active')
    .where(visible(context.actor, 'customer:update', 'customer'))
    .orderBy('id')
    .forUpdate()
    .execute();
  const stored = new Map<string, Awaited<ReturnType<typeof storedOf>>>();
  for (const row of found) stored.set(row.id, await storedOf(context, row));
  const items = known.flatMap(({ row, match }) => {
    const customer = stored.get(match.id);
    if (!customer) {
      skip(batch, row, 'unreachable', match);
      return [];
    }
    // A verified value is not overwritten by a sheet: its change needs a person and a source.
    const values = Object.fromEntries(
      Object.entries(row.customer)
        .filter(
          ([key]) => (mode === 'update' || customer.values[key] === undefined) && !customer.provenance[key]?.verifiedAt,
        )
        .map(([key, value]) => [key, withWords(customer.values[key], value)]),
    );
    return [{ row, match, stored: customer, change: { values, source: 'import' as const, batchId } }];
  });
  const write = async (some: typeof items) => {
    const cards = await applyChanges(context, some);
    const fields = await customerFields(context);
    // Looked at when all are written: two rows may only together hang two dealers below each other.
    for (const { stored: before, change } of some) {
      const errors = await refusedBy(context, fields, before, change.values, change.values);
      if (errors.length > 0) throw invalid(errors);
    }
    const persons = some.flatMap(({ row, match }) =>
      row.contact
        ? [{ customerId: match.id, values: knownOnly(people, row.contact), source: 'import' as const, batchId }]
        : [],
    );
    const fates = await writeNamedPeople(context, persons, mode);
    for (const { row, match } of some) {
      if (cards.has(match.id) || (fates.get(match.id) ?? 'same') !== 'same') outcome.updated += 1;
      else skip(batch, row, 'same', match);
    }
  };
  await writeOrRefuse(context, items, write, ({ row }, problem) => refuse(row, problem, batch));
}
