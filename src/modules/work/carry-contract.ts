import { z } from 'zod';
import { contactShape } from '#modules/contacts/contract.ts';
import { customerCard } from '#modules/customers/contract.ts';
import { carriedMost } from '#modules/people/contract.ts';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { activityInput, activityShape } from './activity-contract.ts';
import { captureInput } from './capture-contract.ts';
import { taskShape } from './task-contract.ts';

const tag = 'carried cards';
export const carryMost = carriedMost;

/** Everything about one customer a rep needs at the visit, as that rep may see it. */
export const carriedCard = z.strictObject({
  /** Of the carrying, not of the customer. */
  id: z.string(),
  customer: customerCard,
  contacts: z.array(contactShape),
  activities: z.array(activityShape),
  tasks: z.array(taskShape),
});
export type CarriedCard = z.infer<typeof carriedCard>;

export const returnedHows = ['rep', 'supervisor', 'dayEnd', 'blocked', 'access', 'device'] as const;
export type ReturnedHow = (typeof returnedHows)[number];

export const carryShape = z.strictObject({
  id: z.string(),
  userId: z.string(),
  userName: z.string(),
  device: z.string(),
  day: z.string(),
  takenAt: z.string(),
  dueAt: z.string(),
  endedAt: z.string().nullable(),
  /** When the device was last heard of, and when it told that it deleted the cards. */
  seenAt: z.string().nullable(),
  wipedAt: z.string().nullable(),
  cards: z.array(
    z.strictObject({
      id: z.string(),
      customerId: z.string(),
      /** Null where the reader may not see the customer. */
      customerName: z.string().nullable(),
      state: z.enum(['out', 'returned']),
      returnedAt: z.string().nullable(),
      returnedHow: z.enum(returnedHows).nullable(),
    }),
  ),
});
export type CarryView = z.infer<typeof carryShape>;

const customerIds = z.array(z.uuid()).min(1).max(carryMost);

export const takeCards = endpoint({
  method: 'PUT',
  path: '/carries/:id',
  tag,
  summary: "Take customers' cards along for the day; the device names the carry, so a repeat is no second one",
  access: 'carry:take',
  params: idParams,
  body: z.strictObject({ device: z.string().trim().max(100).default(''), customerIds }),
  response: z.strictObject({
    carry: carryShape,
    /** The server's half of the key; never sent again. */
    half: z.string(),
    /** Credential of the device for its state only. */
    token: z.string(),
    /** Public key for what is recorded without a network. */
    entryKey: z.string(),
    cards: z.array(carriedCard),
  }),
});

export const takeMoreCards = endpoint({
  method: 'POST',
  path: '/carries/:id/cards',
  tag,
  summary: 'Take more cards along; those already taken come again as they are now',
  access: 'carry:take',
  params: idParams,
  body: z.strictObject({ customerIds }),
  response: z.strictObject({ cards: z.array(carriedCard) }),
});

export const myCarries = endpoint({
  method: 'GET',
  path: '/carries/mine',
  tag,
  summary: 'What I carry and how many cards I may',
  access: 'carry:take',
  response: z.strictObject({ limit: z.number().int(), items: z.array(carryShape) }),
});

export const listCarries = endpoint({
  method: 'GET',
  path: '/carries',
  tag,
  summary: 'Who carries which cards since when; latest first',
  access: 'carry:supervise',
  query: z.strictObject({ ...pageQuery, state: z.enum(['out', 'unwiped', 'all']).default('out') }),
  response: pageOf(carryShape),
});

export const returnedShape = z.strictObject({
  id: z.string(),
  carryId: z.string(),
  customerId: z.string(),
  /** Null where the reader may not see the customer. */
  customerName: z.string().nullable(),
  userId: z.string(),
  userName: z.string(),
  device: z.string(),
  takenAt: z.string(),
  returnedAt: z.string(),
  how: z.enum(returnedHows),
  /** Who returned it, where a person did. */
  by: z.string().nullable(),
  /** When the device told that it deleted the cards. */
  wipedAt: z.string().nullable(),
});
export type ReturnedCard = z.infer<typeof returnedShape>;

