import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams } from '#shared/pages.ts';
import { contactShape } from './contract.ts';
import { endBeforeStart, endsAfterStart, toldTogether } from './rules.ts';

const tag = 'contacts';
const day = z.iso.date().nullable();
const line = z.string().trim().max(200).nullable();

/** The customer, or the name of a company that is none. */
const place = {
  customerId: z.uuid().optional(),
  companyName: z.string().trim().min(1).max(200).optional(),
};
const onePlace = { message: 'employment.onePlace', path: ['customerId'], when: toldTogether };
const namesOne = (body: { customerId?: unknown; companyName?: unknown }) =>
  (body.customerId === undefined) !== (body.companyName === undefined);

/** One post of a person: present, shared with another customer, or past. */
export const employmentShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  contactId: z.string(),
  /** Null for a company that is no customer, or one the caller may not see. */
  customerId: z.string().nullable(),
  /** Null when the caller may not see the customer. */
  company: z.string().nullable(),
  position: z.string().nullable(),
  department: z.string().nullable(),
  fromOn: z.string().nullable(),
  toOn: z.string().nullable(),
  note: z.string().nullable(),
  /** The present post at the person's own customer. */
  home: z.boolean(),
});
export type EmploymentView = z.infer<typeof employmentShape>;
const employments = z.strictObject({ items: z.array(employmentShape) });

export const listEmployments = endpoint({
  method: 'GET',
  path: '/contacts/:id/employments',
  tag,
  summary: 'Where a person works and worked, the present first',
  access: 'customer:read',
  params: idParams,
  response: employments,
});
export const addEmployment = endpoint({
  method: 'POST',
  path: '/contacts/:id/employments',
  tag,
  summary: 'Share a person with another customer, or add a past post',
  access: 'customer:update',
  params: idParams,
  status: 201,
  idempotent: true,
  body: z
    .strictObject({
      ...place,
      position: line.optional(),
      department: line.optional(),
      fromOn: day.optional(),
      toOn: day.optional(),
      note: z.string().max(1000).nullable().optional(),
    })
    .refine(namesOne, onePlace)
    .refine(endsAfterStart, endBeforeStart),
  response: employments,
});
export const updateEmployment = endpoint({
  method: 'PATCH',
  path: '/employments/:id',
  tag,
  summary: 'Correct a post or end it',
  access: 'customer:update',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    position: line.optional(),
    department: line.optional(),
    fromOn: day.optional(),
    toOn: day.optional(),
    note: z.string().max(1000).nullable().optional(),
  }),
  response: employments,
});
export const removeEmployment = endpoint({
  method: 'DELETE',
  path: '/employments/:id',
  tag,
  summary: 'Remove a post entered by mistake',
  access: 'customer:update',
  params: idParams,
  ifMatch: true,
  response: employments,
});
export const changeJob = endpoint({
  method: 'POST',
  path: '/contacts/:id/job-changes',
  tag,
  summary: 'A person goes to another company; the former post stays in the history',
  access: 'customer:update',
  params: idParams,
  ifMatch: true,
  body: z
    .strictObject({
      ...place,
      position: line.optional(),
      department: line.optional(),
      /** First day at the new company. */
      on: z.iso.date(),
    })
    .refine(namesOne, onePlace),
  response: contactShape,
});

export const chartPerson = z.strictObject({
  employmentId: z.string(),
  version: z.number().int(),
  contactId: z.string(),
  name: z.string(),
  position: z.string().nullable(),
  department: z.string().nullable(),
  buyingRole: z.string().nullable(),
  attitude: z.string().nullable(),
  roles: z.array(z.string()),
  reportsTo: z.string().nullable(),
  /** The person belongs to another customer and also works here. */
  shared: z.boolean(),
  /** Whether the caller may open the person's card. */
  canOpen: z.boolean(),
});
export type ChartPerson = z.infer<typeof chartPerson>;
export const organisationShape = z.strictObject({
  people: z.array(chartPerson),
  former: z.array(
    z.strictObject({
      employmentId: z.string(),
      contactId: z.string(),
      name: z.string(),
      position: z.string().nullable(),
      fromOn: z.string().nullable(),
      toOn: z.string().nullable(),
      canOpen: z.boolean(),
    }),
  ),
  /** Relations among the people shown. */
  colleagues: z.array(
    z.strictObject({
      id: z.string(),
      typeId: z.string(),
      fromId: z.string(),
      toId: z.string(),
      strength: z.number().int(),
    }),
  ),
  truncated: z.boolean(),
  can: z.strictObject({ update: z.boolean() }),
});
export type Organisation = z.infer<typeof organisationShape>;
export const getOrganisation = endpoint({
  method: 'GET',
  path: '/customers/:id/organisation',
  tag,
  summary: 'Organisation chart of a customer: people, reporting lines, relations among colleagues, former people',
  access: 'customer:read',
  params: idParams,
  response: organisationShape,
});
export const setReportingLine = endpoint({
  method: 'PUT',
  path: '/employments/:id/reporting-line',
  tag,
  summary: 'Say to whom a person reports at this customer',
  access: 'customer:update',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ reportsTo: z.uuid().nullable() }),
  response: organisationShape,
});
