import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { materialKinds, materialLanguages } from './contract.ts';

const tag = 'materials';
const access = { public: 'people of customers have no account; the token of the link is the credential' };
const tokenParams = z.strictObject({ token: z.string().min(20).max(200) });

/** What the recipient's page shows: the material and who sent it, nothing about anybody else. */
export const sharedMaterial = z.strictObject({
  company: z.string(),
  sender: z.string(),
  title: z.string(),
  kind: z.enum(materialKinds),
  language: z.enum(materialLanguages),
  product: z.string(),
  summary: z.string(),
  edition: z.number().int(),
  /** A newer version than the one this link leads to was published. */
  newerExists: z.boolean(),
  validUntil: z.string().nullable(),
  expired: z.boolean(),
  withdrawn: z.boolean(),
  /** Null when withdrawn. */
  file: z
    .strictObject({ name: z.string(), size: z.number().int(), /** Browsers can show it. */ viewable: z.boolean() })
    .nullable(),
  sentOn: z.string(),
  /** Whether mail was refused from here; null when it did not come by mail. */
  refused: z.boolean().nullable(),
});
export type SharedMaterial = z.infer<typeof sharedMaterial>;

export const readSharedMaterial = endpoint({
  method: 'GET',
  path: '/public/materials/:token',
  tag,
  summary: 'What a link leads to; looking at it is not counted',
  access,
  params: tokenParams,
  rateLimit: 60,
  response: sharedMaterial,
});
export const openSharedMaterial = endpoint({
  method: 'POST',
  path: '/public/materials/:token/opening',
  tag,
  summary: 'Counted as opened: called by the page when a person looks at it',
  access,
  params: tokenParams,
  rateLimit: 30,
  response: z.strictObject({ counted: z.boolean() }),
});
export const downloadSharedMaterial = endpoint({
  method: 'GET',
  path: '/public/materials/:token/file',
  tag,
  summary: 'The file a link leads to',
  access,
  params: tokenParams,
  query: z.strictObject({ view: z.enum(['1']).optional() }),
  rateLimit: 30,
  download: 'application/octet-stream',
  response: z.undefined(),
});
const refusal = (method: 'POST' | 'DELETE', summary: string) =>
  endpoint({
    method,
    path: '/public/materials/:token/refusal',
    tag,
    summary,
    access,
    params: tokenParams,
    rateLimit: 20,
    response: z.strictObject({ refused: z.boolean() }),
  });
export const refuseSharedMaterials = refusal(
  'POST',
  'The recipient wants no such mail any more; also by a link that ran out',
);
export const acceptSharedMaterials = refusal('DELETE', 'The recipient takes the refusal back');
