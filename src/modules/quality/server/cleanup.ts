import { type CustomerRow, loadCustomer, registerBulkStep, writeFacts } from '#modules/customers/index.ts';
import { countRecords } from '#modules/fields/index.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { type Route, serve } from '#platform/http/route.ts';
import type { Condition } from '#shared/conditions.ts';
import { conflict } from '#shared/errors.ts';
import * as contract from '../cleanup-contract.ts';

const halfYear = { count: 6, unit: 'month' };
const longAgo = (field: string): Condition => ({ field, op: 'olderThan', value: halfYear });
const never = (field: string): Condition => ({ field, op: 'empty' });
const unconfirmed: Condition = { any: [never('confirmedOn'), longAgo('confirmedOn')] };

/** The queues are conditions, so that list, bulk edit and export work on exactly the same customers. */
const conditions: Record<contract.CleanupQueue, Condition> = {
  invalid: { all: [{ field: 'invalidPoints', op: 'gt', value: 0 }, unconfirmed] },
  outdated: { all: [{ field: 'staleFields', op: 'gt', value: 0 }, unconfirmed] },
  silent: {
    all: [
      longAgo('createdAt'),
      { any: [never('lastContactAt'), longAgo('lastContactAt')] },
      { any: [never('lastPurchaseOn'), longAgo('lastPurchaseOn')] },
      unconfirmed,
    ],
  },
};

async function listCleanup(context: Context) {
  const items = [];
  for (const key of contract.cleanupQueues)
    items.push({
      key,
      condition: conditions[key],
      count: await countRecords(context, { object: 'customer', filter: conditions[key] }),
    });
  return { items };
}

async function confirmCustomer(context: Context, id: string, note: string | undefined) {
  const row = await loadCustomer(context, id, 'customer:update', true);
  if (row.state !== 'active') throw conflict('customer.trashed');
  return { confirmedOn: await confirm(context, row, { reason: note }) };
}

async function confirm(context: Context, row: CustomerRow, note: { reason?: string; batchId?: string }) {
  const { id } = row;
  const day = await companyToday(context);
  await writeFacts(context, id, { confirmedOn: day });
  await recordEvent(context, {
    kind: 'customer.confirmed',
    subjectKind: 'customer',
    subjectId: id,
    customerId: id,
    data: { before: row.confirmed_on },
    ...note,
  });
  return day;
}

/** The latest word on whether the customer is right as it stands. */
const latestWord = (context: Context, id: string) =>
  context.tx
    .selectFrom('event')
    .select(['id', 'kind', 'actor_id', 'data'])
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', id)
    .where('subject_id', '=', id)
    .where('kind', 'in', ['customer.confirmed', 'customer.confirmationWithdrawn'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();

/** Undo for whoever pressed the wrong button: only one's own confirmation, and only while it is the latest word on the customer. */
async function withdrawConfirmation(context: Context, id: string) {
  await loadCustomer(context, id, 'customer:update', true);
  const latest = await latestWord(context, id);
  if (latest?.kind !== 'customer.confirmed' || latest.actor_id !== context.actor.userId)
    throw conflict('quality.nothingToWithdraw');
  const { before } = latest.data as { before: string | null };
  await withdraw(context, id, before);
  return { confirmedOn: before };
}

async function withdraw(context: Context, id: string, before: string | null): Promise<void> {
  await writeFacts(context, id, { confirmedOn: before });
  await recordEvent(context, {
    kind: 'customer.confirmationWithdrawn',
    subjectKind: 'customer',
    subjectId: id,
    customerId: id,
  });
}

registerBulkStep('confirm', {
  permission: 'customer:update',
  event: 'customer.confirmed',
  async take(context, row, note) {
    if (row.confirmed_on === (await companyToday(context))) return false;
    await confirm(context, row, note);
    return true;
  },
  async back(context, row, event) {
    if ((await latestWord(context, row.id))?.id !== event.id) return false;
    await withdraw(context, row.id, event.data?.before ?? null);
    return true;
  },
});

export const cleanupRoutes: Route[] = [
  serve(contract.listCleanup, (context) => listCleanup(context)),
  serve(contract.confirmCustomer, (context, { params, body }) => confirmCustomer(context, params.id, body.note)),
  serve(contract.withdrawConfirmation, (context, { params }) => withdrawConfirmation(context, params.id)),
];
