import { sql } from 'kysely';
import {
  applies,
  canonical,
  checkValues,
  countRecords,
  dictionaryFor,
  linkLabels,
  matchingIds,
  type RecordQuery,
  unknownLinks,
} from '#modules/fields/index.ts';
import { requirePermission } from '#platform/access/actor.ts';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { inSavepoint } from '#platform/db/savepoint.ts';
import { logAccess } from '#platform/events/index.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { badRequest, invalid, Problem } from '#shared/errors.ts';
import type { FieldDefinition, FieldValues, ValueSource } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { type BulkProgress, bulkChange, named } from './bulk-result.ts';
import { type BulkStep, bulkStep } from './bulk-steps.ts';
import { fieldsOfRow, loadCustomer, storedOf } from './card.ts';
import { moveToOwner } from './change.ts';
import { refusedBy, waitForChains } from './change-rules.ts';
import { applyChange, type StoredCustomer } from './store.ts';
import { undoBatch } from './undo.ts';

export interface BulkChange {
  query: Pick<RecordQuery, 'filter' | 'q' | 'state' | 'ids'>;
  values: FieldValues;
  add: Record<string, string[]>;
  remove: Record<string, string[]>;
  ownerId?: string | null;
  step?: string;
  source?: ValueSource;
  reason?: string;
}

interface Checked {
  fields: Map<string, FieldDefinition>;
  values: FieldValues;
  add: Record<string, string[]>;
  remove: Record<string, string[]>;
  step?: BulkStep;
}

/** Checks a bulk change once, before anything is touched. */
async function checkChange(context: Context, change: BulkChange): Promise<Checked> {
  const { fields } = await dictionaryFor(context, 'customer');
  const byKey = new Map(fields.map((field) => [field.key, field] as const));
  const options = { ...(await checkContextOf(context)), kind: null, create: false };
  const { values, errors } = checkValues(byKey, change.values, options);
  for (const part of [change.add, change.remove]) {
    for (const [key, items] of Object.entries(part)) {
      if (byKey.get(key)?.type !== 'multichoice')
        throw badRequest('field.notList', { field: key, params: { field: key } });
      errors.push(...checkValues(byKey, { [key]: items }, options).errors);
    }
  }
  errors.push(...(await unknownLinks(context, fields, values)));
  if (errors.length > 0) throw invalid(errors);
  if (change.ownerId !== undefined) requirePermission(context.actor, 'customer:assign');
  const step = change.step === undefined ? undefined : bulkStep(context, change.step);
  const keys = [values, change.add, change.remove].flatMap(Object.keys);
  const changes = keys.length > 0 || change.ownerId !== undefined;
  if (step && changes) throw badRequest('bulk.stepAlone', { field: 'step' });
  if (!step && !changes) throw badRequest('bulk.nothing', { field: 'values' });
  return { fields: byKey, values, add: change.add, remove: change.remove, step };
}

/** The customers of a bulk edit: those its condition finds and the actor may do this with. */
function queryOf(change: BulkChange, checked: Checked): RecordQuery & { permission: string } {
  const kinds = kindsOf(change, checked);
  return {
    ...change.query,
    object: 'customer',
    permission: checked.step?.permission ?? 'customer:update',
    ...(checked.step ? { state: 'active' as const } : {}),
    ...(kinds ? { where: sql<boolean>`customer.kind = any(${kinds}::text[])` } : {}),
  };
}

/** The kinds of customers that have any of the fields to be filled; undefined where all do. */
function kindsOf({ ownerId }: BulkChange, { fields, values, add, remove, step }: Checked): string[] | undefined {
  if (step || ownerId !== undefined) return undefined;
  const kinds = new Set<string>();
  for (const [key, value] of [values, add, remove].flatMap(Object.entries)) {
    const only = fields.get(key)?.kinds;
    if (!only || value === null) return undefined;
    for (const kind of only) kinds.add(kind);
  }
  return [...kinds];
}

/** What the change makes of one customer; fields its kind does not have are left alone. */
function valuesFor(stored: StoredCustomer, change: Checked): FieldValues {
  const values: FieldValues = { ...change.values };
  for (const [key, items] of Object.entries(change.add))
    values[key] = [...new Set([...((stored.values[key] as string[]) ?? []), ...items])];
  for (const [key, items] of Object.entries(change.remove)) {
    const rest = ((values[key] ?? stored.values[key] ?? []) as string[]).filter((item) => !items.includes(item));
    values[key] = rest.length > 0 ? rest : null;
  }
  for (const [key, value] of Object.entries(values)) {
    const field = change.fields.get(key);
    if (value !== null && field && !applies(field, stored.kind)) delete values[key];
  }
  return values;
}

