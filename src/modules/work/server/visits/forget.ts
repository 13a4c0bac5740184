import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { workSettings } from './settings.ts';

const batch = 500;

/** Instant before which places and photos are kept no longer. */
const cutoff = async (context: Context): Promise<Date> =>
  new Date(context.now().getTime() - (await workSettings(context)).placeDays * 86_400_000);

/** The visit, its times and the distance stay; where exactly the phone was goes. */
async function forgetPlaces(context: Context): Promise<number> {
  const done = await sql`update visit set arrival_latitude = null, arrival_longitude = null, arrival_accuracy = null
    where org_id = ${context.orgId} and id in (select id from visit where org_id = ${context.orgId}
      and arrival_latitude is not null and arrived_at < ${await cutoff(context)} order by arrived_at limit ${batch})`.execute(
    context.tx,
  );
  return Number(done.numAffectedRows ?? 0);
}

async function forgetPhotos(context: Context, files: FileStore): Promise<number> {
  const gone = await sql<{ file_id: string }>`delete from visit_photo where org_id = ${context.orgId} and id in (
    select id from visit_photo where org_id = ${context.orgId} and created_at < ${await cutoff(context)}
    order by created_at limit ${batch}) returning file_id`.execute(context.tx);
  await files.release(
    context,
    gone.rows.map((row) => row.file_id),
  );
  return gone.rows.length;
}

/** Batches in transactions of their own until there is nothing left. */
async function drain(job: JobContext, work: (context: Context) => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const done = await job.inTransaction(work);
    total += done;
    if (done < batch) return total;
    await job.progress(total, null);
  }
}

/** Every night: places and photos of visits are erased when their time is over. */
export const forgetJob = (files: FileStore) =>
  defineJob({
    kind: 'work.forgetPlaces',
    heavy: false,
    async run(job) {
      const places = await drain(job, forgetPlaces);
      const photos = await drain(job, (context) => forgetPhotos(context, files));
      if (places + photos > 0)
        await job.inTransaction((context) =>
          recordEvent(context, {
            kind: 'visit.forgotten',
            subjectKind: 'org',
            subjectId: context.orgId,
            data: { places, photos },
          }),
        );
      return { places, photos };
    },
  });
// Before the night's purge, which destroys the files.
export const forgetSchedule = { key: 'work.forgetPlaces', cron: '20 3 * * *', kind: 'work.forgetPlaces' };
