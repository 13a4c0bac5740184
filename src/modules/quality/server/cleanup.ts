import { loadCustomer, writeFacts } from '#modules/customers/index.ts';
import { countRecords } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { type Route, serve } from '#platform/http/route.ts';
import type { Condition } from '#shared/conditions.ts';
import { localDay } from '#shared/dates/zoned.ts';
import { conflict } from '#shared/errors.ts';
import * as contract from '../cleanup-contract.ts';
import { storedSettings } from './completeness-settings.ts';

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
  const day = localDay(context.now(), (await storedSettings(context)).timeZone);
  await writeFacts(context, id, { confirmedOn: day });
  await recordEvent(context, {
    kind: 'customer.confirmed',
    subjectKind: 'customer',
    subjectId: id,
    customerId: id,
    reason: note ?? null,
    data: { before: row.confirmed_on },
  });
  return { confirmedOn: day };
}

/** Undo for whoever pressed the wrong button: only one's own confirmation, and only while it is the latest word on the customer. */
async function withdrawConfirmation(context: Context, id: string) {
  await loadCustomer(context, id, 'customer:update', true);
  const latest = await context.tx
    .selectFrom('event')
    .select(['kind', 'actor_id', 'data'])
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', id)
    .where('subject_id', '=', id)
    .where('kind', 'in', ['customer.confirmed', 'customer.confirmationWithdrawn'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (latest?.kind !== 'customer.confirmed' || latest.actor_id !== context.actor.userId)
    throw conflict('quality.nothingToWithdraw');
  const { before } = latest.data as { before: string | null };
  await writeFacts(context, id, { confirmedOn: before });
  await recordEvent(context, {
    kind: 'customer.confirmationWithdrawn',
    subjectKind: 'customer',
    subjectId: id,
    customerId: id,
  });
  return { confirmedOn: before };
}

export const cleanupRoutes: Route[] = [
  serve(contract.listCleanup, (context) => listCleanup(context)),
  serve(contract.confirmCustomer, (context, { params, body }) => confirmCustomer(context, params.id, body.note)),
  serve(contract.withdrawConfirmation, (context, { params }) => withdrawConfirmation(context, params.id)),
];
