import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { customerKinds, valueSources } from '#shared/fields.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'intake';
const intakeStates = ['draft', 'submitted', 'returned', 'approved', 'refused'] as const;

const values = z.record(z.string().max(60), z.unknown());
const contacts = z.array(z.strictObject({ values })).max(20);

const entered = {
  kind: z.enum(customerKinds),
  values,
  contacts,
  source: z.enum(valueSources),
  note: z.string().trim().max(2000),
  collectedOn: z.iso.date(),
};

const person = z.strictObject({ id: z.string(), name: z.string() });

const rowShape = {
  id: z.string(),
  version: z.number().int(),
  state: z.enum(intakeStates),
  kind: z.enum(customerKinds),
  name: z.string(),
  collector: person,
  collectedOn: z.string(),
  dueOn: z.string(),
  /** Working days past the due day, until today or until it was decided. */
  daysLate: z.number().int(),
  /** Who has it now: the collector, or those who decide in the open step. */
  waitingFor: z.strictObject({ step: z.string(), people: z.array(z.string()) }).nullable(),
  submittedAt: z.string().nullable(),
  decidedAt: z.string().nullable(),
  number: z.string().nullable(),
  customerId: z.string().nullable(),
};
export const intakeRow = z.strictObject(rowShape);
export type IntakeRowView = z.infer<typeof intakeRow>;

export const intakeShape = z.strictObject({
  ...rowShape,
  ...entered,
  source: z.enum(valueSources),
  note: z.string(),
  collectedOn: z.string(),
  labels: z.record(z.string(), z.string()),
  /** Fields the archivist marked as verified; they are verified on the customer's card. */
  verified: z.array(z.string()),
  approvalId: z.string().nullable(),
  can: z.strictObject({ update: z.boolean(), verify: z.boolean(), remove: z.boolean() }),
});
export type IntakeView = z.infer<typeof intakeShape>;

export const listIntakes = endpoint({
  method: 'GET',
  path: '/intakes',
  tag,
  summary: 'Intakes in the scope of the caller, newest first; late ones by how long they are late',
  access: 'intake:read',
  query: z.strictObject({
    ...pageQuery,
    box: z.enum(['mine', 'open', 'late', 'all']).default('all'),
  }),
  response: pageOf(intakeRow),
});

/** Who is late, and with how many. */
export const lateCollectors = endpoint({
  method: 'GET',
  path: '/intakes/lateness',
  tag,
  summary: 'Late intakes by collector: how many, and by how many working days at most',
  access: 'intake:read',
  response: z.strictObject({
    items: z.array(z.strictObject({ collector: person, count: z.number().int(), daysLate: z.number().int() })),
  }),
});

export const getIntake = endpoint({
  method: 'GET',
  path: '/intakes/:id',
  tag,
  summary: 'One intake with what was collected, as far as the caller may read it',
  access: 'signed-in',
  params: idParams,
  response: intakeShape,
});

export const createIntake = endpoint({
  method: 'POST',
  path: '/intakes',
  tag,
  summary: 'Keep what was collected as a draft; it is checked when it is submitted',
  access: 'intake:collect',
  status: 201,
  idempotent: true,
  body: z.strictObject({
    ...entered,
    contacts: contacts.default([]),
    note: entered.note.default(''),
    /** Today unless told. */
    collectedOn: entered.collectedOn.optional(),
  }),
  response: intakeShape,
});

export const updateIntake = endpoint({
  method: 'PATCH',
  path: '/intakes/:id',
  tag,
  summary: 'Change a draft, or an intake that was sent back',
  access: 'intake:collect',
  params: idParams,
  ifMatch: true,
  body: z.strictObject(entered).partial(),
  response: intakeShape,
});

export const removeIntake = endpoint({
  method: 'DELETE',
  path: '/intakes/:id',
  tag,
  summary: 'Throw a draft away',
  access: 'intake:collect',
  params: idParams,
  ifMatch: true,
  status: 204,
  response: z.undefined(),
});

export const submitIntake = endpoint({
  method: 'POST',
  path: '/intakes/:id/submission',
  tag,
  summary: 'Check an intake and hand it in for review',
  access: 'intake:collect',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ comment: z.string().trim().max(2000).default('') }),
  response: intakeShape,
});

export const verifyIntake = endpoint({
  method: 'PUT',
  path: '/intakes/:id/verification',
  tag,
  summary: 'Mark the fields the archivist checked',
  access: 'intake:verify',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ fields: z.array(z.string().max(60)).max(300) }),
  response: intakeShape,
});

export const intakeDuplicates = endpoint({
  method: 'GET',
  path: '/intakes/:id/duplicates',
  tag,
  summary: 'Customers that may be the same as the collected one',
  access: 'signed-in',
  params: idParams,
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        number: z.string(),
        name: z.string(),
        because: z.array(z.string()),
        score: z.number(),
        certain: z.boolean(),
      }),
    ),
    hidden: z.number().int(),
  }),
});

const settings = z.strictObject({
  version: z.number().int(),
  /** Roles whose new customers go through intake. */
  roleIds: z.array(z.uuid()).max(100),
  dueDays: z.number().int().min(1).max(30),
});

export const getIntakeSettings = endpoint({
  method: 'GET',
  path: '/intake-settings',
  tag,
  summary: 'Which roles create customers through intake, and in how many working days',
  access: 'intake:manage',
  response: settings,
});

export const saveIntakeSettings = endpoint({
  method: 'PUT',
  path: '/intake-settings',
  tag,
  summary: 'Choose which roles create customers through intake',
  access: 'intake:manage',
  ifMatch: true,
  body: settings.omit({ version: true }),
  response: settings,
});