export const listReturned = endpoint({
  method: 'GET',
  path: '/carries/returned',
  tag,
  summary: 'Cards that came back: whose, when, how, and whether the device has deleted them; latest first',
  access: 'carry:supervise',
  query: z.strictObject({
    ...pageQuery,
    userId: z.uuid().optional(),
    how: z.enum(returnedHows).optional(),
    from: z.iso.date().optional(),
    to: z.iso.date().optional(),
  }),
  response: pageOf(returnedShape),
});

const returned = z.strictObject({ returned: z.number().int() });

export const returnCards = endpoint({
  method: 'POST',
  path: '/carries/:id/return',
  tag,
  summary: 'Return my cards, all or some',
  access: 'carry:take',
  params: idParams,
  body: z.strictObject({ cardIds: z.array(z.uuid()).min(1).max(carryMost).optional() }),
  response: returned,
});

export const recallCards = endpoint({
  method: 'POST',
  path: '/carries/:id/recall',
  tag,
  summary: "Return a colleague's cards, all or some; the device deletes them at its next contact",
  access: 'carry:supervise',
  params: idParams,
  body: z.strictObject({ cardIds: z.array(z.uuid()).min(1).max(carryMost).optional() }),
  response: returned,
});

export const carryStatus = endpoint({
  method: 'POST',
  path: '/carries/status',
  tag,
  summary: 'A device asks which cards it may still hold; it deletes the others',
  access: { public: "the device's own token, of which only the hash is stored, is the credential; it tells ids only" },
  rateLimit: 120,
  body: z.strictObject({
    token: z.string().max(200),
    /** The device has deleted everything. */
    wiped: z.boolean().default(false),
  }),
  response: z.strictObject({
    state: z.enum(['out', 'ended']),
    now: z.string(),
    dueAt: z.string(),
    cardIds: z.array(z.string()),
  }),
});

/** What a device records without a network, before it is sealed. */
export const carriedEntry = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('activity'), body: activityInput }),
  z.strictObject({ kind: z.literal('capture'), body: captureInput }),
]);

export const entryShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  kind: z.enum(['activity', 'capture']),
  state: z.enum(['applied', 'refused', 'discarded']),
  /** What was recorded, while it could not be applied. */
  content: z.record(z.string(), z.unknown()).nullable(),
  customerName: z.string().nullable(),
  /** Why not, in the reader's language. */
  problem: z.string().nullable(),
  receivedAt: z.string(),
});
export type EntryView = z.infer<typeof entryShape>;

export const sendEntry = endpoint({
  method: 'PUT',
  path: '/carries/:id/entries/:entryId',
  tag,
  summary: 'Hand in what was recorded without a network; the same id counts once',
  access: 'carry:take',
  params: idParams.extend({ entryId: z.uuid() }),
  body: z.strictObject({
    /** Sealed to the key of the carry. */
    sealed: z.base64().max(1_990_000),
    /** The clock of the device now: a wrong one is corrected. */
    deviceNow: z.iso.datetime({ offset: true }),
  }),
  response: entryShape,
});

export const refusedEntries = endpoint({
  method: 'GET',
  path: '/carry-entries',
  tag,
  summary: 'What I recorded without a network and could not be applied',
  access: 'carry:take',
  response: z.strictObject({ items: z.array(entryShape) }),
});

export const retryEntry = endpoint({
  method: 'POST',
  path: '/carry-entries/:id/retry',
  tag,
  summary: 'Try again to apply what was recorded, perhaps for another customer',
  access: 'carry:take',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ customerId: z.uuid().optional() }),
  response: entryShape,
});

export const discardEntry = endpoint({
  method: 'POST',
  path: '/carry-entries/:id/discarding',
  tag,
  summary: 'Give up what was recorded and could not be applied',
  access: 'carry:take',
  params: idParams,
  ifMatch: true,
  response: entryShape,
});
