import { buffer } from 'node:stream/consumers';
import { sql } from 'kysely';
import { capturedText } from '#modules/work/index.ts';
import type { Context } from '#platform/context.ts';
import type { FileStore } from '#platform/files/store.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { keptDays } from '#shared/kept-days.ts';
import { readCard } from './read.ts';

interface Payload {
  cardId: string;
}

const set = (context: Context, cardId: string, values: Record<string, unknown>) =>
  context.tx
    .updateTable('business_card')
    .set({ ...values, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', cardId)
    // Confirmed by hand or thrown away meanwhile: nothing is written over that.
    .where('state', 'in', ['queued', 'running'])
    .execute();

async function run(job: JobContext, { cardId }: Payload, files: FileStore): Promise<Record<string, unknown>> {
  await job.progress(0, 3);
  const picture = await job.inTransaction(async (context) => {
    await set(context, cardId, { state: 'running' });
    const row = await context.tx
      .selectFrom('business_card')
      .select(['file_id', 'capture_id'])
      .where('org_id', '=', context.orgId)
      .where('id', '=', cardId)
      .where('state', '=', 'running')
      .executeTakeFirst();
    if (!row) return undefined;
    const typed = row.capture_id ? await capturedText(context, row.capture_id) : [];
    return { typed, stream: (await files.open(context, row.file_id)).stream };
  });
  if (!picture) return { cardId };
  const bytes = await buffer(picture.stream);
  await job.progress(1, 3);
  const { card, rotation } = await readCard(bytes, job.signal);
  card.rest.push(...picture.typed);
  await job.progress(2, 3);
  await job.inTransaction((context) =>
    set(context, cardId, { state: 'read', fields: JSON.stringify(card), rotation, finished_at: context.now() }),
  );
  await job.progress(3, 3);
  return { cardId };
}

/** What nobody confirmed is forgotten when its photo is: it is personal data without a purpose by then. */
async function forgetOld(job: JobContext): Promise<Record<string, unknown>> {
  const gone = await job.inTransaction((context) =>
    context.tx
      .updateTable('business_card')
      .set({ state: 'discarded', fields: null, finished_at: context.now(), version: sql`version + 1` })
      .where('org_id', '=', context.orgId)
      .where('state', 'in', ['queued', 'running', 'read', 'failed'])
      .where('created_at', '<', new Date(context.now().getTime() - keptDays.cardPicture * 86_400_000))
      .returning('id')
      .execute(),
  );
  return { forgotten: gone.length };
}

export const forgetSchedule = { key: 'collection.forgetCards', cron: '40 2 * * *', kind: 'collection.forgetCards' };

export const scanJobs = (files: FileStore) => [
  defineJob({ kind: 'collection.forgetCards', heavy: false, run: forgetOld }),
  defineJob<Payload>({
    kind: 'collection.readCard',
    heavy: true,
    maxAttempts: 3,
    run: (job, payload) => run(job, payload, files),
    // The picture stays: what it says can be typed in beside it.
    ended: async (context, { cardId }) => {
      await set(context, cardId, {
        state: 'failed',
        error_code: 'businessCard.notReadable',
        finished_at: context.now(),
      });
    },
  }),
];
