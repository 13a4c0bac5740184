import {
  checkValues,
  countRecords,
  dictionaryFor,
  fromListRow,
  linkLabels,
  listRecords,
  namesById,
  wantedFields,
} from '#modules/fields/index.ts';
import { whoCan } from '#modules/people/index.ts';
import { mayTouch } from '#platform/access/visible.ts';
import { checkContextOf } from '#platform/company.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import { type Route, serve } from '#platform/http/route.ts';
import { conflict } from '#shared/errors.ts';
import type { CustomerKind } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { getBrief } from '../brief-contract.ts';
import * as bulk from '../bulk-contract.ts';
import * as contract from '../contract.ts';
import * as views from '../views-contract.ts';
import { readBrief } from './brief.ts';
import { previewBulkChange, startBulkChange } from './bulk.ts';
import { listFailures, startUndo } from './bulk-result.ts';
import { loadCustomer, loadSurvivor, viewCard } from './card.ts';
import { assignCustomer, createCustomer, setTrashed, updateCustomer, verifyValue } from './change.ts';
import { needsIntake, usualKind } from './creation.ts';
import { findDuplicates } from './duplicates.ts';
import { customerAsOf, customerTimeline, fieldHistory, restoreValue } from './history.ts';
import { search } from './search.ts';
import { createView, deleteView, listViews, updateView } from './views.ts';

const usualFields = ['name', 'number', 'grade', 'phones', 'country', 'ownerId', 'updatedAt'];

/** Endpoints of the customers module. */
export const customerRoutes: Route[] = [
  serve(contract.listCustomers, async (context, { query }) => {
    const keys = await wantedFields(context, 'customer', query.fields, usualFields);
    const page = await listRecords(context, {
      object: 'customer',
      sort: query.sort,
      fields: keys,
      filter: query.filter,
      q: query.q,
      state: query.state,
      cursor: query.cursor,
      limit: query.limit,
    });
    const values = page.rows.map((row) => fromListRow(page.fields, row));
    await logAccess(context, {
      action: 'list',
      subjectKind: 'customer',
      detail: {
        count: page.rows.length,
        q: query.q,
        filter: query.filter,
        sort: query.sort,
        continued: query.cursor !== undefined,
      },
    });
    return {
      items: page.rows.map((row, index) => ({
        id: row.id,
        version: row.version,
        number: String(row.number),
        kind: row.kind as CustomerKind,
        ownerId: row.owner_id as string | null,
        values: values[index] ?? {},
        can: {
          update: row.state === 'active' && mayTouch(context.actor, 'customer:update', row as never),
          trash: row.state === 'active' && mayTouch(context.actor, 'customer:trash', row as never),
        },
      })),
      nextCursor: page.nextCursor,
      labels: await linkLabels(context, page.fields, values),
    };
  }),
  serve(contract.countCustomers, async (context, { query }) => {
    const count = await countRecords(context, { object: 'customer', ...query });
    const { q, filter } = query;
    await logAccess(context, {
      action: 'list',
      subjectKind: 'customer',
      detail: { part: 'count', count: count.value, q, filter },
    });
    return count;
  }),
  serve(contract.getCustomer, async (context, { params }) => {
    const row = await loadSurvivor(context, params.id, 'customer:read');
    await logAccess(context, { action: 'view', subjectKind: 'customer', subjectId: row.id, customerId: row.id });
    return viewCard(context, row);
  }),
  serve(getBrief, async (context, { params }) => readBrief(context, params.id)),
  serve(contract.getCreation, async (context) => ({
    way: (await needsIntake(context)) ? ('intake' as const) : ('direct' as const),
    kind: await usualKind(context),
  })),
  serve(contract.createCustomer, (context, { body }) => createCustomer(context, body)),
  serve(contract.updateCustomer, (context, { params, body }) => updateCustomer(context, params.id, body)),
  serve(contract.assignCustomer, (context, { params, body }) => assignCustomer(context, params.id, body)),
  serve(contract.trashCustomer, (context, { params, body }) => setTrashed(context, params.id, true, body.reason)),
  serve(contract.restoreCustomer, (context, { params }) => setTrashed(context, params.id, false)),
  serve(contract.fieldHistory, (context, { params, query }) => fieldHistory(context, params.id, params.key, query)),
  serve(contract.restoreValue, (context, { params, body }) =>
    restoreValue(context, params.id, params.key, body.eventId),
  ),
  serve(contract.verifyValue, (context, { params, body }) => verifyValue(context, params.id, params.key, body.note)),
  serve(contract.customerAsOf, (context, { params, query }) => customerAsOf(context, params.id, query.date)),
  serve(contract.customerTimeline, (context, { params, query }) => customerTimeline(context, params.id, query)),
  serve(contract.addNote, async (context, { params, body }) => {
    const row = await loadCustomer(context, params.id, 'customer:update');
    if (row.state !== 'active') throw conflict('customer.trashed');
    const id = newId();
    await context.tx
      .insertInto('note')
      .values({
        org_id: context.orgId,
        id,
        customer_id: row.id,
        body: body.body,
        author_name: context.actor.name,
        created_by: context.actor.userId,
      })
      .execute();
    await recordEvent(context, {
      kind: 'note.added',
      subjectKind: 'note',
      subjectId: id,
      customerId: row.id,
      data: { body: body.body },
      occurredAt: body.occurredAt ? new Date(body.occurredAt) : null,
    });
    return { id, version: 1 };
  }),
  serve(contract.whoCanSee, async (context, { params, query }) => {
    const row = await loadCustomer(context, params.id, 'customer:read');
    await logAccess(context, {
      action: 'view',
      subjectKind: 'customer',
      subjectId: row.id,
      customerId: row.id,
      detail: { part: 'viewers' },
    });
    return whoCan(context, 'customer:read', row, query);
  }),
  serve(contract.possibleDuplicates, async (context, { body }) => {
    const { fields } = await dictionaryFor(context, 'customer');
    const byKey = new Map(fields.map((field) => [field.key, field] as const));
    const { values } = checkValues(byKey, body.values, {
      ...(await checkContextOf(context)),
      kind: null,
      create: false,
    });
    const found = await findDuplicates(context, { object: 'customer', kind: body.kind, values }, body.exceptId ?? null);
    await logAccess(context, {
      action: 'search',
      subjectKind: 'customer',
      detail: { part: 'duplicates', fields: Object.keys(values), count: found.items.length + found.hidden },
    });
    return found;
  }),
  serve(contract.searchRecords, (context, { query }) => search(context, query.q, query.limit)),
  serve(contract.recordNames, async (context, { query }) => ({ names: await namesById(context, query) })),
  serve(bulk.previewBulkChange, (context, { body }) => previewBulkChange(context, body)),
  serve(bulk.startBulkChange, (context, { body }) => startBulkChange(context, body)),
  serve(bulk.listBulkFailures, (context, { params, query }) => listFailures(context, params.id, query)),
  serve(bulk.undoBulkChange, (context, { params }) => startUndo(context, params.id)),
  serve(views.listViews, (context) => listViews(context)),
  serve(views.createView, (context, { body }) => createView(context, body)),
  serve(views.updateView, (context, { params, body }) => updateView(context, params.id, body)),
  serve(views.deleteView, async (context, { params }) => {
    await deleteView(context, params.id);
    return undefined;
  }),
];
