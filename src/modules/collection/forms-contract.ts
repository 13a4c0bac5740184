import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { customerKinds } from '#shared/fields.ts';
import { languages } from '#shared/languages.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { formContent, frozenContent } from './form-content.ts';

const tag = 'forms';
const site = z
  .string()
  .max(200)
  .regex(/^https?:\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/i, 'website.origin');
const text = z.strictObject({ zh: z.string(), en: z.string() });
export const formStates = ['draft', 'open', 'closed', 'archived'] as const;

const settings = {
  kind: z.enum(customerKinds),
  expiresOn: z.iso.date().nullable(),
  maxAnswers: z.number().int().min(1).max(1_000_000).nullable(),
  remindDays: z.array(z.number().int().min(1).max(90)).max(5),
  sites: z.array(site).max(20),
};

const formItem = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  state: z.enum(formStates),
  title: text,
  kind: z.enum(customerKinds),
  answers: z.number().int(),
  revision: z.number().int(),
  expiresOn: z.string().nullable(),
  author: z.string(),
  updatedAt: z.string(),
});

export const formView = formItem.extend({
  ...settings,
  content: formContent,
  /** The newest published revision; null before the first. */
  published: frozenContent.nullable(),
  /** Path of the public page, for those who may send it. */
  path: z.string().nullable(),
});
export type FormView = z.infer<typeof formView>;

export const listForms = endpoint({
  method: 'GET',
  path: '/forms',
  tag,
  summary: 'Forms, newest first',
  access: 'form:read',
  /** Those put away only when asked for. */
  query: z.strictObject({ ...pageQuery, state: z.enum(formStates).optional() }),
  response: pageOf(formItem),
});
export const createForm = endpoint({
  method: 'POST',
  path: '/forms',
  tag,
  summary: 'Begin a form',
  access: 'form:design',
  status: 201,
  idempotent: true,
  body: z.strictObject({ kind: z.enum(customerKinds), content: formContent }),
  response: formView,
});
export const getForm = endpoint({
  method: 'GET',
  path: '/forms/:id',
  tag,
  summary: 'One form: its draft, its published revision, its settings',
  access: 'form:read',
  params: idParams,
  response: formView,
});
export const updateForm = endpoint({
  method: 'PATCH',
  path: '/forms/:id',
  tag,
  summary: 'Change the draft and the settings; what is published stays as it is',
  access: 'form:design',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ ...settings, content: formContent }).partial(),
  response: formView,
});
export const publishForm = endpoint({
  method: 'POST',
  path: '/forms/:id/revisions',
  tag,
  summary: 'Publish the draft as a new revision and open the form',
  access: 'form:design',
  params: idParams,
  ifMatch: true,
  response: formView,
});
export const setFormState = endpoint({
  method: 'PUT',
  path: '/forms/:id/state',
  tag,
  summary: 'Close a form, open it again, put it away or take it out again (closed)',
  access: 'form:design',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ state: z.enum(['open', 'closed', 'archived']) }),
  response: formView,
});

export const copyForm = endpoint({
  method: 'POST',
  path: '/forms/:id/copies',
  tag,
  summary: 'Begin a new form with the questions, texts and settings of this one',
  access: 'form:design',
  params: idParams,
  status: 201,
  idempotent: true,
  response: formView,
});
export const deleteForm = endpoint({
  method: 'DELETE',
  path: '/forms/:id',
  tag,
  summary: 'Delete a form that was never published; others are put away',
  access: 'form:design',
  params: idParams,
  ifMatch: true,
  status: 204,
  response: z.undefined(),
});

export const formQrCode = endpoint({
  method: 'GET',
  path: '/forms/:id/qr-code',
  tag,
  summary: 'QR code of the public page',
  access: 'form:send',
  params: idParams,
  query: z.strictObject({ format: z.enum(['svg', 'png']).default('svg') }),
  download: 'image/svg+xml',
  response: z.unknown(),
});
export const formPaper = endpoint({
  method: 'GET',
  path: '/forms/:id/paper',
  tag,
  summary: 'The form on paper, as PDF',
  access: 'form:read',
  params: idParams,
  query: z.strictObject({ lang: z.enum(languages).optional() }),
  download: 'application/pdf',
  response: z.unknown(),
});
