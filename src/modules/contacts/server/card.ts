import { sql } from 'kysely';
import type { SourceNote } from '#modules/customers/index.ts';
import {
  canonical,
  checkValues,
  dictionaryFor,
  fieldsShown,
  fromRow,
  hidesContacts,
  linkLabels,
  unknownLinks,
  visibleRecords,
} from '#modules/fields/index.ts';
import { checkContextOf, companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, invalid, notFound, Problem } from '#shared/errors.ts';
import type { FieldDefinition, FieldValues, LunarDateValue, Provenance } from '#shared/fields.ts';
import type { ContactView } from '../contract.ts';
import { ageOn } from './calendar.ts';
import { applyContactChange, type ContactRow } from './store.ts';

/** The contact fields the actor may read, by key. */
export async function readableFields(context: Context): Promise<Map<string, FieldDefinition>> {
  const { fields } = await dictionaryFor(context, 'contact');
  return new Map(fields.map((field) => [field.key, field] as const));
}

export async function checkedValues(context: Context, input: FieldValues, create: boolean): Promise<FieldValues> {
  const fields = await readableFields(context);
  const { values, errors } = checkValues(fields, input, { ...(await checkContextOf(context)), kind: null, create });
  errors.push(...(await unknownLinks(context, fields.values(), values)));
  if (errors.length > 0) throw invalid(errors);
  return values;
}

/** Loads a contact through what the actor may do with its customer; out of scope is absent. */
export async function loadContact(context: Context, id: string, permission: string, lock = false): Promise<ContactRow> {
  let query = context.tx
    .selectFrom('contact')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .where(visibleRecords(context, 'contact', permission));
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (row) return row;
  const survivor = await visibleSurvivor(context, id, permission);
  if (!survivor) throw notFound('contact');
  const { name } = survivor;
  throw conflict('contact.merged', { params: { name }, data: { merged: id, survivor: { id: survivor.id, name } } });
}

/** The person another was merged into, if the actor may do with it what was wanted of the merged one. */
async function visibleSurvivor(context: Context, id: string, permission: string): Promise<ContactRow | undefined> {
  const found = await sql<{ id: string }>`
    with recursive up as (
      select id, merged_into, 0 as depth from contact where org_id = ${context.orgId} and id = ${id}
      union all
      select c.id, c.merged_into, depth + 1 from contact c join up on c.id = up.merged_into
      where c.org_id = ${context.orgId} and depth < 50)
    select id from up where merged_into is null and depth > 0 limit 1`.execute(context.tx);
  const survivor = found.rows[0]?.id;
  return survivor
    ? await context.tx
        .selectFrom('contact')
        .selectAll()
        .where('org_id', '=', context.orgId)
        .where('id', '=', survivor)
        .where('state', '=', 'active')
        .where(visibleRecords(context, 'contact', permission))
        .executeTakeFirst()
    : undefined;
}

/** The person, or the one they were merged into: old links keep leading somewhere. */
export async function loadPerson(context: Context, id: string, permission: string): Promise<ContactRow> {
  try {
    return await loadContact(context, id, permission);
  } catch (error) {
    const survivor = isMerged(error) ? await visibleSurvivor(context, id, permission) : undefined;
    if (!survivor) throw error;
    return survivor;
  }
}
const isMerged = (error: unknown) => error instanceof Problem && error.code === 'contact.merged';

/** The fields the actor may read of this person: no contact details where the customer's pool hides them. */
export async function shownFields(context: Context, row: ContactRow): Promise<Map<string, FieldDefinition>> {
  const customer = await context.tx
    .selectFrom('customer')
    .select('pool')
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.customer_id)
    .executeTakeFirst();
  const hidden = customer !== undefined && hidesContacts(context.actor, customer);
  const fields = fieldsShown([...(await readableFields(context)).values()], hidden);
  return new Map(fields.map((field) => [field.key, field] as const));
}

