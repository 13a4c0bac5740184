import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { customerKinds } from '#shared/fields.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'collection';
const values = z.record(z.string().max(60), z.unknown());

/** Largest photo taken, in bytes. */
export const cardPhotoLimit = 15 * 1024 * 1024;

export const cardStates = ['queued', 'running', 'read', 'failed', 'confirmed', 'discarded'] as const;

export const businessCardShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  fileName: z.string(),
  state: z.enum(cardStates),
  jobId: z.string().nullable(),
  /** Why it could not be read. */
  problem: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  /** What was read, as values of the customer's and the person's fields; null before and after. */
  proposal: z
    .strictObject({
      customer: values,
      contact: values,
      /** Estimated probability that the value is right, by `customer.<field>` and `contact.<field>`. */
      confidence: z.record(z.string(), z.number()),
      /** Text that found no place. */
      rest: z.array(z.string()),
    })
    .nullable(),
  customerId: z.string().nullable(),
  contactId: z.string().nullable(),
  /** The intake it waits in, where new customers of the caller are reviewed first. */
  intakeId: z.string().nullable(),
  createdAt: z.string(),
});
export type BusinessCardView = z.infer<typeof businessCardShape>;

export const uploadBusinessCard = endpoint({
  method: 'POST',
  path: '/business-cards',
  tag,
  summary: 'Upload a photo of a business card (JPEG, PNG, WebP, up to 15 MB); a job reads it. Form field: file',
  access: 'businessCard:scan',
  status: 201,
  upload: true,
  rateLimit: 60,
  response: businessCardShape,
});
export const scanCapture = endpoint({
  method: 'POST',
  path: '/business-cards/captures',
  tag,
  summary: 'Read the photo of a quick capture of mine as a business card; asked again it is the same card',
  access: 'businessCard:scan',
  status: 201,
  idempotent: true,
  body: z.strictObject({ captureId: z.uuid() }),
  response: businessCardShape,
});
export const listBusinessCards = endpoint({
  method: 'GET',
  path: '/business-cards',
  tag,
  summary: 'Business cards I uploaded, newest first',
  access: 'businessCard:scan',
  query: z.strictObject({ ...pageQuery, state: z.enum(['open', 'confirmed']).default('open') }),
  response: pageOf(businessCardShape),
});
export const getBusinessCard = endpoint({
  method: 'GET',
  path: '/business-cards/:id',
  tag,
  summary: 'One business card with what was read on it',
  access: 'businessCard:scan',
  params: idParams,
  response: businessCardShape,
});
export const businessCardPicture = endpoint({
  method: 'GET',
  path: '/business-cards/:id/picture',
  tag,
  summary: 'The photo, upright: for who uploaded it, and once confirmed for who may see the customer',
  access: 'customer:read',
  params: idParams,
  /** `version` keeps caches apart: once read, the photo stands upright. */
  query: z.strictObject({ version: z.coerce.number().int().optional() }),
  download: 'image/jpeg',
  response: z.unknown(),
});
export const matchBusinessCard = endpoint({
  method: 'POST',
  path: '/business-cards/:id/matches',
  tag,
  summary: 'Customers and people that may be those of the card',
  access: 'businessCard:scan',
  params: idParams,
  body: z.strictObject({ kind: z.enum(customerKinds), customer: values, contact: values }),
  response: z.strictObject({
    customers: z.array(
      z.strictObject({
        id: z.string(),
        number: z.string(),
        name: z.string(),
        because: z.array(z.string()),
        score: z.number(),
        certain: z.boolean(),
        mayUpdate: z.boolean(),
      }),
    ),
    people: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        customerId: z.string(),
        customerName: z.string(),
        because: z.array(z.enum(['name', 'phone', 'email'])),
        mayUpdate: z.boolean(),
      }),
    ),
    /** Customers the caller may not see: counted, not shown. */
    hidden: z.number().int(),
  }),
});
export const confirmBusinessCard = endpoint({
  method: 'POST',
  path: '/business-cards/:id/confirmation',
  tag,
  summary:
    'Make the customer and the person, or add the person to a known customer, or fill a known person; the photo is kept with them',
  access: 'businessCard:scan',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    kind: z.enum(customerKinds),
    /** A known customer: its empty fields are filled, its other values stay. */
    customerId: z.uuid().optional(),
    /** A known person of that customer: numbers are added, empty fields filled. */
    contactId: z.uuid().optional(),
    customer: values,
    /** null: the card names no person, or the customer is the person. */
    contact: values.nullable(),
    allowDuplicate: z.boolean().default(false),
  }),
  response: businessCardShape,
});
export const discardBusinessCard = endpoint({
  method: 'POST',
  path: '/business-cards/:id/discarding',
  tag,
  summary: 'Throw a card away that is not wanted; its photo is destroyed',
  access: 'businessCard:scan',
  params: idParams,
  ifMatch: true,
  response: businessCardShape,
});
export const contactBusinessCards = endpoint({
  method: 'GET',
  path: '/contacts/:id/business-cards',
  tag,
  summary: 'Photos of business cards kept with a person, newest first',
  access: 'customer:read',
  params: idParams,
  query: z.strictObject(pageQuery),
  response: pageOf(z.strictObject({ id: z.string(), fileName: z.string(), createdAt: z.string() })),
});
