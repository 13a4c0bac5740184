import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { activityTypes, instant, nextStepInput, outcomes } from './activity-contract.ts';

const tag = 'visits';

export const visitStates = [
  'pending',
  'returned',
  'refused',
  'approved',
  'departed',
  'arrived',
  'left',
  'done',
  'cancelled',
] as const;
export type VisitState = (typeof visitStates)[number];

/** What the phone said about where it was; a refusal is an answer too. */
export const arrivalLocations = ['known', 'denied', 'unavailable', 'off'] as const;
export const photoLimit = 15 * 1024 * 1024;
export const photosMost = 9;

const person = z.strictObject({ id: z.string(), name: z.string() });
const check = z.strictObject({ text: z.string(), done: z.boolean(), note: z.string() });

export const visitShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  customerId: z.string(),
  customerName: z.string(),
  visitor: person,
  companions: z.array(person),
  contacts: z.array(person),
  purposeId: z.string().nullable(),
  purposeName: z.string(),
  aim: z.string(),
  place: z.string(),
  plannedAt: z.string(),
  plannedMinutes: z.number().int().nullable(),
  checklist: z.array(check),
  state: z.enum(visitStates),
  approvalId: z.string().nullable(),
  departedAt: z.string().nullable(),
  arrivedAt: z.string().nullable(),
  arrival: z
    .strictObject({
      location: z.enum(arrivalLocations),
      /** Metres from the place known for the customer. */
      distance: z.number().int().nullable(),
      accuracy: z.number().int().nullable(),
      far: z.boolean(),
      note: z.string(),
    })
    .nullable(),
  leftAt: z.string().nullable(),
  /** Minutes between arriving and leaving. */
  duration: z.number().int().nullable(),
  outcome: z.enum(outcomes).nullable(),
  summary: z.string(),
  activityId: z.string().nullable(),
  doneAt: z.string().nullable(),
  cancelledAt: z.string().nullable(),
  cancelReason: z.string(),
  photos: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  /** What the reader may do now. */
  can: z.strictObject({
    change: z.boolean(),
    depart: z.boolean(),
    checkIn: z.boolean(),
    checkOut: z.boolean(),
    finish: z.boolean(),
    cancel: z.boolean(),
    photo: z.boolean(),
  }),
});
export type VisitView = z.infer<typeof visitShape>;

const plan = {
  purposeId: z.uuid().nullish(),
  aim: z.string().trim().min(1).max(1000),
  place: z.string().trim().max(300).default(''),
  plannedAt: instant,
  plannedMinutes: z.number().int().min(5).max(1440).nullish(),
  companionIds: z.array(z.uuid()).max(20).default([]),
  contactIds: z.array(z.uuid()).max(50).default([]),
  checklist: z.array(z.string().trim().min(1).max(200)).max(30).default([]),
};

/** Which visits are asked for, in the list and in its export. */
export const visitFilter = z.strictObject({
  /** `me` (visitor or companion) or a user. */
  visitor: z.union([z.literal('me'), z.uuid()]).optional(),
  customerId: z.uuid().optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  state: z.enum([...visitStates, 'open']).optional(),
  /** Checked in too far away, or without telling where. */
  unplaced: z.boolean().optional(),
});
export type VisitFilter = z.infer<typeof visitFilter>;

export const listVisits = endpoint({
  method: 'GET',
  path: '/visits',
  tag,
  summary: 'Visits to visible customers, latest plan first; with times and distances for attendance',
  access: 'customer:read',
  query: z.strictObject({
    ...pageQuery,
    ...visitFilter.shape,
    unplaced: z.stringbool().optional(),
    /** `soonest`: earliest plan first. */
    order: z.enum(['latest', 'soonest']).default('latest'),
  }),
  response: pageOf(visitShape),
});
export const getVisit = endpoint({
  method: 'GET',
  path: '/visits/:id',
  tag,
  summary: 'Open a visit slip',
  access: 'customer:read',
  params: idParams,
  response: visitShape,
});
export const planVisit = endpoint({
  method: 'POST',
  path: '/visits',
  tag,
  summary: 'Plan a visit; it waits for approval where a flow is published',
  access: 'activity:record',
  status: 201,
  idempotent: true,
  body: z.strictObject({ customerId: z.uuid(), ...plan }),
  response: visitShape,
});
export const changeVisit = endpoint({
  method: 'PUT',
  path: '/visits/:id',
  tag,
  summary: 'Change or reschedule a visit not yet begun; what was approved or sent back is put to approval again',
  access: 'activity:record',
  params: idParams,
  ifMatch: true,
  body: z.strictObject(plan),
  response: visitShape,
});
const act = (path: string, summary: string) => ({
  method: 'POST' as const,
  path: `/visits/:id/${path}`,
  tag,
  summary,
  access: 'activity:record' as const,
  ifMatch: true,
});
export const departVisit = endpoint({
  ...act('departure', 'Set out'),
  params: idParams,
  response: visitShape,
  body: z.strictObject({}),
});
export const checkInVisit = endpoint({
  ...act('check-in', 'Arrive; where the phone tells, with the distance to the customer'),
  params: idParams,
  response: visitShape,
  body: z.strictObject({
    location: z.enum(arrivalLocations),
    latitude: z.number().min(-90).max(90).nullish(),
    longitude: z.number().min(-180).max(180).nullish(),
    accuracy: z.number().min(0).max(1_000_000).nullish(),
    note: z.string().trim().max(500).default(''),
    /** This place is where the customer is found from now on. */
    remember: z.boolean().default(false),
  }),
});
export const checkOutVisit = endpoint({
  ...act('check-out', 'Leave the customer'),
  params: idParams,
  response: visitShape,
  body: z.strictObject({}),
});
export const finishVisit = endpoint({
  ...act('result', 'Write the result; it becomes an activity of the customer'),
  params: idParams,
  response: visitShape,
  body: z.strictObject({
    outcome: z.enum(outcomes),
    summary: z.string().trim().min(1).max(20_000),
    checklist: z
      .array(
        z.strictObject({
          text: z.string().trim().min(1).max(200),
          done: z.boolean(),
          note: z.string().trim().max(500).default(''),
        }),
      )
      .max(40),
    contactIds: z.array(z.uuid()).max(50).optional(),
    nextStep: nextStepInput.optional(),
  }),
});
export const cancelVisit = endpoint({
  ...act('cancellation', 'Call a visit off, saying why'),
  params: idParams,
  response: visitShape,
  body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
});

