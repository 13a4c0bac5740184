import { sql } from 'kysely';
import { loadCustomer, waitForChains } from '#modules/customers/index.ts';
import { mayTouch, visible } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import type { Organisation } from '../employment-contract.ts';
import { readableFields } from './card.ts';
import { held } from './edges.ts';

/** A chart beyond this is no chart; the list of people pages on. */
const largest = 500;

interface Row {
  id: string;
  version: number;
  contact_id: string;
  name: string;
  position: string | null;
  department: string | null;
  buying_role: string | null;
  attitude: string | null;
  roles: string[] | null;
  reports_to: string | null;
  from_on: string | null;
  to_on: string | null;
  home: string;
  can_open: boolean;
}

/** The people of a customer as its chart shows them. Of a person shared by another customer only name and post here are shown. */
export async function organisation(context: Context, customerId: string): Promise<Organisation> {
  const customer = await loadCustomer(context, customerId, 'customer:read');
  const readable = await readableFields(context);
  const result = await sql<Row>`
    select employment.id, employment.version, employment.contact_id, contact.name, employment.position, employment.department,
      contact.buying_role, contact.attitude, contact.roles, employment.reports_to, employment.from_on, employment.to_on,
      contact.customer_id as home, coalesce(${visible(context.actor, 'customer:read', 'owner')}, false) as can_open
    from employment join contact on contact.org_id = employment.org_id and contact.id = employment.contact_id and contact.state = 'active'
      join customer owner on owner.org_id = contact.org_id and owner.id = contact.customer_id
    where employment.org_id = ${context.orgId} and employment.customer_id = ${customerId}
    order by employment.to_on desc nulls first, contact.is_primary desc nulls last, contact.name_sort collate "C", contact.id,
      employment.reports_to nulls first, employment.id
    limit ${largest + 1}`.execute(context.tx);
  const rows = result.rows.slice(0, largest);
  const show = <T>(key: string, value: T | null) => (readable.has(key) ? value : null);
  // After a merge of two customers that shared a person two posts may be open here; the chart shows the person once, with a superior.
  const present = [...new Map(rows.filter((row) => row.to_on === null).map((row) => [row.contact_id, row])).values()];
  const here = new Set(present.map((row) => row.contact_id));
  const ids = [...here];
  const colleagues = await sql<{ id: string; typeId: string; fromId: string; toId: string; strength: number }>`
    select id, type_id as "typeId", from_id as "fromId", to_id as "toId", strength from relation
    where org_id = ${context.orgId} and from_contact_id = any(${ids}::uuid[]) and to_contact_id = any(${ids}::uuid[])
      and ${held('relation', await companyToday(context))}
    order by id limit 1000`.execute(context.tx);
  return {
    people: present.map((row) => {
      const shared = row.home !== customerId;
      const mine = row.can_open;
      return {
        employmentId: row.id,
        version: row.version,
        contactId: row.contact_id,
        name: row.name,
        position: show('position', row.position),
        department: show('department', row.department),
        buyingRole: mine ? show('buyingRole', row.buying_role) : null,
        attitude: mine ? show('attitude', row.attitude) : null,
        roles: mine ? (show('roles', row.roles) ?? []) : [],
        reportsTo: row.reports_to && here.has(row.reports_to) ? row.reports_to : null,
        shared,
        canOpen: mine,
      };
    }),
    // Who came back, or has another post here, has not left.
    former: rows
      .filter((row) => row.to_on !== null && !here.has(row.contact_id))
      .map((row) => ({
        employmentId: row.id,
        contactId: row.contact_id,
        name: row.name,
        position: show('position', row.position),
        fromOn: row.from_on,
        toOn: row.to_on,
        canOpen: row.can_open,
      })),
    colleagues: colleagues.rows.filter((row) => {
      const seen = (id: string) => present.some((item) => item.contact_id === id && item.can_open);
      return seen(row.fromId) && seen(row.toId);
    }),
    truncated: result.rows.length > largest,
    can: { update: customer.state === 'active' && mayTouch(context.actor, 'customer:update', customer) },
  };
}

