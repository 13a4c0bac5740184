import { z } from 'zod';
import { customerQuery } from '#modules/customers/contract.ts';
import { endpoint } from '#shared/endpoint.ts';
import { languages } from '#shared/languages.ts';
import { countShape, idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'forms';
const linkParams = z.strictObject({ id: z.uuid(), linkId: z.uuid() });
export const invitationStates = ['sent', 'opened', 'answered', 'expired', 'revoked'] as const;
export type InvitationState = (typeof invitationStates)[number];

const invitation = z.strictObject({
  id: z.string(),
  state: z.enum(invitationStates),
  customer: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  contact: z.string().nullable(),
  /** Only hinted at. */
  email: z.string().nullable(),
  path: z.string(),
  /** `noAddress`, `refused` (by the customer’s wish) and `failed`: nothing was mailed, the link must go another way. */
  mail: z.enum(['none', 'queued', 'sent', 'failed', 'noAddress', 'refused']),
  mailedAt: z.string().nullable(),
  reminded: z.number().int(),
  openedAt: z.string().nullable(),
  answeredAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
  /** Last day of the link or the form. */
  expiresOn: z.string().nullable(),
  createdAt: z.string(),
});
export type InvitationView = z.infer<typeof invitation>;

const sending = {
  mail: z.boolean().default(false),
  lang: z.enum(languages).default('zh-CN'),
  /** Days the links hold; without it as long as the form. */
  validDays: z.number().int().min(1).max(366).nullable().default(null),
};

export const listInvitations = endpoint({
  method: 'GET',
  path: '/forms/:id/invitations',
  tag,
  summary: 'One-time links of a form with what became of them, newest first',
  access: 'form:send',
  params: idParams,
  query: z.strictObject({
    ...pageQuery,
    state: z.enum(invitationStates).optional(),
    /** Only those whose mail could not go out. */
    unmailed: z.literal('yes').optional(),
  }),
  response: pageOf(invitation),
});
export const inviteToForm = endpoint({
  method: 'POST',
  path: '/forms/:id/invitations',
  tag,
  summary: 'Make one-time links: one for each customer or contact, or one for nobody in particular; send them by mail',
  access: 'form:send',
  params: idParams,
  status: 201,
  idempotent: true,
  body: z.strictObject({
    recipients: z
      .array(z.strictObject({ customerId: z.uuid(), contactId: z.uuid().optional() }))
      .max(200)
      .default([]),
    ...sending,
  }),
  response: z.strictObject({ items: z.array(invitation), withoutMail: z.number().int(), refused: z.number().int() }),
});
export const revokeInvitation = endpoint({
  method: 'PUT',
  path: '/forms/:id/invitations/:linkId/revocation',
  tag,
  summary: 'Take one link back; who opens it is told that it holds no longer',
  access: 'form:send',
  params: linkParams,
  response: invitation,
});
export const mailInvitation = endpoint({
  method: 'POST',
  path: '/forms/:id/invitations/:linkId/mails',
  tag,
  summary: 'Mail one link again, to the address the recipient has now',
  access: 'form:send',
  params: linkParams,
  response: invitation,
});
export const remindOfForm = endpoint({
  method: 'POST',
  path: '/forms/:id/reminders',
  tag,
  summary: 'Mail a reminder to everybody who was written to and has not answered',
  access: 'form:send',
  params: idParams,
  status: 202,
  response: z.strictObject({ jobId: z.string() }),
});

const audience = customerQuery.omit({ state: true });
export const previewSending = endpoint({
  method: 'POST',
  path: '/forms/:id/sendings/preview',
  tag,
  summary: 'How many customers a condition finds, and how many of them could be mailed',
  access: 'form:send',
  params: idParams,
  body: z.strictObject({ query: audience }),
  response: z.strictObject({
    customers: countShape,
    /** The counts below are over the first so many. */
    looked: z.number().int(),
    withMail: z.number().int(),
    noAddress: z.number().int(),
    refused: z.number().int(),
    /** Have an unanswered link already: they are reminded, not sent another. */
    waiting: z.number().int(),
  }),
});
export const startSending = endpoint({
  method: 'POST',
  path: '/forms/:id/sendings',
  tag,
  summary: 'Send the form to every customer a condition finds, as a job',
  access: 'form:send',
  params: idParams,
  status: 202,
  idempotent: true,
  body: z.strictObject({ query: audience, ...sending }),
  response: z.strictObject({ jobId: z.string() }),
});
