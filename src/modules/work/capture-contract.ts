import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { customerKinds } from '#shared/fields.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { instant } from './activity-contract.ts';

const tag = 'captures';

/** Characters of a photo in base64: the browser makes it small enough for one request, also from the queue of a device without a network. */
export const photoMost = 1_400_000;

/** What is noted in a moment; at least one of photo, name, number and note. */
export const captureInput = z
  .strictObject({
    /** Given by the device: the same sent twice counts once, however late. */
    id: z.uuid(),
    name: z.string().trim().max(200).default(''),
    number: z.string().trim().max(100).default(''),
    note: z.string().trim().max(5000).default(''),
    /** JPEG, PNG or WebP in base64. */
    photo: z.base64().max(photoMost).nullish(),
    capturedAt: instant,
    /** Who made it, told by a device that kept it: sent as another it is refused. */
    userId: z.uuid().optional(),
  })
  .refine((input) => input.name || input.number || input.note || input.photo, {
    message: 'capture.empty',
    path: ['name'],
  });
export type CaptureInput = z.output<typeof captureInput>;

export const captureShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  name: z.string(),
  number: z.string(),
  note: z.string(),
  hasPhoto: z.boolean(),
  capturedAt: z.string(),
  state: z.enum(['open', 'completed', 'dropped']),
  customerId: z.string().nullable(),
  /** The intake it waits in, where new customers of the caller are reviewed first. */
  intakeId: z.string().nullable(),
});
export type CaptureView = z.infer<typeof captureShape>;

export const createCapture = endpoint({
  method: 'POST',
  path: '/captures',
  tag,
  summary: 'Keep a quick capture; the same id sent again is the same capture',
  access: 'capture:create',
  status: 201,
  idempotent: true,
  body: captureInput,
  response: captureShape,
});

export const listCaptures = endpoint({
  method: 'GET',
  path: '/captures',
  tag,
  summary: 'My quick captures, latest first',
  access: 'capture:create',
  query: z.strictObject({ ...pageQuery, state: z.enum(['open', 'completed', 'dropped']).default('open') }),
  response: pageOf(captureShape),
});

export const capturePhoto = endpoint({
  method: 'GET',
  path: '/captures/:id/photo',
  tag,
  summary: 'The photo of a capture',
  access: 'capture:create',
  params: idParams,
  download: 'image/*',
  response: z.any(),
});

export const completeCapture = endpoint({
  method: 'POST',
  path: '/captures/:id/completion',
  tag,
  summary: 'Make a customer of a capture, with a person, or file it under a customer that is there',
  access: 'capture:create',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    /** File it under this customer; without it a new one is created. */
    customerId: z.uuid().optional(),
    kind: z.enum(customerKinds).default('company'),
    name: z.string().trim().max(200).default(''),
    phone: z.string().trim().max(100).default(''),
    contactName: z.string().trim().max(200).default(''),
    note: z.string().trim().max(5000).default(''),
    allowDuplicate: z.boolean().default(false),
  }),
  response: captureShape,
});

export const dropCapture = endpoint({
  method: 'POST',
  path: '/captures/:id/dropping',
  tag,
  summary: 'Put away a capture nobody needs',
  access: 'capture:create',
  params: idParams,
  ifMatch: true,
  response: captureShape,
});