/** A contact as this actor sees it: unreadable fields, their provenance and their links are left out. */
export async function viewContact(context: Context, row: ContactRow): Promise<ContactView> {
  const fields = await shownFields(context, row);
  const may = await sql<{ name: string; update: boolean; verify: boolean }>`
    select customer.name, ${visibleRecords(context, 'contact', 'customer:update')} as update,
      ${visibleRecords(context, 'contact', 'customer:verify')} as verify
    from contact join customer on customer.org_id = contact.org_id and customer.id = contact.customer_id
    where contact.org_id = ${context.orgId} and contact.id = ${row.id}`.execute(context.tx);
  const found = may.rows[0];
  const values = fromRow(fields.values(), row);
  return {
    id: row.id,
    version: row.version,
    customerId: row.customer_id,
    customerName: found?.name ?? '',
    state: row.state as ContactView['state'],
    age: ageOn(
      await companyToday(context),
      values.birthday as string | undefined,
      values.lunarBirthday as LunarDateValue | undefined,
    ),
    values,
    provenance: Object.fromEntries(
      Object.entries(row.provenance as Record<string, Provenance>).filter(([key]) => fields.has(key)),
    ),
    labels: await linkLabels(context, [...fields.values()], [values]),
    can: {
      update: row.state === 'active' && found?.update === true,
      verify: row.state === 'active' && found?.verify === true,
    },
  };
}

/** The people of a customer as this actor sees them, main ones first, to be read away from here: nothing can be changed on them. */
export async function viewContactsOf(context: Context, customerId: string): Promise<ContactView[]> {
  const rows = await context.tx
    .selectFrom('contact')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', customerId)
    .where('state', '=', 'active')
    .where(visibleRecords(context, 'contact', 'customer:read'))
    .orderBy(sql`is_primary desc nulls last, name_sort collate "C", id`)
    .limit(100)
    .execute();
  const [first] = rows;
  if (!first) return [];
  const fields = await shownFields(context, first);
  const day = await companyToday(context);
  const values = rows.map((row) => fromRow(fields.values(), row));
  const labels = await linkLabels(context, [...fields.values()], values);
  return rows.map((row, index) => {
    const own = values[index] ?? {};
    return {
      id: row.id,
      version: row.version,
      customerId,
      customerName: '',
      state: 'active',
      age: ageOn(day, own.birthday as string | undefined, own.lunarBirthday as LunarDateValue | undefined),
      values: own,
      provenance: {},
      labels,
      can: { update: false, verify: false },
    };
  });
}

export async function reloadContact(context: Context, id: string): Promise<ContactView> {
  const row = await context.tx
    .selectFrom('contact')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw notFound('contact');
  return viewContact(context, row);
}

/** Locks a contact for a change by the caller and compares the version the caller read. */
export async function openContact(context: Context, id: string, permission = 'customer:update'): Promise<ContactRow> {
  const row = await loadContact(context, id, permission, true).catch(async (error: unknown) => {
    const merged = isMerged(error) && context.ifMatch !== null;
    const survivor = merged ? await visibleSurvivor(context, id, permission) : undefined;
    if (!survivor) throw error;
    const current = await viewContact(context, survivor);
    throw new Problem(412, 'contact.merged', { params: { name: survivor.name }, data: { current } });
  });
  if (context.ifMatch !== null && context.ifMatch !== row.version) {
    const current = await viewContact(context, row);
    requireVersion(context, row.version, () => current);
  }
  return row;
}

export async function updateContact(
  context: Context,
  id: string,
  input: { values: FieldValues; sources: Record<string, SourceNote>; reason?: string },
): Promise<ContactView> {
  const row = await openContact(context, id);
  const values = await checkedValues(context, input.values, false);
  const before = fromRow((await readableFields(context)).values(), row);
  const entries = row.provenance as Record<string, Provenance>;
  const errors = Object.keys(values)
    .filter(
      (key) => entries[key]?.verifiedAt && !input.sources[key] && canonical(values[key]) !== canonical(before[key]),
    )
    .map((key) => ({ field: `values.${key}`, code: 'provenance.sourceRequired' }));
  if (errors.length > 0) throw invalid(errors);
  await applyContactChange(context, row, {
    values,
    sources: input.sources,
    ...(input.reason ? { reason: input.reason } : {}),
  });
  return reloadContact(context, id);
}