export const addVisitPhoto = endpoint({
  method: 'POST',
  path: '/visits/:id/photos',
  tag,
  summary: 'Attach a photo taken on the spot',
  access: 'activity:record',
  params: idParams,
  upload: true,
  status: 201,
  response: visitShape,
});
export const downloadVisitPhoto = endpoint({
  method: 'GET',
  path: '/visits/:id/photos/:photoId',
  tag,
  summary: 'A photo of a visit',
  access: 'customer:read',
  params: z.strictObject({ id: z.uuid(), photoId: z.uuid() }),
  download: 'application/octet-stream',
  response: z.undefined(),
});

export const purposeShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  name: z.string(),
  checklist: z.array(z.string()),
});
export type VisitPurpose = z.infer<typeof purposeShape>;
const purposeFields = {
  name: z.string().trim().min(1).max(100),
  checklist: z.array(z.string().trim().min(1).max(200)).max(30).default([]),
};
export const listVisitPurposes = endpoint({
  method: 'GET',
  path: '/visit-purposes',
  tag,
  summary: 'Purposes of visits with their checklists',
  access: 'customer:read',
  response: z.strictObject({ items: z.array(purposeShape) }),
});
export const createVisitPurpose = endpoint({
  method: 'POST',
  path: '/visit-purposes',
  tag,
  summary: 'Add a purpose',
  access: 'activity:template',
  status: 201,
  idempotent: true,
  body: z.strictObject(purposeFields),
  response: purposeShape,
});
export const updateVisitPurpose = endpoint({
  method: 'PUT',
  path: '/visit-purposes/:id',
  tag,
  summary: 'Change a purpose; visits planned before keep their checklist',
  access: 'activity:template',
  params: idParams,
  ifMatch: true,
  body: z.strictObject(purposeFields),
  response: purposeShape,
});
export const retireVisitPurpose = endpoint({
  method: 'DELETE',
  path: '/visit-purposes/:id',
  tag,
  summary: 'Take a purpose out of use',
  access: 'activity:template',
  params: idParams,
  ifMatch: true,
  status: 204,
  response: z.undefined(),
});

export const workSettingsShape = z.strictObject({
  version: z.number().int(),
  radiusMetres: z.number().int().nullable(),
  minutesDays: z.number().int(),
  confirmDays: z.number().int(),
  minutesAfter: z.array(z.enum(activityTypes)),
  minutesReview: z.boolean(),
  placeDays: z.number().int(),
});
export type WorkSettings = z.infer<typeof workSettingsShape>;
export const getWorkSettings = endpoint({
  method: 'GET',
  path: '/work-settings',
  tag,
  summary: "The company's rules for visits and minutes",
  access: 'customer:read',
  response: workSettingsShape,
});
export const saveWorkSettings = endpoint({
  method: 'PUT',
  path: '/work-settings',
  tag,
  summary: 'Change the rules for visits and minutes',
  access: 'activity:template',
  ifMatch: true,
  body: z.strictObject({
    radiusMetres: z.number().int().min(20).max(50_000).nullable(),
    minutesDays: z.number().int().min(1).max(30),
    confirmDays: z.number().int().min(1).max(30),
    minutesAfter: z.array(z.enum(activityTypes)).max(8),
    minutesReview: z.boolean(),
    /** Days after a visit for which its place and photos are kept. */
    placeDays: z.number().int().min(7).max(1100),
  }),
  response: workSettingsShape,
});
