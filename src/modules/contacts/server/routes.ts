import { sql } from 'kysely';
import { linkLabels, loadCustomer, type SourceNote } from '#modules/customers/index.ts';
import {
  canonical,
  checkValues,
  dictionaryFor,
  fromListRow,
  fromRow,
  listRecords,
  visibleRecords,
} from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import { type Route, serve } from '#platform/http/route.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import type { FieldValues, Provenance } from '#shared/fields.ts';
import * as contract from '../contract.ts';
import { applyContactChange, type ContactRow, insertContacts, trashContact } from './store.ts';

async function readable(context: Context) {
  const { fields } = await dictionaryFor(context, 'contact');
  return new Map(fields.map((field) => [field.key, field] as const));
}

async function checked(context: Context, input: FieldValues, create: boolean): Promise<FieldValues> {
  const org = await context.tx
    .selectFrom('org')
    .select(['country', 'currency'])
    .where('org_id', '=', context.orgId)
    .executeTakeFirstOrThrow();
  const { values, errors } = checkValues(await readable(context), input, { ...org, kind: null, create });
  if (errors.length > 0) throw invalid(errors);
  return values;
}

/** Loads a contact through what the actor may do with its customer. */
async function load(context: Context, id: string, permission: string, lock = false): Promise<ContactRow> {
  let query = context.tx
    .selectFrom('contact')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .where(visibleRecords(context, 'contact', permission));
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('contact');
  return row;
}

async function view(context: Context, row: ContactRow): Promise<contract.ContactView> {
  const fields = await readable(context);
  const may = await context.tx
    .selectFrom('contact')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.id)
    .where(visibleRecords(context, 'contact', 'customer:update'))
    .executeTakeFirst();
  return {
    id: row.id,
    version: row.version,
    customerId: row.customer_id,
    values: fromRow(fields.values(), row),
    provenance: Object.fromEntries(
      Object.entries(row.provenance as unknown as Record<string, Provenance>).filter(([key]) => fields.has(key)),
    ),
    can: { update: may !== undefined },
  };
}

async function reload(context: Context, id: string): Promise<contract.ContactView> {
  return view(
    context,
    await context.tx
      .selectFrom('contact')
      .selectAll()
      .where('org_id', '=', context.orgId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow(),
  );
}

async function openForChange(context: Context, id: string): Promise<ContactRow> {
  const row = await load(context, id, 'customer:update', true);
  if (context.ifMatch !== row.version) {
    const current = await view(context, row);
    requireVersion(context, row.version, () => current);
  }
  return row;
}

async function update(
  context: Context,
  id: string,
  input: { values: FieldValues; sources: Record<string, SourceNote>; reason?: string },
) {
  const row = await openForChange(context, id);
  const values = await checked(context, input.values, false);
  const fields = await readable(context);
  const before = fromRow(fields.values(), row);
  const entries = row.provenance as unknown as Record<string, Provenance>;
  const errors = Object.keys(values)
    .filter(
      (key) => entries[key]?.verifiedAt && !input.sources[key] && canonical(values[key]) !== canonical(before[key]),
    )
    .map((key) => ({ field: `values.${key}`, code: 'provenance.sourceRequired' }));
  if (errors.length > 0) throw invalid(errors);
  await applyContactChange(
    context,
    row,
    input.reason ? { values, sources: input.sources, reason: input.reason } : { values, sources: input.sources },
  );
  return reload(context, id);
}

/** Endpoints of people at customers; each is as visible as its customer. */
export const contactRoutes: Route[] = [
  serve(contract.listContacts, async (context, { query }) => {
    const keys = [...new Set(query.fields.split(',').filter((key) => key !== ''))];
    const page = await listRecords(context, {
      object: 'contact',
      permission: 'customer:read',
      sort: query.sort,
      fields: keys,
      filter: query.filter,
      q: query.q,
      cursor: query.cursor,
      limit: query.limit,
      where: query.customerId ? sql<boolean>`contact.customer_id = ${query.customerId}::uuid` : undefined,
    });
    const values = page.rows.map((row) => fromListRow(page.fields, row));
    await logAccess(context, {
      action: 'list',
      subjectKind: 'contact',
      customerId: query.customerId ?? null,
      detail: { count: page.rows.length },
    });
    return {
      items: page.rows.map((row, index) => ({
        id: row.id,
        version: row.version,
        customerId: row.customer_id,
        values: values[index] ?? {},
      })),
      nextCursor: page.nextCursor,
      labels: await linkLabels(context, page.fields, values),
    };
  }),
  serve(contract.getContact, async (context, { params }) => {
    const row = await load(context, params.id, 'customer:read');
    await logAccess(context, {
      action: 'view',
      subjectKind: 'contact',
      subjectId: row.id,
      customerId: row.customer_id,
    });
    return view(context, row);
  }),
  serve(contract.createContact, async (context, { body }) => {
    const customer = await loadCustomer(context, body.customerId, 'customer:update');
    if (customer.state !== 'active') throw conflict('customer.trashed');
    const values = await checked(context, body.values, true);
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
    const [id = ''] = await insertContacts(context, [
      { customerId: customer.id, values: given, sources: body.sources },
    ]);
    return reload(context, id);
  }),
  serve(contract.updateContact, (context, { params, body }) => update(context, params.id, body)),
  serve(contract.removeContact, async (context, { params }) => {
    const row = await openForChange(context, params.id);
    await trashContact(context, row);
    return reload(context, params.id);
  }),
];
