import { z } from 'zod';
import { condition, conditionParameter } from '#shared/conditions.ts';
import { endpoint } from '#shared/endpoint.ts';
import { fieldChange } from '#shared/field-change.ts';
import { customerKinds, provenance, valueSources } from '#shared/fields.ts';
import { countShape, idParams, pageOf, pageQuery } from '#shared/pages.ts';

export { listViews } from './views-contract.ts';

const tag = 'customers';
/** Values by field key, in the shapes of the field types. What the caller may not read is left out. */
const values = z.record(z.string(), z.unknown());
const customerState = z.enum(['active', 'trashed', 'restricted', 'erased']);

/** What the caller may do with this record: sent along, so that the client never guesses. */
const can = z.strictObject({ update: z.boolean(), trash: z.boolean(), assign: z.boolean(), export: z.boolean() });

/** Names of linked users and customers in `values`, by id. */
const labels = z.record(z.string(), z.string());

/** A customer's whole card. */
export const customerCard = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  number: z.string(),
  kind: z.enum(customerKinds),
  state: customerState,
  values,
  provenance: z.record(z.string(), provenance),
  owner: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  team: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  region: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  labels,
  can,
  createdAt: z.string(),
  createdBy: z.string().nullable(),
  updatedAt: z.string(),
  updatedBy: z.string().nullable(),
});
export type CustomerCard = z.infer<typeof customerCard>;

/** A row of the list: only the asked-for fields. */
export const customerRow = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  number: z.string(),
  kind: z.enum(customerKinds),
  ownerId: z.string().nullable(),
  values,
  can: z.strictObject({ update: z.boolean(), trash: z.boolean() }),
});

/** Which customers: the same for list, count, export and bulk edit. */
export const customerQuery = z.strictObject({
  filter: condition.optional(),
  q: z.string().max(200).optional(),
  state: z.enum(['active', 'trashed']).default('active'),
  ids: z.array(z.uuid()).max(10_000).optional(),
});

const listParameters = {
  filter: conditionParameter.optional(),
  q: z.string().max(200).optional(),
  state: z.enum(['active', 'trashed']).default('active'),
};

export const listCustomers = endpoint({
  method: 'GET',
  path: '/customers',
  tag,
  summary: 'List customers by condition, sorted by any field, a keyset page at a time',
  access: 'customer:read',
  query: z.strictObject({
    ...pageQuery,
    ...listParameters,
    sort: z.string().max(60).default('-updatedAt'),
    /** Comma-separated field keys; without it the usual ones the caller may read. */
    fields: z.string().max(2000).optional(),
  }),
  response: pageOf(customerRow).extend({ labels }),
});

export const countCustomers = endpoint({
  method: 'GET',
  path: '/customers/count',
  tag,
  summary: 'Count customers: exact when cheap, else about',
  access: 'customer:read',
  query: z.strictObject(listParameters),
  response: countShape,
});

export const getCustomer = endpoint({
  method: 'GET',
  path: '/customers/:id',
  tag,
  summary: 'Open a customer card; the view is logged',
  access: 'customer:read',
  params: idParams,
  response: customerCard,
});

const sources = z.record(
  z.string(),
  z.strictObject({
    source: z.enum(valueSources),
    note: z.string().max(500).optional(),
    verified: z.boolean().optional(),
  }),
);

export const getCreation = endpoint({
  method: 'GET',
  path: '/customers/creation',
  tag,
  summary:
    'Whether the caller creates customers directly or through intake, and the kind most customers of the company are',
  access: 'customer:create',
  response: z.strictObject({ way: z.enum(['direct', 'intake']), kind: z.enum(customerKinds) }),
});

export const createCustomer = endpoint({
  method: 'POST',
  path: '/customers',
  tag,
  summary: 'Create a customer; it gets its dossier number',
  access: 'customer:create',
  status: 201,
  idempotent: true,
  body: z.strictObject({
    kind: z.enum(customerKinds),
    values,
    /** Where tracked values came from. */
    sources: sources.default({}),
    ownerId: z.uuid().nullable().optional(),
    /** Create although others with the same phone, email, code or name exist. */
    allowDuplicate: z.boolean().default(false),
  }),
  response: customerCard,
});

export const updateCustomer = endpoint({
  method: 'PATCH',
  path: '/customers/:id',
  tag,
  summary: 'Change fields of a customer in one transaction with its event',
  access: 'customer:update',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    kind: z.enum(customerKinds).optional(),
    values: values.default({}),
    sources: sources.default({}),
    reason: z.string().max(500).optional(),
  }),
  response: customerCard,
});

export const assignCustomer = endpoint({
  method: 'PUT',
  path: '/customers/:id/owner',
  tag,
  summary: 'Give a customer to another owner',
  access: 'customer:assign',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ ownerId: z.uuid().nullable(), regionId: z.uuid().nullable().optional() }),
  response: customerCard,
});

export const trashCustomer = endpoint({
  method: 'POST',
  path: '/customers/:id/trashing',
  tag,
  summary: 'Move a customer to the trash',
  access: 'customer:trash',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ reason: z.string().max(500).optional() }),
  response: customerCard,
});

export const restoreCustomer = endpoint({
  method: 'DELETE',
  path: '/customers/:id/trashing',
  tag,
  summary: 'Take a customer back from the trash',
  access: 'customer:trash',
  params: idParams,
  ifMatch: true,
  response: customerCard,
});

