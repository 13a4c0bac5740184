import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'activities';

export const activityTypes = ['call', 'visit', 'meeting', 'email', 'message', 'letter', 'event', 'care'] as const;
export type ActivityType = (typeof activityTypes)[number];

/** How it ended. `notReached` is an attempt: it does not count as contact. */
export const outcomes = [
  'reached',
  'notReached',
  'interested',
  'undecided',
  'declined',
  'agreed',
  'resolved',
  'other',
] as const;
export type Outcome = (typeof outcomes)[number];

const minutes = z.number().int().min(0).max(1440);
export const instant = z.iso.datetime({ offset: true });

/** What is to be done next: when (a day, or an instant), where and what. */
export const nextStepInput = z
  .strictObject({
    title: z.string().trim().min(1).max(300),
    kind: z.enum(['todo', ...activityTypes]).default('todo'),
    dueOn: z.iso.date().optional(),
    dueAt: instant.optional(),
    place: z.string().trim().max(300).default(''),
    note: z.string().max(5000).default(''),
    assigneeId: z.uuid().optional(),
    contactId: z.uuid().nullish(),
    reminders: z.array(z.number().int().min(0).max(43_200)).max(5).default([]),
  })
  .refine((step) => (step.dueOn === undefined) !== (step.dueAt === undefined), {
    message: 'task.oneDue',
    path: ['dueOn'],
  });
export type NextStepInput = z.output<typeof nextStepInput>;

export const activityShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  customerId: z.string(),
  /** Name of the customer, for lists across customers. */
  customerName: z.string(),
  type: z.enum(activityTypes),
  subject: z.string(),
  body: z.string(),
  outcome: z.enum(outcomes).nullable(),
  place: z.string(),
  happenedAt: z.string(),
  durationMinutes: z.number().int().nullable(),
  authorId: z.string().nullable(),
  authorName: z.string(),
  source: z.string().nullable(),
  contacts: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  nextSteps: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      dueOn: z.string().nullable(),
      dueAt: z.string().nullable(),
      state: z.string(),
    }),
  ),
  can: z.strictObject({ update: z.boolean() }),
});
export type ActivityView = z.infer<typeof activityShape>;

const fields = {
  type: z.enum(activityTypes),
  subject: z.string().trim().min(1).max(300),
  body: z.string().max(20_000).default(''),
  outcome: z.enum(outcomes).nullish(),
  place: z.string().trim().max(300).default(''),
  happenedAt: instant,
  durationMinutes: minutes.nullish(),
  contactIds: z.array(z.uuid()).max(50).default([]),
};

/** Something done with a customer, with its next step. */
export const activityInput = z.strictObject({ customerId: z.uuid(), ...fields, nextStep: nextStepInput.optional() });

export const listActivities = endpoint({
  method: 'GET',
  path: '/activities',
  tag,
  summary: 'Activities with visible customers, latest first',
  access: 'customer:read',
  query: z.strictObject({
    ...pageQuery,
    customerId: z.uuid().optional(),
    contactId: z.uuid().optional(),
    authorId: z.uuid().optional(),
    type: z.enum(activityTypes).optional(),
    from: z.iso.date().optional(),
    to: z.iso.date().optional(),
  }),
  response: pageOf(activityShape),
});

export const getActivity = endpoint({
  method: 'GET',
  path: '/activities/:id',
  tag,
  summary: 'Open an activity',
  access: 'customer:read',
  params: idParams,
  response: activityShape,
});

export const createActivity = endpoint({
  method: 'POST',
  path: '/activities',
  tag,
  summary: 'Record what was done with a customer, and the next step',
  access: 'activity:record',
  status: 201,
  idempotent: true,
  body: activityInput,
  response: activityShape,
});

export const updateActivity = endpoint({
  method: 'PATCH',
  path: '/activities/:id',
  tag,
  summary: 'Correct an activity',
  access: 'activity:record',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    type: fields.type.optional(),
    subject: fields.subject.optional(),
    body: z.string().max(20_000).optional(),
    outcome: fields.outcome,
    place: z.string().trim().max(300).optional(),
    happenedAt: instant.optional(),
    durationMinutes: fields.durationMinutes,
    contactIds: z.array(z.uuid()).max(50).optional(),
  }),
  response: activityShape,
});

export const removeActivity = endpoint({
  method: 'POST',
  path: '/activities/:id/removal',
  tag,
  summary: 'Take an activity recorded by mistake out of the list; its trace stays in the log',
  access: 'activity:record',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
  status: 204,
  response: z.undefined(),
});

export const templateShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  name: z.string(),
  type: z.enum(activityTypes),
  subject: z.string(),
  body: z.string(),
});
export type ActivityTemplate = z.infer<typeof templateShape>;

const templateFields = {
  name: z.string().trim().min(1).max(100),
  type: z.enum(activityTypes),
  subject: z.string().trim().max(300).default(''),
  body: z.string().max(20_000).default(''),
};

export const listActivityTemplates = endpoint({
  method: 'GET',
  path: '/activity-templates',
  tag,
  summary: 'Templates for recording activities',
  access: 'customer:read',
  response: z.strictObject({ items: z.array(templateShape) }),
});
export const createActivityTemplate = endpoint({
  method: 'POST',
  path: '/activity-templates',
  tag,
  summary: 'Add a template',
  access: 'activity:template',
  status: 201,
  idempotent: true,
  body: z.strictObject(templateFields),
  response: templateShape,
});
export const updateActivityTemplate = endpoint({
  method: 'PUT',
  path: '/activity-templates/:id',
  tag,
  summary: 'Change a template',
  access: 'activity:template',
  params: idParams,
  ifMatch: true,
  body: z.strictObject(templateFields),
  response: templateShape,
});
export const deleteActivityTemplate = endpoint({
  method: 'DELETE',
  path: '/activity-templates/:id',
  tag,
  summary: 'Remove a template',
  access: 'activity:template',
  params: idParams,
  ifMatch: true,
  status: 204,
  response: z.undefined(),
});
