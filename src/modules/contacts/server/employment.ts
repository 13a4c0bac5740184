import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { recordEvents } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { addDays } from '#shared/dates/zoned.ts';
import { badRequest, conflict, invalid, notFound } from '#shared/errors.ts';
import type { FieldValues } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import type { ContactView } from '../contract.ts';
import type { EmploymentView } from '../employment-contract.ts';
import { endsAfterStart } from '../rules.ts';
import { loadContact, openContact, readableFields, reloadContact } from './card.ts';
import { applyContactChange, type ContactRow } from './store.ts';

const select = (context: Context) =>
  context.tx.selectFrom('employment').selectAll().where('org_id', '=', context.orgId);
export type EmploymentRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

interface Post {
  customerId?: string;
  companyName?: string;
  position?: string | null;
  department?: string | null;
  fromOn?: string | null;
  toOn?: string | null;
  note?: string | null;
}

/** Where a person works and worked, the present first. A customer the caller may not see has no name. */
export async function employmentsOf(context: Context, contactId: string): Promise<{ items: EmploymentView[] }> {
  const contact = await loadContact(context, contactId, 'customer:read');
  const readable = await readableFields(context);
  const result = await sql<EmploymentRow & { customer_name: string | null }>`
    select employment.*, customer.name as customer_name
    from employment left join customer on customer.org_id = employment.org_id and customer.id = employment.customer_id
      and customer.state = 'active' and ${visible(context.actor, 'customer:read', 'customer')}
    where employment.org_id = ${context.orgId} and employment.contact_id = ${contactId}
    order by employment.to_on desc nulls first, employment.from_on desc nulls last, employment.id desc limit 200`.execute(
    context.tx,
  );
  return {
    items: result.rows.map((row) => ({
      id: row.id,
      version: row.version,
      contactId: row.contact_id,
      customerId: row.customer_name === null ? null : row.customer_id,
      company: row.customer_name ?? row.company_name,
      position: readable.has('position') ? row.position : null,
      department: readable.has('department') ? row.department : null,
      fromOn: row.from_on,
      toOn: row.to_on,
      note: row.note,
      home: isHome(contact, row),
    })),
  };
}

const isHome = (contact: ContactRow, row: EmploymentRow) =>
  row.customer_id === contact.customer_id && row.to_on === null;

const openAt = (context: Context, contactId: string, customerId: string) =>
  select(context)
    .where('contact_id', '=', contactId)
    .where('customer_id', '=', customerId)
    .where('to_on', 'is', null)
    .executeTakeFirst();

/**
 * A post holds two fields of the person: who may not read one may not write it either. Empty, as a form sends what it does not
 * show, it stays as it is.
 */
async function withinClearance<T extends Pick<Post, 'position' | 'department'>>(
  context: Context,
  input: T,
): Promise<T> {
  const readable = await readableFields(context);
  const kept = { ...input };
  for (const key of ['position', 'department'] as const) {
    if (readable.has(key)) continue;
    if (input[key]) throw badRequest('field.unknown', { field: key, params: { field: key } });
    delete kept[key];
  }
  return kept;
}

/** Shares a person with another customer (an open post there), or adds a past post to the career. */
export async function addEmployment(context: Context, contactId: string, given: Post) {
  const input = await withinClearance(context, given);
  const contact = await loadContact(context, contactId, 'customer:update', true);
  if (input.customerId) {
    const permission = input.toOn ? 'customer:read' : 'customer:update';
    const customer = await loadCustomer(context, input.customerId, permission);
    if (customer.state !== 'active') throw conflict('customer.trashed');
    if (!input.toOn && (await openAt(context, contactId, customer.id)))
      throw conflict('employment.already', { field: 'customerId' });
  }
  const row = {
    org_id: context.orgId,
    id: newId(),
    contact_id: contactId,
    customer_id: input.customerId ?? null,
    company_name: input.companyName ?? null,
    position: input.position ?? null,
    department: input.department ?? null,
    from_on: input.fromOn ?? null,
    to_on: input.toOn ?? null,
    note: input.note ?? null,
    created_by: context.actor.userId,
  };
  await context.tx.insertInto('employment').values(row).execute();
  await tell(context, contact, row.id, input.toOn ? 'employment.recorded' : 'employment.started', [
    contact.customer_id,
    row.customer_id,
  ]);
  return employmentsOf(context, contactId);
}

/** Loads a post through its person, locked, and compares versions. */
async function openPost(context: Context, id: string): Promise<{ row: EmploymentRow; contact: ContactRow }> {
  const found = await select(context).where('id', '=', id).executeTakeFirst();
  if (!found) throw notFound('employment');
  const contact = await loadContact(context, found.contact_id, 'customer:update', true);
  const row = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('employment');
  requireVersion(context, row.version, () => ({ version: row.version }));
  return { row, contact };
}