export const fieldHistory = endpoint({
  method: 'GET',
  path: '/customers/:id/fields/:key/history',
  tag,
  summary: 'Every change of one field with who, when, from, to and source',
  access: 'customer:read',
  params: idParams.extend({ key: z.string().max(60) }),
  query: z.strictObject(pageQuery),
  response: pageOf(fieldChange),
});

export const restoreValue = endpoint({
  method: 'POST',
  path: '/customers/:id/fields/:key/restoration',
  tag,
  summary: 'Put back the value a field had before an event',
  access: 'customer:update',
  params: idParams.extend({ key: z.string().max(60) }),
  ifMatch: true,
  body: z.strictObject({ eventId: z.uuid() }),
  response: customerCard,
});

export const verifyValue = endpoint({
  method: 'POST',
  path: '/customers/:id/fields/:key/verification',
  tag,
  summary: 'Mark the present value of a tracked field as verified',
  access: 'customer:verify',
  params: idParams.extend({ key: z.string().max(60) }),
  ifMatch: true,
  body: z.strictObject({ note: z.string().max(500).optional() }),
  response: customerCard,
});

export const customerAsOf = endpoint({
  method: 'GET',
  path: '/customers/:id/as-of',
  tag,
  summary: 'The card as it was at the end of a past day',
  access: 'customer:read',
  params: idParams,
  query: z.strictObject({ date: z.iso.date() }),
  response: z.strictObject({ date: z.string(), existed: z.boolean(), values, labels }),
});

/** One entry of the timeline. */
export const timelineEntry = z.strictObject({
  id: z.string(),
  at: z.string(),
  kind: z.string(),
  subjectKind: z.string(),
  subjectId: z.string(),
  by: z.string(),
  source: z.string().nullable(),
  reason: z.string().nullable(),
  changes: z.record(z.string(), z.strictObject({ from: z.unknown(), to: z.unknown() })).nullable(),
  data: z.record(z.string(), z.unknown()).nullable(),
});

export const customerTimeline = endpoint({
  method: 'GET',
  path: '/customers/:id/timeline',
  tag,
  summary: 'Everything that happened with a customer, newest first',
  access: 'customer:read',
  params: idParams,
  query: z.strictObject({ ...pageQuery, kinds: z.string().max(300).optional() }),
  response: pageOf(timelineEntry).extend({ labels }),
});

export const addNote = endpoint({
  method: 'POST',
  path: '/customers/:id/notes',
  tag,
  summary: 'Write a note on the timeline',
  access: 'customer:update',
  params: idParams,
  status: 201,
  idempotent: true,
  body: z.strictObject({
    body: z.string().trim().min(1).max(10_000),
    occurredAt: z.iso.datetime({ offset: true }).optional(),
  }),
  response: z.strictObject({ id: z.string(), version: z.number().int() }),
});

export const whoCanSee = endpoint({
  method: 'GET',
  path: '/customers/:id/viewers',
  tag,
  summary: 'Who may see this customer, and why',
  access: 'customer:read',
  params: idParams,
  query: z.strictObject({ ...pageQuery, q: z.string().max(100).optional() }),
  /** `total`: how many there are in all whose name holds `q`. */
  response: pageOf(
    z.strictObject({
      userId: z.string(),
      name: z.string(),
      because: z.enum(['owner', 'collaborator', 'team', 'region', 'pool', 'all']),
      roles: z.array(z.strictObject({ zh: z.string(), en: z.string() })),
    }),
  ).extend({ total: z.number().int() }),
});

/** Customers that may be the same: equal phones, emails, codes or names, and similar ones with a score. */
export const possibleDuplicates = endpoint({
  method: 'POST',
  path: '/customers/duplicates',
  tag,
  summary: 'Look for customers that may be the same, with score and reasons',
  access: 'customer:read',
  body: z.strictObject({ kind: z.enum(customerKinds), values, exceptId: z.uuid().optional() }),
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        number: z.string(),
        name: z.string(),
        /** Features that agree, the most telling first. */
        because: z.array(z.string()),
        /** Estimated probability that it is the same customer. */
        score: z.number(),
        /** The same phone, email, code or name: creating it again needs a yes. */
        certain: z.boolean(),
      }),
    ),
    /** Matches the caller may not see: they are counted, not shown. */
    hidden: z.number().int(),
  }),
});

export const searchRecords = endpoint({
  method: 'GET',
  path: '/search',
  tag,
  summary: 'Find customers and people by name, pinyin, initials, phone fragment, email or number',
  access: 'customer:read',
  query: z.strictObject({
    q: z.string().trim().min(1).max(200),
    limit: z.coerce.number().int().min(1).max(50).default(20),
  }),
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        kind: z.enum(['customer', 'contact']),
        id: z.string(),
        customerId: z.string(),
        title: z.string(),
        number: z.string(),
        customerName: z.string(),
      }),
    ),
  }),
});

/** Up to 50 ids, commas between them. */
const idList = z
  .string()
  .max(1850)
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})*$/)
  .optional();

export const recordNames = endpoint({
  method: 'GET',
  path: '/names',
  tag,
  summary:
    'Names of users, customers and people that a condition or a link names by id; of those the caller may not see, none',
  access: 'signed-in',
  query: z.strictObject({ user: idList, customer: idList, contact: idList }),
  response: z.strictObject({ names: z.record(z.string(), z.string()) }),
});
