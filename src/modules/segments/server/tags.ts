import { sql } from 'kysely';
import { applyChange, loadCustomer, storedOf, undoBatch } from '#modules/customers/index.ts';
import { setFieldOptions } from '#modules/fields/index.ts';
import { holds } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import type { FieldOption } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { asSystem } from './run.ts';

const maxTags = 1000;

/** The catalogue is the options of the customer's field "tags": a rename or a colour shows everywhere at once. */
async function catalogue(context: Context) {
  const row = await context.tx
    .selectFrom('field')
    .select(['options', 'version'])
    .where('org_id', '=', context.orgId)
    .where('object', '=', 'customer')
    .where('key', '=', 'tags')
    .executeTakeFirstOrThrow();
  return { version: row.version, options: row.options as FieldOption[] };
}

export async function listTags(context: Context) {
  const { version, options } = await catalogue(context);
  const counted = await sql<{ key: string; n: number }>`select tag as key, count(*) as n from customer, unnest(tags) tag
    where customer.org_id = ${context.orgId}::uuid and customer.state = 'active' and customer.tags is not null
      and ${visible(context.actor, 'customer:read', 'customer')} group by 1`.execute(context.tx);
  const used = new Map(counted.rows.map((row) => [row.key, row.n]));
  return {
    version,
    items: options.map((option) => ({
      key: option.key,
      name: option.zh,
      nameEn: option.en,
      color: option.color ?? null,
      hidden: option.hidden ?? false,
      customers: used.get(option.key) ?? 0,
    })),
    can: { manage: holds(context.actor, 'tag:manage') },
  };
}

function requireFree(options: FieldOption[], name: string, exceptKey?: string): void {
  const lower = name.toLowerCase();
  if (
    options.some(
      (option) =>
        option.key !== exceptKey && [option.zh, option.en, option.key].some((text) => text.toLowerCase() === lower),
    )
  )
    throw invalid([{ field: 'name', code: 'tag.nameTaken' }]);
}

export async function createTag(context: Context, input: { name: string; nameEn: string; color?: string }) {
  const key = `t${newId().replaceAll('-', '').slice(-12)}`;
  await setFieldOptions(context, 'customer', 'tags', (options) => {
    requireFree(options, input.name);
    if (options.length >= maxTags) throw conflict('tag.tooMany', { params: { maximum: maxTags } });
    return [
      ...options,
      { key, zh: input.name, en: input.nameEn || input.name, ...(input.color ? { color: input.color } : {}) },
    ];
  });
  await recordEvent(context, {
    kind: 'tag.created',
    subjectKind: 'tag',
    subjectId: context.orgId,
    data: { key, name: input.name },
  });
  return listTags(context);
}

export async function updateTag(
  context: Context,
  key: string,
  input: { name?: string; nameEn?: string; color?: string | null; hidden?: boolean },
) {
  // Locks the catalogue before its version is compared.
  await setFieldOptions(context, 'customer', 'tags', (options) => options);
  const before = await catalogue(context);
  requireVersion(context, before.version, () => before);
  await setFieldOptions(context, 'customer', 'tags', (options) => {
    if (!options.some((option) => option.key === key)) throw notFound('tag');
    if (input.name) requireFree(options, input.name, key);
    return options.map((option) => {
      if (option.key !== key) return option;
      const { color, hidden, ...rest } = option;
      const nextColor = input.color === undefined ? color : input.color;
      const nextHidden = input.hidden ?? hidden;
      return {
        ...rest,
        zh: input.name ?? option.zh,
        en: input.nameEn || (input.name && option.en === option.zh ? input.name : option.en),
        ...(nextColor ? { color: nextColor } : {}),
        ...(nextHidden ? { hidden: true } : {}),
      };
    });
  });
  await recordEvent(context, {
    kind: 'tag.changed',
    subjectKind: 'tag',
    subjectId: context.orgId,
    data: { key, ...input },
  });
  return listTags(context);
}

/** The merged tag is no longer offered from now on; customers follow in a job. */
export async function startMerge(context: Context, key: string, into: string) {
  if (key === into) throw invalid([{ field: 'into', code: 'tag.same' }]);
  await setFieldOptions(context, 'customer', 'tags', (options) => {
    if (!options.some((option) => option.key === key)) throw notFound('tag');
    const target = options.find((option) => option.key === into);
    // Merging A into B while somebody merges B into A: the second finds its target gone.
    if (!target || target.hidden) throw invalid([{ field: 'into', code: 'tag.target' }]);
    return options.map((option) => (option.key === key ? { ...option, hidden: true } : option));
  });
  const batchId = newId();
  await recordEvent(context, {
    kind: 'tag.merged',
    subjectKind: 'tag',
    subjectId: context.orgId,
    data: { key, into, batchId },
  });
  const jobId = await enqueue(context, { kind: 'segments.mergeTag', payload: { key, into, batchId } });
  return { jobId, batchId };
}

interface Merge {
  key: string;
  into: string;
  batchId: string;
}

/** Replaces the tag a hundred customers a transaction; a restart finds only those still to do. */
async function merge(job: JobContext, { key, into, batchId }: Merge) {
  const inSystem = asSystem(job);
  let done = 0;
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const from = after;
    const ids = await inSystem(async (context) => {
      const rows = await sql<{ id: string }>`select id from customer where org_id = ${job.orgId} and state = 'active'
        and id > ${from}::uuid and ${key} = any(tags) order by id limit 100`.execute(context.tx);
      for (const row of rows.rows) {
        const stored = await storedOf(context, await loadCustomer(context, row.id, 'customer:update', true));
        const tags = (stored.values.tags ?? []) as string[];
        const next = [...new Set(tags.map((tag) => (tag === key ? into : tag)))];
        await applyChange(context, stored, {
          values: { tags: next },
          reason: 'tagMerge',
          source: 'system',
          batchId,
        });
      }
      return rows.rows.map((row) => row.id);
    });
    if (ids.length === 0) break;
    done += ids.length;
    after = ids.at(-1) ?? after;
    await job.progress(done, null);
  }
  return { changed: done, batchId };
}

/** Offers the tag again and gives it back to the customers that had it. */
export async function startUndo(context: Context, key: string, batchId: string) {
  const known = await sql`select 1 from event where org_id = ${context.orgId} and customer_id is null
    and subject_id = ${context.orgId} and kind = 'tag.merged' and data->>'batchId' = ${batchId} and data->>'key' = ${key} limit 1`.execute(
    context.tx,
  );
  if (known.rows.length === 0) throw notFound('merge');
  await setFieldOptions(context, 'customer', 'tags', (options) =>
    options.map(({ hidden, ...option }) => (option.key === key || !hidden ? option : { ...option, hidden })),
  );
  const jobId = await enqueue(context, { kind: 'segments.undoTagMerge', payload: { batchId }, uniqueKey: batchId });
  return { jobId };
}

export const tagJobs = [
  defineJob<Merge>({ kind: 'segments.mergeTag', heavy: true, run: merge }),
  defineJob<{ batchId: string }>({
    kind: 'segments.undoTagMerge',
    heavy: true,
    run: (job, { batchId }) => undoBatch({ ...job, inTransaction: asSystem(job) }, batchId),
  }),
];
