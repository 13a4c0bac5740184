import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'trade';

const fields = {
  day: z.iso.date(),
  /** Integer minor units of the currency (分, cents); negative for a return. */
  amountMinor: z.number().int().min(-1e15).max(1e15),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'money.currency')
    .optional(),
  product: z.string().trim().max(200).nullable().optional(),
};

export const purchaseShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  customerId: z.string(),
  day: z.string(),
  amountMinor: z.number().int(),
  currency: z.string(),
  product: z.string().nullable(),
  source: z.string(),
  externalKey: z.string().nullable(),
  state: z.enum(['active', 'trashed']),
  can: z.strictObject({ update: z.boolean() }),
});
export type PurchaseView = z.infer<typeof purchaseShape>;

export const listPurchases = endpoint({
  method: 'GET',
  path: '/customers/:id/purchases',
  tag,
  summary: 'What a customer bought, newest day first',
  access: 'purchase:read',
  params: idParams,
  query: z.strictObject({ ...pageQuery, state: z.enum(['active', 'trashed']).default('active') }),
  response: pageOf(purchaseShape).extend({
    can: z.strictObject({ create: z.boolean() }),
    /** Sums in the company's currency; other currencies are counted, not summed. */
    totals: z.strictObject({ amountMinor: z.number().int(), currency: z.string(), count: z.number().int() }),
  }),
});

export const createPurchase = endpoint({
  method: 'POST',
  path: '/customers/:id/purchases',
  tag,
  summary: 'Record a purchase of a customer',
  access: 'purchase:create',
  params: idParams,
  status: 201,
  idempotent: true,
  body: z.strictObject({ ...fields, externalKey: z.string().trim().min(1).max(200).optional() }),
  response: purchaseShape,
});

/** Rows name their customer by id or by number; a known external key changes that purchase instead of adding one. */
export const createPurchases = endpoint({
  method: 'POST',
  path: '/purchases/batches',
  tag,
  summary: 'Record up to 1,000 purchases at once; all or none',
  access: 'purchase:create',
  status: 201,
  idempotent: true,
  body: z.strictObject({
    source: z.string().trim().min(1).max(40).default('api'),
    items: z
      .array(
        z.strictObject({
          ...fields,
          customerId: z.uuid().optional(),
          customerNumber: z.string().trim().min(1).max(60).optional(),
          externalKey: z.string().trim().min(1).max(200).optional(),
        }),
      )
      .min(1)
      .max(1000),
  }),
  response: z.strictObject({
    batchId: z.string(),
    created: z.number().int(),
    updated: z.number().int(),
    unchanged: z.number().int(),
  }),
});

export const updatePurchase = endpoint({
  method: 'PATCH',
  path: '/purchases/:id',
  tag,
  summary: 'Correct a purchase',
  access: 'purchase:update',
  params: idParams,
  ifMatch: true,
  body: z
    .strictObject(fields)
    .partial()
    .extend({ reason: z.string().max(500).optional() }),
  response: purchaseShape,
});

export const trashPurchase = endpoint({
  method: 'POST',
  path: '/purchases/:id/trashing',
  tag,
  summary: 'Move a purchase to the trash',
  access: 'purchase:update',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ reason: z.string().max(500).optional() }),
  response: purchaseShape,
});

export const restorePurchase = endpoint({
  method: 'DELETE',
  path: '/purchases/:id/trashing',
  tag,
  summary: 'Take a purchase back from the trash',
  access: 'purchase:update',
  params: idParams,
  ifMatch: true,
  response: purchaseShape,
});
