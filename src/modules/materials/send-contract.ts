import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { languages } from '#shared/languages.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'materials';

export const sendChannels = ['mail', 'link', 'paper'] as const;
export type SendChannel = (typeof sendChannels)[number];
export const mailStates = ['queued', 'sent', 'refused', 'dropped', 'failed'] as const;
const mailLanguage = z.enum(languages);

const counter = z.strictObject({ first: z.string().nullable(), last: z.string().nullable(), times: z.number().int() });

export const sendShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  material: z.strictObject({ id: z.string(), title: z.string(), state: z.string() }),
  customer: z.strictObject({ id: z.string(), name: z.string() }),
  contactId: z.string().nullable(),
  recipient: z.string(),
  channel: z.enum(sendChannels),
  edition: z.number().int(),
  /** The link answers with the newest version instead of the one that was sent. */
  newest: z.boolean(),
  mail: z.strictObject({ state: z.enum(mailStates), at: z.string().nullable() }).nullable(),
  opened: counter,
  downloaded: counter,
  revokedAt: z.string().nullable(),
  sentAt: z.string(),
  sentBy: z.string(),
  /** Path of the page, for whoever may send to the customer. */
  path: z.string().nullable(),
  can: z.strictObject({ revoke: z.boolean() }),
});
export type SendView = z.infer<typeof sendShape>;

export const listMaterialSends = endpoint({
  method: 'GET',
  path: '/material-sends',
  tag,
  summary: 'Who got which material and opened it, latest first; of the customers the caller may see',
  access: 'material:read',
  query: z.strictObject({
    ...pageQuery,
    materialId: z.uuid().optional(),
    customerId: z.uuid().optional(),
    contactId: z.uuid().optional(),
    opened: z.enum(['yes', 'no']).optional(),
  }),
  response: pageOf(sendShape),
});

/** Somebody at the customer (or, without contact, the customer itself) with the addresses the caller may read. */
export const recipientShape = z.strictObject({
  contactId: z.string().nullable(),
  name: z.string(),
  position: z.string(),
  emails: z.array(z.string()),
  /** Wants no such mail. */
  refused: z.boolean(),
});
export type RecipientView = z.infer<typeof recipientShape>;

export const listMaterialRecipients = endpoint({
  method: 'GET',
  path: '/customers/:id/material-recipients',
  tag,
  summary: 'To whom at the customer materials can be sent',
  access: 'material:send',
  params: idParams,
  response: z.strictObject({ items: z.array(recipientShape) }),
});

export const sendMaterials = endpoint({
  method: 'POST',
  path: '/customers/:id/material-sends',
  tag,
  summary: 'Send materials to people at a customer: by mail, by link, or on paper',
  access: 'material:send',
  status: 201,
  idempotent: true,
  params: idParams,
  body: z.strictObject({
    materialIds: z.array(z.uuid()).min(1).max(10),
    recipients: z
      .array(z.strictObject({ contactId: z.uuid().nullable().default(null), email: z.email().max(320).nullish() }))
      .min(1)
      .max(20),
    channel: z.enum(sendChannels),
    newest: z.boolean().default(false),
    /** Of the mail: what it says around the links, with `{name}` and `{links}` for each recipient. */
    mail: z
      .strictObject({
        subject: z.string().trim().min(1).max(200),
        text: z.string().trim().min(1).max(5000),
        language: mailLanguage.default('zh-CN'),
      })
      .optional(),
  }),
  response: z.strictObject({ items: z.array(sendShape) }),
});
export const revokeMaterialSend = endpoint({
  method: 'POST',
  path: '/material-sends/:id/revocation',
  tag,
  summary: 'Revoke the link of one send',
  access: 'material:send',
  params: idParams,
  ifMatch: true,
  response: sendShape,
});
export const materialQrCode = endpoint({
  method: 'GET',
  path: '/material-sends/:id/qr',
  tag,
  summary: 'QR code of the link of one send',
  access: 'material:send',
  params: idParams,
  query: z.strictObject({ format: z.enum(['svg', 'png']).default('svg') }),
  download: 'image/svg+xml',
  response: z.undefined(),
});
