import { countRecords, matchingIds, type RecordQuery } from '#modules/fields/index.ts';
import { requirePermission } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import { defineJob, type JobContext, type JobKind } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import type { Links } from '#platform/links/index.ts';
import { invalid } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { requireOpen } from './forms.ts';
import { makeLinks, type Sending } from './invite.ts';
import { addressesOf } from './recipients.ts';

const sendKind = 'collection.formSending';
/** Customers one sending reaches: more letters in one go are a campaign, not a question. */
const most = 50_000;
/** How far the preview looks before it says "at least". */
const previewed = 2000;
const atOnce = 100;

export interface ManySending extends Sending {
  query: Pick<RecordQuery, 'filter' | 'q' | 'ids'>;
}

const asRecords = (query: ManySending['query']): RecordQuery => ({
  ...query,
  state: 'active',
  object: 'customer',
  permission: 'customer:read',
});

/** Customers with a link of the form that can still be answered: they are reminded, not sent another. */
async function withLink(context: Context, formId: string, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await context.tx
    .selectFrom('form_invitation')
    .select('customer_id')
    .where('org_id', '=', context.orgId)
    .where('form_id', '=', formId)
    .where('customer_id', 'in', ids)
    .where('answered_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', context.now())]))
    .execute();
  return new Set(rows.flatMap((row) => row.customer_id ?? []));
}

/** How many would get a link, how many of them a mail; over the first customers when there are many. */
export async function previewSending(context: Context, formId: string, { query }: Pick<ManySending, 'query'>) {
  await requireOpen(context, formId);
  const customers = await countRecords(context, asRecords(query), most + 1);
  const ids = await matchingIds(context, asRecords(query), null, previewed);
  const waiting = await withLink(context, formId, ids);
  const left = ids.filter((id) => !waiting.has(id));
  const counts = { withMail: 0, noAddress: 0, refused: 0 };
  for (let from = 0; from < left.length; from += atOnce) {
    const part = left.slice(from, from + atOnce).map((customerId) => ({ customerId }));
    for (const { email, refused } of await addressesOf(context, part))
      counts[refused ? 'refused' : email ? 'withMail' : 'noAddress'] += 1;
  }
  await logAccess(context, {
    action: 'list',
    subjectKind: 'customer',
    detail: { part: 'formSending', count: customers.value, filter: query.filter },
  });
  return { customers, looked: ids.length, waiting: waiting.size, ...counts };
}

/** Begins sending the form to every customer a condition finds. */
export async function startSending(context: Context, formId: string, sending: ManySending) {
  await requireOpen(context, formId);
  const { value } = await countRecords(context, asRecords(sending.query), most + 1);
  if (value > most) throw invalid([{ field: 'query', code: 'form.tooMany', params: { limit: most } }]);
  if (value === 0) throw invalid([{ field: 'query', code: 'form.nobody' }]);
  const jobId = await enqueue(context, { kind: sendKind, payload: { formId, sending, batchId: newId() } });
  return { jobId };
}

interface Payload {
  formId: string;
  sending: ManySending;
  batchId: string;
}

/** A hundred customers a transaction in the order of their ids; a restart finds those already done by the batch. */
async function run(job: JobContext, links: Links, { formId, sending, batchId }: Payload) {
  requirePermission(job.actor, 'form:send');
  const total = await job.inTransaction((context) => countRecords(context, asRecords(sending.query), most));
  const result = { links: 0, mails: 0, noAddress: 0, refused: 0, waiting: 0 };
  let done = 0;
  for (let after: string | null = null; done < most; ) {
    const from: string | null = after;
    const ids: string[] = await job.inTransaction(async (context) => {
      const form = await requireOpen(context, formId);
      const found = await matchingIds(context, asRecords(sending.query), from, atOnce);
      const known = await withLink(context, formId, found);
      const before = await mailsOfBatch(context, batchId, found);
      const left = found.filter((id) => !known.has(id) && !before.has(id)).map((customerId) => ({ customerId }));
      const made = await makeLinks(context, links, form, await addressesOf(context, left), { ...sending, batchId });
      result.waiting += [...known].filter((id) => !before.has(id)).length;
      for (const mail of [...before.values(), ...made.map((one) => one.mail)]) {
        result.links += 1;
        if (mail === 'noAddress' || mail === 'refused') result[mail] += 1;
        else if (mail !== 'none') result.mails += 1;
      }
      return found;
    });
    done += ids.length;
    after = ids.at(-1) ?? null;
    await job.progress(done, Math.max(total.value, done));
    if (ids.length < atOnce) break;
  }
  return result;
}

/** Links the batch made before its process died, with what became of their mails. */
async function mailsOfBatch(context: Context, batchId: string, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await context.tx
    .selectFrom('form_invitation')
    .select(['customer_id', 'mail'])
    .where('org_id', '=', context.orgId)
    .where('batch_id', '=', batchId)
    .where('customer_id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [String(row.customer_id), row.mail]));
}

export const sendingJob = (links: Links): JobKind =>
  defineJob<Payload>({ kind: sendKind, heavy: false, run: (job, payload) => run(job, links, payload) });
