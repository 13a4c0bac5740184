import { sql } from 'kysely';
import { contactFields, insertContacts } from '#modules/contacts/index.ts';
import { customerFields, insertCustomers } from '#modules/customers/index.ts';
import { type CheckOptions, checkValues } from '#modules/fields/index.ts';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvents } from '#platform/events/index.ts';
import type { JobContext } from '#platform/jobs/kinds.ts';
import type { FieldDefinition, FieldValues } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { type BuiltCustomer, buildCustomer, sequence } from './build-sample.ts';
import { readPreset } from './presets.ts';

const size = 300;

interface SampleState {
  /** Batch under which the sample is written, or null. */
  batch: string | null;
  /** How many of its customers are there; a load that was cut off goes on after them. */
  done: number;
}

async function sampleOf(context: Context): Promise<SampleState> {
  const row = await context.tx
    .selectFrom('org')
    .select('settings')
    .where('org_id', '=', context.orgId)
    .executeTakeFirstOrThrow();
  const { sampleBatch = null, sampleDone } = row.settings as { sampleBatch?: string | null; sampleDone?: number };
  return { batch: sampleBatch, done: sampleBatch ? (sampleDone ?? size) : 0 };
}

/** Batch under which the sample was written, or null. */
export const sampleBatch = async (context: Context): Promise<string | null> => (await sampleOf(context)).batch;

/** Whether all sample customers are there. */
export const sampleLoaded = async (context: Context): Promise<boolean> => (await sampleOf(context)).done >= size;

async function remember(context: Context, { batch, done }: SampleState): Promise<void> {
  await sql`update org set settings = settings || ${JSON.stringify({ sampleBatch: batch, sampleDone: done })}::jsonb where org_id = ${context.orgId}`.execute(
    context.tx,
  );
}

/** Writes the sample customers as one batch, so that one undo removes them all. */
export async function loadSample(job: JobContext): Promise<Record<string, unknown>> {
  const state = await job.inTransaction(async (context) => {
    const { batch, done } = await sampleOf(context);
    if (batch) return { batch, done };
    const fresh = { batch: newId(), done: 0 };
    await remember(context, fresh);
    return fresh;
  });
  for (let { done } = state; done < size; done += 100) {
    await job.inTransaction(async (context) => {
      await insertSample(context, done, Math.min(100, size - done), state.batch);
      await remember(context, { batch: state.batch, done: done + 100 });
    });
    await job.progress(Math.min(size, done + 100), size);
  }
  return { created: size - state.done, batchId: state.batch };
}

/** Inserts built customers `start` … `start + count`. */
async function insertSample(context: Context, start: number, count: number, batchId: string | null): Promise<string[]> {
  const fields = await customerFields(context);
  const people = await contactFields(context);
  const company = await checkContextOf(context);
  const { preset } = await context.tx
    .selectFrom('org')
    .select('preset')
    .where('org_id', '=', context.orgId)
    .executeTakeFirstOrThrow();
  const { sample: mix } = await readPreset(preset);
  const built = Array.from({ length: count }, (_, index) => buildCustomer(start + index, mix));
  const ownChoices = [...fields.values()].filter((field) => !field.builtin && field.type === 'choice');
  // The sample's numbers are written as in the country of their customer, wherever the company is.
  const readingOf = ({ kind, values }: BuiltCustomer): CheckOptions => ({
    ...company,
    country: String(values.country),
    kind,
    create: false,
  });
  const now = context.now().getTime();
  const owner = context.actor.kind === 'system' ? null : context.actor.userId;
  const ids = await insertCustomers(
    context,
    built.map((customer, index) => ({
      kind: customer.kind,
      values: valuesOf(
        fields,
        { ...chosen(ownChoices, customer, start + index), ...customer.values },
        readingOf(customer),
      ),
      ownerId: owner,
      teamId: context.actor.teamId,
      batchId,
      source: 'system',
      createdAt: new Date(now - Math.max(2, ...customer.notes.map((note) => note.daysAgo + 1)) * 86_400_000),
    })),
  );
  await insertContacts(
    context,
    built.flatMap((customer, index) =>
      customer.contacts.map((values) => ({
        customerId: ids[index] ?? '',
        values: valuesOf(people, values, { ...readingOf(customer), kind: null }),
        batchId,
        source: 'system' as const,
      })),
    ),
  );
  const notes = built.flatMap((customer, index) =>
    customer.notes.map((note) => ({
      id: newId(),
      customerId: ids[index] ?? '',
      body: note.body,
      at: new Date(now - note.daysAgo * 86_400_000),
    })),
  );
  if (notes.length > 0) {
    await context.tx
      .insertInto('note')
      .values(
        notes.map((note) => ({
          org_id: context.orgId,
          id: note.id,
          customer_id: note.customerId,
          body: note.body,
          created_at: note.at,
          created_by: owner,
          author_name: context.actor.name,
          batch_id: batchId,
        })),
      )
      .execute();
    await recordEvents(
      context,
      notes.map((note) => ({
        kind: 'note.added',
        subjectKind: 'note',
        subjectId: note.id,
        customerId: note.customerId,
        data: { body: note.body },
        occurredAt: note.at,
        batchId,
      })),
    );
  }
  return ids;
}

/** A choice of each of the company's own fields that suit the customer. */
function chosen(fields: FieldDefinition[], { kind }: BuiltCustomer, number: number): FieldValues {
  const random = sequence(number);
  return Object.fromEntries(
    fields
      .filter((field) => field.options.length > 0 && (field.kinds?.includes(kind) ?? true))
      .map((field) => [field.key, random.pick(field.options).key]),
  );
}

function valuesOf(fields: Map<string, FieldDefinition>, input: FieldValues, options: CheckOptions) {
  const { values, errors } = checkValues(fields, input, options);
  if (errors[0]) throw new Error(`sample value ${errors[0].field}: ${errors[0].code}`);
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** Forgets the sample's batch once it is undone. */
export async function forgetSample(context: Context): Promise<void> {
  await remember(context, { batch: null, done: 0 });
}
