import { z } from 'zod';
import { conditionParameter } from '#shared/conditions.ts';
import { endpoint } from '#shared/endpoint.ts';
import { provenance, valueSources } from '#shared/fields.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'contacts';
const values = z.record(z.string(), z.unknown());

export const contactShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  customerId: z.string(),
  values,
  provenance: z.record(z.string(), provenance),
  can: z.strictObject({ update: z.boolean() }),
});
export type ContactView = z.infer<typeof contactShape>;

const sources = z
  .record(z.string(), z.strictObject({ source: z.enum(valueSources), note: z.string().max(500).optional() }))
  .default({});

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
    fields: z.string().max(2000).default('name,position,department,isPrimary,phones,emails'),
  }),
  response: pageOf(
    z.strictObject({ id: z.string(), version: z.number().int(), customerId: z.string(), values }),
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
