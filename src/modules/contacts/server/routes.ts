import { loadCustomer } from '#modules/customers/index.ts';
import { logAccess } from '#platform/events/index.ts';
import { type Route, serve } from '#platform/http/route.ts';
import { conflict } from '#shared/errors.ts';
import * as contract from '../contract.ts';
import * as posts from '../employment-contract.ts';
import { checkedValues, loadPerson, openContact, reloadContact, updateContact, viewContact } from './card.ts';
import { addEmployment, changeJob, employmentsOf, removeEmployment, updateEmployment } from './employment.ts';
import { contactFieldHistory, restoreContactValue, verifyContactValue } from './history.ts';
import { organisation, setReportingLine } from './organisation.ts';
import { listPeople } from './people.ts';
import { samePeopleAt } from './same-people.ts';
import { insertContacts, trashContact } from './store.ts';
import { upcomingDates } from './upcoming.ts';

/** Endpoints of people at customers; each is as visible as its customer. */
export const contactRoutes: Route[] = [
  serve(contract.listContacts, (context, { query }) => listPeople(context, query)),
  serve(contract.getContact, async (context, { params }) => {
    const row = await loadPerson(context, params.id, 'customer:read');
    await logAccess(context, {
      action: 'view',
      subjectKind: 'contact',
      subjectId: row.id,
      customerId: row.customer_id,
    });
    return viewContact(context, row);
  }),
  serve(contract.createContact, async (context, { body }) => {
    const customer = await loadCustomer(context, body.customerId, 'customer:update');
    if (customer.state !== 'active') throw conflict('customer.trashed');
    const values = await checkedValues(context, body.values, true);
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
    const [id = ''] = await insertContacts(context, [
      { customerId: customer.id, values: given, sources: body.sources },
    ]);
    return reloadContact(context, id);
  }),
  serve(contract.samePeople, async (context, { body }) => {
    const items = await samePeopleAt(context, body.customerId, body.values);
    await logAccess(context, {
      action: 'search',
      subjectKind: 'contact',
      customerId: body.customerId,
      detail: { part: 'duplicates', fields: Object.keys(body.values), count: items.length },
    });
    return { items };
  }),
  serve(contract.updateContact, (context, { params, body }) => updateContact(context, params.id, body)),
  serve(contract.removeContact, async (context, { params }) => {
    const row = await openContact(context, params.id);
    await trashContact(context, row);
    return reloadContact(context, params.id);
  }),
  serve(contract.contactFieldHistory, (context, { params, query }) =>
    contactFieldHistory(context, params.id, params.key, query),
  ),
  serve(contract.restoreContactValue, (context, { params, body }) =>
    restoreContactValue(context, params.id, params.key, body.eventId),
  ),
  serve(contract.verifyContactValue, (context, { params, body }) =>
    verifyContactValue(context, params.id, params.key, body.note),
  ),
  serve(contract.listUpcomingDates, async (context, { query }) => {
    if (query.customerId) await loadCustomer(context, query.customerId, 'customer:read');
    const page = await upcomingDates(context, query);
    await logAccess(context, { action: 'list', subjectKind: 'contact', detail: { birthdays: page.items.length } });
    return page;
  }),
  serve(posts.listEmployments, (context, { params }) => employmentsOf(context, params.id)),
  serve(posts.addEmployment, (context, { params, body }) => addEmployment(context, params.id, body)),
  serve(posts.updateEmployment, (context, { params, body }) => updateEmployment(context, params.id, body)),
  serve(posts.removeEmployment, (context, { params }) => removeEmployment(context, params.id)),
  serve(posts.changeJob, (context, { params, body }) => changeJob(context, params.id, body)),
  serve(posts.getOrganisation, (context, { params }) => organisation(context, params.id)),
  serve(posts.setReportingLine, (context, { params, body }) => setReportingLine(context, params.id, body.reportsTo)),
];