export async function previewBulkChange(context: Context, change: BulkChange) {
  const checked = await checkChange(context, change);
  const query = queryOf(change, checked);
  const ids = await matchingIds(context, query, null, 10);
  const examples = [];
  const { fields } = await dictionaryFor(context, 'customer');
  for (const id of ids) {
    const row = await loadCustomer(context, id, query.permission);
    const stored = await storedOf(context, row);
    const shown = new Set((await fieldsOfRow(context, row)).map((field) => field.key));
    const before: FieldValues = { ...stored.values, ownerId: row.owner_id };
    const wanted = {
      ...valuesFor(stored, checked),
      ...(change.ownerId === undefined ? {} : { ownerId: change.ownerId }),
    };
    const changes = Object.fromEntries(
      Object.entries(wanted)
        .filter(([key, to]) => shown.has(key) && canonical(before[key]) !== canonical(to))
        .map(([key, to]) => [key, { from: before[key] ?? null, to }]),
    );
    examples.push({ id, name: String(stored.values.name ?? ''), changes });
  }
  const count = await countRecords(context, query);
  await logAccess(context, {
    action: 'list',
    subjectKind: 'customer',
    detail: { part: 'bulkPreview', count: count.value, filter: change.query.filter },
  });
  const sides = examples.flatMap(({ changes }) =>
    (['from', 'to'] as const).map((side) =>
      Object.fromEntries(Object.entries(changes).map(([key, item]) => [key, item[side]])),
    ),
  );
  return { count, examples, labels: await linkLabels(context, fields, sides) };
}

export async function startBulkChange(context: Context, change: BulkChange) {
  await checkChange(context, change);
  const batchId = newId();
  const jobId = await enqueue(context, { kind: bulkChange, payload: { change, batchId } });
  return { jobId, batchId };
}

const batchSize = 100;

/** Changes customers in id order, a batch a transaction; one cancelled behind the last of them is done. */
async function runBulkChange(job: JobContext, { change, batchId }: { change: BulkChange; batchId: string }) {
  const { query, total } = await job.inTransaction(async (context) => {
    const found = queryOf(change, await checkChange(context, change));
    return { query: found, total: job.kept ? 0 : (await countRecords(context, found, 1_000_000)).value };
  });
  let at = (job.kept as BulkProgress | null) ?? { after: null, done: 0, total, changed: 0, failed: [], failedCount: 0 };
  for (;;) {
    const from = at;
    const found = await job.inTransaction((context) => matchingIds(context, query, from.after, batchSize + 1));
    const ids = found.slice(0, batchSize);
    if (ids.length === 0) break;
    at = await job.inTransaction(async (context) => {
      const checked = await checkChange(context, change);
      if (checked.values.parentCustomerId) await waitForChains(context);
      const next = { ...from, after: ids.at(-1) ?? null, done: from.done + ids.length, failed: [...from.failed] };
      for (const id of ids) {
        try {
          if (await inSavepoint(context, () => changeOne(context, id, change, checked, batchId))) next.changed += 1;
        } catch (error) {
          // A customer gone out of scope meanwhile, or a unique value taken: told, the rest goes on.
          if (!(error instanceof Problem)) throw error;
          next.failedCount += 1;
          const { code, field, params } = error.errors[0] ?? error;
          if (next.failed.length < named) next.failed.push({ id, code, field: field?.replace('values.', ''), params });
        }
      }
      await job.keep(context, next);
      return next;
    });
    if (found.length === ids.length) {
      await job.complete(at.done);
      break;
    }
    await job.progress(at.done, Math.max(at.total, at.done));
  }
  return { batchId, changed: at.changed, failed: at.failed, failedCount: at.failedCount };
}

async function changeOne(
  context: Context,
  id: string,
  change: BulkChange,
  checked: Checked,
  batchId: string,
): Promise<boolean> {
  const { step } = checked;
  const { source = 'system', reason } = change;
  const load = () => loadCustomer(context, id, step?.permission ?? 'customer:update', true);
  const row = await load();
  if (step) return step.take(context, row, { batchId, reason });
  const stored = await storedOf(context, row);
  const values = valuesFor(stored, checked);
  const errors = await refusedBy(context, checked.fields, stored, values, change.source ? values : {});
  if (errors.length > 0) throw invalid(errors);
  const did = await applyChange(context, stored, { values, source, reason, batchId });
  const moves = change.ownerId !== undefined && change.ownerId !== row.owner_id;
  if (moves) await moveToOwner(context, await load(), { ownerId: change.ownerId ?? null }, batchId);
  return did !== undefined || moves;
}

export const bulkJobs = [
  defineJob<{ change: BulkChange; batchId: string }>({ kind: bulkChange, heavy: true, run: runBulkChange }),
  defineJob<{ batchId: string }>({
    kind: 'customers.undoBatch',
    heavy: true,
    run: (job, { batchId }) => undoBatch(job, batchId, 'customer:update'),
  }),
];
