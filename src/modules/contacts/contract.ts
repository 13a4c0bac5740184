import { z } from 'zod';
import { conditionParameter } from '#shared/conditions.ts';
import { endpoint } from '#shared/endpoint.ts';
import { fieldChange } from '#shared/field-change.ts';
import { provenance, valueSources } from '#shared/fields.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'contacts';
const values = z.record(z.string(), z.unknown());

/** Names of linked users and customers in `values`, by id. */
const labels = z.record(z.string(), z.string());

export const contactShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  customerId: z.string(),
  customerName: z.string(),
  state: z.enum(['active', 'trashed', 'restricted', 'erased']),
  /** Whole years, from the birthday; null without one or when the caller may not read it. */
  age: z.number().int().nullable(),
  values,
  provenance: z.record(z.string(), provenance),
  labels,
  can: z.strictObject({ update: z.boolean(), verify: z.boolean() }),
});
export type ContactView = z.infer<typeof contactShape>;

const sources = z
  .record(z.string(), z.strictObject({ source: z.enum(valueSources), note: z.string().max(500).optional() }))
  .default({});

/** What the brief before a visit tells of each person: beside the name, and what to like and avoid. */
export const briefFields = {
  beside: ['salutation', 'position', 'roles', 'buyingRole', 'attitude', 'phones'],
  preferences: ['hobbies', 'sports', 'food', 'taboos', 'pets', 'family', 'holidays', 'concerns', 'personality'],
};

export const listContacts = endpoint({
  method: 'GET',
  path: '/contacts',
  tag,
  summary: 'People at customers',
  access: 'customer:read',
  query: z.strictObject({
    ...pageQuery,
    customerId: z.uuid().optional(),
    filter: conditionParameter.optional(),
    q: z.string().max(200).optional(),
    sort: z.string().max(60).default('name'),
    /** Comma-separated field keys; without it the usual ones the caller may read. */
    fields: z.string().max(2000).optional(),
  }),
  response: pageOf(
    z.strictObject({
      id: z.string(),
      version: z.number().int(),
      customerId: z.string(),
      customerName: z.string(),
      values,
    }),
  ).extend({ labels: z.record(z.string(), z.string()) }),
});
export const getContact = endpoint({
  method: 'GET',
  path: '/contacts/:id',
  tag,
  summary: 'Open a contact',
  access: 'customer:read',
  params: idParams,
  response: contactShape,
});
export const createContact = endpoint({
  method: 'POST',
  path: '/contacts',
  tag,
  summary: 'Add a person to a customer',
  access: 'customer:update',
  status: 201,
  idempotent: true,
  body: z.strictObject({ customerId: z.uuid(), values, sources }),
  response: contactShape,
});
/** What is read of a person being typed to find them among those known. */
export const samePersonBy = ['name', 'phones', 'emails'] as const;
export const samePeople = endpoint({
  method: 'POST',
  path: '/contacts/duplicates',
  tag,
  summary: 'Look for people that may be the one being added, with reasons',
  access: 'customer:read',
  body: z.strictObject({ customerId: z.uuid(), values }),
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        customerId: z.string(),
        customerName: z.string(),
        because: z.array(z.enum(['name', 'phone', 'email'])),
      }),
    ),
  }),
});
export const updateContact = endpoint({
  method: 'PATCH',
  path: '/contacts/:id',
  tag,
  summary: 'Change a contact',
  access: 'customer:update',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ values, sources, reason: z.string().max(500).optional() }),
  response: contactShape,
});
export const removeContact = endpoint({
  method: 'POST',
  path: '/contacts/:id/trashing',
  tag,
  summary: 'Move a contact to the trash',
  access: 'customer:update',
  params: idParams,
  ifMatch: true,
  response: contactShape,
});

/** One change of one field, newest first. */
const fieldParams = idParams.extend({ key: z.string().max(60) });
export const contactFieldHistory = endpoint({
  method: 'GET',
  path: '/contacts/:id/fields/:key/history',
  tag,
  summary: 'Every change of one field of a contact, at whatever customer the person was then',
  access: 'customer:read',
  params: fieldParams,
  query: z.strictObject(pageQuery),
  response: pageOf(fieldChange),
});
export const restoreContactValue = endpoint({
  method: 'POST',
  path: '/contacts/:id/fields/:key/restoration',
  tag,
  summary: 'Put back the value a field of a contact had before an event',
  access: 'customer:update',
  params: fieldParams,
  ifMatch: true,
  body: z.strictObject({ eventId: z.uuid() }),
  response: contactShape,
});
export const verifyContactValue = endpoint({
  method: 'POST',
  path: '/contacts/:id/fields/:key/verification',
  tag,
  summary: 'Mark the present value of a tracked field of a contact as verified',
  access: 'customer:verify',
  params: fieldParams,
  ifMatch: true,
  body: z.strictObject({ note: z.string().max(500).optional() }),
  response: contactShape,
});

/** A birthday within the coming days, on the day it is celebrated this time. */
export const upcomingDate = z.strictObject({
  kind: z.literal('birthday'),
  object: z.enum(['contact', 'customer']),
  id: z.string(),
  customerId: z.string(),
  customerName: z.string(),
  name: z.string(),
  day: z.string(),
  daysAhead: z.number().int(),
  calendar: z.enum(['solar', 'lunar']),
  /** Age completed on that day, where the year of birth is known. */
  turns: z.number().int().nullable(),
  lunar: z
    .strictObject({
      year: z.number().int().optional(),
      month: z.number().int(),
      day: z.number().int(),
      leap: z.boolean(),
    })
    .nullable(),
});
export type UpcomingDate = z.infer<typeof upcomingDate>;
export const listUpcomingDates = endpoint({
  method: 'GET',
  path: '/upcoming-dates',
  tag,
  summary: 'Birthdays of people and of customers who are persons in the coming days, solar and lunar',
  access: 'customer:read',
  query: z.strictObject({
    ...pageQuery,
    days: z.coerce.number().int().min(0).max(366).default(60),
    customerId: z.uuid().optional(),
  }),
  response: pageOf(upcomingDate),
});
