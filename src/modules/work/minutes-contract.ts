import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { instant } from './activity-contract.ts';

const tag = 'minutes';

export const minutesStates = [
  'draft',
  'review',
  'returned',
  'approved',
  'sent',
  'commented',
  'confirmed',
  'waived',
] as const;
export type MinutesState = (typeof minutesStates)[number];

const names = z.array(z.string().trim().min(1).max(100)).max(50);
/** What was said: the text that is reviewed, sent, frozen and confirmed. */
export const minutesContent = z.strictObject({
  heldAt: instant,
  place: z.string().trim().max(300),
  ours: names,
  theirs: names,
  others: names,
  body: z.string().max(20_000),
  decisions: z.array(z.string().trim().min(1).max(1000)).max(50),
  actions: z
    .array(
      z.strictObject({
        title: z.string().trim().min(1).max(300),
        /** One of us, who gets it as a task; none: the author follows it up. */
        assigneeId: z.uuid().nullable(),
        /** Who does it, as the customer reads it. */
        owner: z.string().trim().max(100),
        dueOn: z.iso.date().nullable(),
      }),
    )
    .max(50),
});
export type MinutesContent = z.infer<typeof minutesContent>;

export const minutesShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  customerId: z.string(),
  customerName: z.string(),
  activityId: z.string(),
  author: z.strictObject({ id: z.string(), name: z.string() }),
  state: z.enum(minutesStates),
  subject: z.string(),
  /** Last day to send them. */
  dueOn: z.string(),
  overdue: z.boolean(),
  edition: z.number().int(),
  sentAt: z.string().nullable(),
  confirmedAt: z.string().nullable(),
});
export type MinutesView = z.infer<typeof minutesShape>;

const recipient = z.strictObject({
  id: z.string(),
  edition: z.number().int(),
  name: z.string(),
  email: z.string().nullable(),
  mailedAt: z.string().nullable(),
  openedAt: z.string().nullable(),
  answer: z.enum(['confirmed', 'commented']).nullable(),
  answeredAt: z.string().nullable(),
  answeredName: z.string().nullable(),
  comment: z.string(),
  /** Path of the customer's page, for whoever may send it. */
  path: z.string().nullable(),
});
export const minutesDetail = minutesShape.extend({
  content: minutesContent,
  waivedReason: z.string(),
  approvalId: z.string().nullable(),
  versions: z.array(z.strictObject({ edition: z.number().int(), sentAt: z.string(), sha256: z.string() })),
  recipients: z.array(recipient),
  can: z.strictObject({
    write: z.boolean(),
    submit: z.boolean(),
    send: z.boolean(),
    revise: z.boolean(),
    waive: z.boolean(),
  }),
});
export type MinutesDetail = z.infer<typeof minutesDetail>;

export const listMinutes = endpoint({
  method: 'GET',
  path: '/minutes',
  tag,
  summary: 'Minutes with visible customers: those to be done by the day they are due, others latest first',
  access: 'customer:read',
  query: z.strictObject({
    ...pageQuery,
    author: z.union([z.literal('me'), z.uuid()]).optional(),
    customerId: z.uuid().optional(),
    /** `open`: not sent yet; `overdue`: not sent in time; `waiting`: sent, not confirmed. */
    view: z.enum(['open', 'overdue', 'waiting', 'all']).default('all'),
  }),
  response: pageOf(minutesShape),
});
export const getMinutes = endpoint({
  method: 'GET',
  path: '/minutes/:id',
  tag,
  summary: 'Open minutes with their receipts',
  access: 'customer:read',
  params: idParams,
  response: minutesDetail,
});
export const createMinutes = endpoint({
  method: 'POST',
  path: '/minutes',
  tag,
  summary: 'Begin minutes of an activity',
  access: 'activity:record',
  status: 201,
  idempotent: true,
  body: z.strictObject({ activityId: z.uuid() }),
  response: minutesDetail,
});
export const writeMinutes = endpoint({
  method: 'PUT',
  path: '/minutes/:id',
  tag,
  summary: 'Write a draft',
  access: 'activity:record',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ subject: z.string().trim().min(1).max(300), content: minutesContent }),
  response: minutesDetail,
});
const act = (path: string, summary: string) => ({
  method: 'POST' as const,
  path: `/minutes/:id/${path}`,
  tag,
  summary,
  access: 'activity:record' as const,
  ifMatch: true,
});
export const submitMinutes = endpoint({
  ...act('submission', 'Put a draft to review'),
  params: idParams,
  response: minutesDetail,
  body: z.strictObject({}),
});
export const sendMinutes = endpoint({
  ...act('sending', 'Send reviewed minutes by link; their text is frozen and their actions become tasks'),
  params: idParams,
  response: minutesDetail,
  body: z.strictObject({
    recipients: z
      .array(z.strictObject({ name: z.string().trim().min(1).max(100), email: z.email().max(320).nullish() }))
      .min(1)
      .max(20),
  }),
});
export const reviseMinutes = endpoint({
  ...act('revision', 'Begin a new version of minutes not yet confirmed'),
  params: idParams,
  response: minutesDetail,
  body: z.strictObject({}),
});
export const waiveMinutes = endpoint({
  ...act('waiver', 'No minutes are needed, saying why'),
  params: idParams,
  response: minutesDetail,
  body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
});

const tokenParams = z.strictObject({ token: z.string().min(20).max(200) });
const readerShape = z.strictObject({
  company: z.string(),
  author: z.string(),
  subject: z.string(),
  content: minutesContent,
  edition: z.number().int(),
  sentAt: z.string(),
  timeZone: z.string(),
  recipient: z.string(),
  answer: z.enum(['confirmed', 'commented']).nullable(),
  answeredAt: z.string().nullable(),
  /** A newer version was sent or is being written. */
  superseded: z.boolean(),
});
export type MinutesReader = z.infer<typeof readerShape>;
export const readSharedMinutes = endpoint({
  method: 'GET',
  path: '/public/minutes/:token',
  tag,
  summary: 'Read minutes by the link they were sent with',
  access: { public: 'people of customers have no account; the token of the link is the credential' },
  params: tokenParams,
  rateLimit: 60,
  response: readerShape,
});
export const answerSharedMinutes = endpoint({
  method: 'POST',
  path: '/public/minutes/:token/answer',
  tag,
  summary: 'Confirm minutes or comment on them, once',
  access: { public: 'people of customers have no account; the token of the link is the credential' },
  params: tokenParams,
  rateLimit: 20,
  body: z
    .strictObject({
      answer: z.enum(['confirmed', 'commented']),
      name: z.string().trim().min(1).max(100),
      comment: z.string().trim().max(5000).default(''),
    })
    .refine((body) => body.answer === 'confirmed' || body.comment !== '', {
      message: 'input.required',
      path: ['comment'],
    }),
  response: readerShape,
});