/** Sets to whom a person reports at a customer. */
export async function setReportingLine(
  context: Context,
  employmentId: string,
  reportsTo: string | null,
): Promise<Organisation> {
  await waitForChains(context);
  const found = await context.tx
    .selectFrom('employment')
    .select(['customer_id', 'contact_id'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', employmentId)
    .executeTakeFirst();
  if (!found?.customer_id) throw notFound('employment');
  const customer = await loadCustomer(context, found.customer_id, 'customer:update', true);
  if (customer.state !== 'active') throw conflict('customer.trashed');
  const posts = await context.tx
    .selectFrom('employment')
    .select(['id', 'version', 'contact_id', 'reports_to'])
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', customer.id)
    .where('to_on', 'is', null)
    .execute();
  const post = posts.find((item) => item.id === employmentId);
  if (!post) throw conflict('employment.ended');
  requireVersion(context, post.version, () => ({ version: post.version }));
  if (reportsTo === post.contact_id) throw invalid([{ field: 'reportsTo', code: 'organisation.self' }]);
  const superiors = new Map(posts.map((item) => [item.contact_id, item.reports_to] as const));
  if (reportsTo && !superiors.has(reportsTo)) throw invalid([{ field: 'reportsTo', code: 'organisation.notHere' }]);
  for (let above = reportsTo, steps = 0; above && steps <= posts.length; steps += 1) {
    if (above === post.contact_id) throw invalid([{ field: 'reportsTo', code: 'organisation.circle' }]);
    above = superiors.get(above) ?? null;
  }
  if (reportsTo !== post.reports_to) {
    await context.tx
      .updateTable('employment')
      .set({ reports_to: reportsTo, version: sql`version + 1` })
      .where('org_id', '=', context.orgId)
      .where('id', '=', employmentId)
      .execute();
    const names = await context.tx
      .selectFrom('contact')
      .select(['id', 'name'])
      .where('org_id', '=', context.orgId)
      .where('id', 'in', [post.contact_id, ...(reportsTo ? [reportsTo] : [])])
      .execute();
    const nameOf = (id: string | null) => names.find((item) => item.id === id)?.name ?? null;
    await recordEvent(context, {
      kind: 'employment.reportingLineSet',
      subjectKind: 'employment',
      subjectId: employmentId,
      customerId: customer.id,
      data: { contactId: post.contact_id, name: nameOf(post.contact_id), reportsTo: nameOf(reportsTo) },
    });
  }
  return organisation(context, customer.id);
}

/** A person at a customer as other modules use it: present people, shared ones included. */
interface PersonAt {
  contactId: string;
  name: string;
  position: string | null;
  isPrimary: boolean;
  shared: boolean;
}

/**
 * The present people of a customer the caller may see, primary ones first; at most 500.
 * @public door for briefs, minutes and calls
 */
export async function contactsOf(context: Context, customerId: string): Promise<PersonAt[]> {
  await loadCustomer(context, customerId, 'customer:read');
  const readable = await readableFields(context);
  const result = await sql<{
    contactId: string;
    name: string;
    position: string | null;
    isPrimary: boolean;
    home: string;
  }>`
    select contact.id as "contactId", contact.name, employment.position, coalesce(contact.is_primary, false) as "isPrimary",
      contact.customer_id as home
    from employment join contact on contact.org_id = employment.org_id and contact.id = employment.contact_id and contact.state = 'active'
    where employment.org_id = ${context.orgId} and employment.customer_id = ${customerId} and employment.to_on is null
    order by contact.is_primary desc nulls last, contact.name_sort collate "C", contact.id limit ${largest}`.execute(
    context.tx,
  );
  return result.rows.map(({ home, ...row }) => ({
    ...row,
    position: readable.has('position') ? row.position : null,
    shared: home !== customerId,
  }));
}