export async function updateEmployment(context: Context, id: string, given: Post) {
  const input = await withinClearance(context, given);
  const { row, contact } = await openPost(context, id);
  const fromOn = input.fromOn === undefined ? row.from_on : input.fromOn;
  const toOn = input.toOn === undefined ? row.to_on : input.toOn;
  if (!endsAfterStart({ fromOn, toOn })) throw invalid([{ field: 'toOn', code: 'period.endBeforeStart' }]);
  // The present post ends by going to another company, else the person would belong nowhere.
  if (isHome(contact, row) && toOn) throw conflict('employment.present');
  if (row.to_on && !toOn && row.customer_id && (await openAt(context, contact.id, row.customer_id)))
    throw conflict('employment.already');
  if (row.to_on && !toOn && row.customer_id) await loadCustomer(context, row.customer_id, 'customer:update');
  if (isHome(contact, row) && (input.position !== undefined || input.department !== undefined)) {
    const values: FieldValues = {};
    if (input.position !== undefined) values.position = input.position;
    if (input.department !== undefined) values.department = input.department;
    await applyContactChange(context, contact, { values });
  }
  await context.tx
    .updateTable('employment')
    .set({
      ...(input.position === undefined ? {} : { position: input.position }),
      ...(input.department === undefined ? {} : { department: input.department }),
      ...(input.note === undefined ? {} : { note: input.note }),
      ...(toOn ? { reports_to: null } : {}),
      from_on: fromOn,
      to_on: toOn,
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  if (toOn && !row.to_on) await reattachReports(context, row);
  const kind = toOn && !row.to_on ? 'employment.ended' : 'employment.changed';
  await tell(context, contact, id, kind, [contact.customer_id, row.customer_id]);
  return employmentsOf(context, contact.id);
}

export async function removeEmployment(context: Context, id: string) {
  const { row, contact } = await openPost(context, id);
  if (isHome(contact, row)) throw conflict('employment.present');
  await reattachReports(context, row);
  await context.tx.deleteFrom('employment').where('org_id', '=', context.orgId).where('id', '=', id).execute();
  await tell(context, contact, id, 'employment.removed', [contact.customer_id, row.customer_id]);
  return employmentsOf(context, contact.id);
}

/** Who reported to somebody who left reports to that person's superior, so that the chart does not fall apart. */
async function reattachReports(context: Context, row: EmploymentRow): Promise<void> {
  if (!row.customer_id) return;
  await context.tx
    .updateTable('employment')
    .set({ reports_to: row.reports_to, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', row.customer_id)
    .where('reports_to', '=', row.contact_id)
    .execute();
}

/** What a person is at one company: it goes along to no other, and is kept by the post there. */
export const postFields = ['position', 'department', 'isPrimary', 'buyingRole', 'roles'];

/**
 * A person goes to another company on a day: the present post ends the day before, a new one begins, the card moves to the new
 * customer with everything known of the person. To a company that is no customer the card stays where it was, as a former one.
 */
export async function changeJob(
  context: Context,
  contactId: string,
  given: {
    customerId?: string;
    companyName?: string;
    position?: string | null;
    department?: string | null;
    on: string;
  },
): Promise<ContactView> {
  const input = await withinClearance(context, given);
  const contact = await openContact(context, contactId);
  if (input.customerId === contact.customer_id && (await openAt(context, contactId, contact.customer_id)))
    throw conflict('employment.sameCustomer', { field: 'customerId' });
  if (input.customerId) {
    const customer = await loadCustomer(context, input.customerId, 'customer:update');
    if (customer.state !== 'active') throw conflict('customer.trashed');
  }
  const last = addDays(input.on, -1);
  const present = await openAt(context, contactId, contact.customer_id);
  if (present) {
    if (present.from_on && last < present.from_on)
      throw invalid([{ field: 'on', code: 'employment.beforePresent', params: { day: present.from_on } }]);
    await reattachReports(context, present);
    await setPost(context, present.id, { to_on: last, reports_to: null });
  }
  const shared = input.customerId ? await openAt(context, contactId, input.customerId) : undefined;
  const post = {
    position: input.position ?? shared?.position ?? null,
    department: input.department ?? shared?.department ?? null,
  };
  const same = shared?.position === post.position && shared.department === post.department;
  const began = shared && (shared.from_on === null || shared.from_on <= last);
  let id = shared?.id ?? newId();
  // What the person was there until now is history, too.
  if (shared && began && !same) {
    await setPost(context, shared.id, { to_on: last, reports_to: null });
    id = newId();
  }
  if (id === shared?.id) await setPost(context, id, post);
  else
    await context.tx
      .insertInto('employment')
      .values({
        org_id: context.orgId,
        id,
        contact_id: contactId,
        customer_id: input.customerId ?? null,
        company_name: input.companyName ?? null,
        ...post,
        from_on: input.on,
        reports_to: shared?.reports_to ?? null,
        created_by: context.actor.userId,
      })
      .execute();
  const former = contact.customer_id;
  if (input.customerId) {
    await applyContactChange(context, contact, {
      values: { ...Object.fromEntries(postFields.map((key) => [key, null])), ...post },
      customerId: input.customerId,
      event: 'contact.movedCompany',
    });
  }
  await tell(context, contact, id, 'employment.jobChanged', [former, input.customerId ?? null]);
  return reloadContact(context, contactId);
}

async function setPost(context: Context, id: string, changes: Partial<EmploymentRow>): Promise<void> {
  await context.tx
    .updateTable('employment')
    .set({ ...changes, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
}

/** One event at each customer concerned; it names the person only, never the other customer. */
async function tell(
  context: Context,
  contact: ContactRow,
  id: string,
  kind: string,
  customers: (string | null)[],
): Promise<void> {
  const concerned = [...new Set(customers.filter((customer) => customer !== null))];
  await recordEvents(
    context,
    concerned.map((customerId) => ({
      kind,
      subjectKind: 'employment',
      subjectId: id,
      customerId,
      data: { contactId: contact.id, name: contact.name },
    })),
  );
}
