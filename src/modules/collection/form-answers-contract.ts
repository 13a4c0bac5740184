import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { customerKinds, provenance } from '#shared/fields.ts';
import { languages } from '#shared/languages.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { frozenContent, frozenQuestion } from './form-content.ts';

const tag = 'forms';
const text = z.strictObject({ zh: z.string(), en: z.string() });
const values = z.record(z.string().max(32), z.unknown());
const lang = z.enum(languages);
const token = z.strictObject({ token: z.string().max(120) });
const publicReason = { public: 'The token in the address is the right: it opens this one form and nothing else.' };

export const openPublicForm = endpoint({
  method: 'GET',
  path: '/public/forms/:token',
  tag,
  summary: 'The form behind a public link',
  access: publicReason,
  params: token,
  rateLimit: 120,
  response: z.strictObject({
    company: z.string(),
    revision: z.number().int(),
    content: frozenContent,
    /** Signed time of opening; an answer must carry it. */
    ticket: z.string(),
    personal: z.boolean(),
    /** Present values of open fields, of a personal link only. */
    present: values,
    /** Questions whose present value is known and not shown. */
    masked: z.array(z.string()),
  }),
});
export const answerPublicForm = endpoint({
  method: 'POST',
  path: '/public/forms/:token/answers',
  tag,
  summary: 'Answer the form behind a public link',
  access: publicReason,
  params: token,
  rateLimit: 20,
  status: 201,
  idempotent: true,
  body: z.strictObject({
    values,
    /** Tells which revision was filled in and when it was opened. */
    ticket: z.string().max(200),
    consent: z.boolean(),
    lang,
    embedded: z.boolean().default(false),
    /** Seen by no person; who fills it in is a program. */
    homepage: z.string().max(500).default(''),
  }),
  response: z.strictObject({ thanks: text }),
});
export const uploadFormFile = endpoint({
  method: 'POST',
  path: '/public/forms/:token/files',
  tag,
  summary: 'Upload a file for an answer. Form fields: question, file',
  access: publicReason,
  params: token,
  rateLimit: 20,
  status: 201,
  upload: true,
  response: z.strictObject({ id: z.string(), name: z.string(), size: z.number() }),
});

export const refuseFormMail = endpoint({
  method: 'POST',
  path: '/public/forms/:token/mail-refusal',
  tag,
  summary: 'No more mail to who received this link',
  access: publicReason,
  params: token,
  rateLimit: 20,
  status: 204,
  response: z.undefined(),
});

export const channels = ['link', 'embedded', 'personal', 'typed'] as const;
export const answerStates = ['new', 'accepted', 'refused'] as const;
const answerItem = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  form: z.strictObject({ id: z.string(), title: text }),
  state: z.enum(answerStates),
  channel: z.enum(channels),
  customer: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  /** The name that was given, of the customer or the person. */
  name: z.string().nullable(),
  submittedAt: z.string(),
  reviewer: z.string().nullable(),
});
export const answerView = answerItem.extend({
  revision: z.number().int(),
  kind: z.enum(customerKinds),
  typedBy: z.string().nullable(),
  reason: z.string().nullable(),
  contact: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  /** The intake the accepted values wait in, where new customers of the reviewer are reviewed first. */
  intakeId: z.string().nullable(),
  /** The questions the reader may see, as they were when they were answered. */
  questions: z.array(frozenQuestion),
  /** Answers left out because the reader may not see such fields. */
  hidden: z.number().int(),
  values,
  /** What the customer or contact has now. */
  present: z.record(z.string(), z.strictObject({ value: z.unknown(), provenance: provenance.nullable() })),
  /** Questions whose answer differs from what is there. */
  proposals: z.array(z.string()),
  /** `confirmed`: the answer was as the record already is. */
  decisions: z.record(z.string(), z.enum(['accepted', 'refused', 'confirmed'])),
  suggestions: z.array(
    z.strictObject({
      id: z.string(),
      number: z.string(),
      name: z.string(),
      because: z.array(z.string()),
      score: z.number(),
      certain: z.boolean(),
    }),
  ),
  contacts: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  consent: z.strictObject({ purpose: z.string(), text: z.string(), givenAt: z.string() }).nullable(),
  /** The form asks for consent, and none was given with this answer. */
  consentMissing: z.boolean(),
  files: z.array(z.strictObject({ id: z.string(), question: z.string(), name: z.string(), size: z.number() })),
});
export type AnswerView = z.infer<typeof answerView>;

export const listFormAnswers = endpoint({
  method: 'GET',
  path: '/form-answers',
  tag,
  summary: 'Answers that came in, newest first',
  access: 'form:review',
  query: z.strictObject({
    ...pageQuery,
    form: z.uuid().optional(),
    customer: z.uuid().optional(),
    state: z.enum(answerStates).optional(),
  }),
  response: pageOf(answerItem),
});
export const getFormAnswer = endpoint({
  method: 'GET',
  path: '/form-answers/:id',
  tag,
  summary: 'One answer beside what is known',
  access: 'form:review',
  params: idParams,
  response: answerView,
});
export const matchFormAnswer = endpoint({
  method: 'PUT',
  path: '/form-answers/:id/match',
  tag,
  summary: 'Say whose answer it is',
  access: 'form:review',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ customerId: z.uuid().nullable(), contactId: z.uuid().nullable() }),
  response: answerView,
});
export const decideFormAnswer = endpoint({
  method: 'POST',
  path: '/form-answers/:id/decision',
  tag,
  summary: 'Accept the named answers into the records and refuse the others; without a match a customer is made',
  access: 'form:review',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    accept: z.array(z.string().max(32)).max(200),
    allowDuplicate: z.boolean().default(false),
  }),
  response: answerView,
});
export const refuseFormAnswer = endpoint({
  method: 'POST',
  path: '/form-answers/:id/refusal',
  tag,
  summary: 'Refuse a whole answer',
  access: 'form:review',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
  response: answerView,
});
export const typeFormAnswer = endpoint({
  method: 'POST',
  path: '/forms/:id/answers',
  tag,
  summary: 'Type in an answer from paper; it waits for review like any other',
  access: 'form:type',
  params: idParams,
  status: 201,
  idempotent: true,
  body: z.strictObject({
    values,
    lang,
    customerId: z.uuid().nullable(),
    contactId: z.uuid().nullable(),
    /** The paper bears the signature under the consent text. */
    consent: z.boolean().default(false),
  }),
  response: z.strictObject({ id: z.string() }),
});
export const openFormFile = endpoint({
  method: 'GET',
  path: '/form-answers/:id/files/:fileId',
  tag,
  summary: 'A file that came with an answer',
  access: 'form:review',
  params: z.strictObject({ id: z.uuid(), fileId: z.uuid() }),
  download: 'application/octet-stream',
  response: z.unknown(),
});
