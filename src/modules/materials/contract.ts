import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { countShape, idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'materials';

export const materialKinds = [
  'brochure',
  'manual',
  'catalogue',
  'dataSheet',
  'priceList',
  'case',
  'certificate',
  'presentation',
  'video',
  'other',
] as const;
export const materialLanguages = [
  'zh',
  'en',
  'zh-en',
  'ja',
  'ko',
  'de',
  'fr',
  'es',
  'pt',
  'ru',
  'ar',
  'other',
] as const;

/** Whether it may be sent, and why not. */
export const materialStates = ['current', 'empty', 'expired', 'withdrawn'] as const;
export type MaterialState = (typeof materialStates)[number];

/** Bytes of one file. */
export const materialFileLimit = 50 * 1024 * 1024;
/** Endings of names a file may have. */
export const materialFileTypes = [
  ...['pdf', 'jpg', 'jpeg', 'png', 'webp', 'gif'],
  ...['doc', 'docx', 'ppt', 'pptx', 'xls', 'xlsx', 'mp4', 'mov', 'zip'],
] as const;

const fields = {
  title: z.string().trim().min(1).max(200),
  kind: z.enum(materialKinds),
  language: z.enum(materialLanguages),
  product: z.string().trim().max(200).default(''),
  summary: z.string().trim().max(2000).default(''),
  /** Last day on which it may be sent. */
  validUntil: z.iso.date().nullable().default(null),
};
export const materialInput = z.strictObject(fields);
export type MaterialInput = z.output<typeof materialInput>;

const fileShape = z.strictObject({ name: z.string(), mime: z.string(), size: z.number().int() });

export const materialShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  title: z.string(),
  kind: z.enum(materialKinds),
  language: z.enum(materialLanguages),
  product: z.string(),
  summary: z.string(),
  validUntil: z.string().nullable(),
  state: z.enum(materialStates),
  /** Number of the newest version; 0 until a file is there. */
  edition: z.number().int(),
  /** The newest version's file. */
  file: fileShape.nullable(),
  updatedAt: z.string(),
});
export type MaterialView = z.infer<typeof materialShape>;

export const materialDetail = materialShape.extend({
  withdrawnReason: z.string(),
  withdrawnAt: z.string().nullable(),
  versions: z.array(
    z.strictObject({
      edition: z.number().int(),
      file: fileShape,
      sha256: z.string(),
      note: z.string(),
      at: z.string(),
      by: z.string(),
    }),
  ),
  /** Of the customers the caller may see. */
  sends: z.strictObject({ sent: countShape, opened: countShape, downloaded: countShape }),
  can: z.strictObject({ manage: z.boolean() }),
});
export type MaterialDetail = z.infer<typeof materialDetail>;

export const listMaterials = endpoint({
  method: 'GET',
  path: '/materials',
  tag,
  summary: 'The materials library, newest first',
  access: 'material:read',
  query: z.strictObject({
    ...pageQuery,
    /** Part of title, product or summary. */
    q: z.string().trim().max(200).optional(),
    kind: z.enum(materialKinds).optional(),
    language: z.enum(materialLanguages).optional(),
    state: z.enum(materialStates).optional(),
  }),
  response: pageOf(materialShape),
});
export const getMaterial = endpoint({
  method: 'GET',
  path: '/materials/:id',
  tag,
  summary: 'Open a material with its versions',
  access: 'material:read',
  params: idParams,
  response: materialDetail,
});
export const createMaterial = endpoint({
  method: 'POST',
  path: '/materials',
  tag,
  summary: 'Add a material; its file follows as its first version',
  access: 'material:manage',
  status: 201,
  idempotent: true,
  body: materialInput,
  response: materialDetail,
});
export const updateMaterial = endpoint({
  method: 'PUT',
  path: '/materials/:id',
  tag,
  summary: 'Change what is said about a material',
  access: 'material:manage',
  params: idParams,
  ifMatch: true,
  body: materialInput,
  response: materialDetail,
});
export const addMaterialVersion = endpoint({
  method: 'POST',
  path: '/materials/:id/versions',
  tag,
  summary: 'Upload a new version (fields `note`, `file`); links already sent keep the version they were sent with',
  access: 'material:manage',
  params: idParams,
  upload: true,
  status: 201,
  response: materialDetail,
});
export const downloadMaterial = endpoint({
  method: 'GET',
  path: '/materials/:id/versions/:edition/file',
  tag,
  summary: 'Download a version',
  access: 'material:read',
  params: idParams.extend({ edition: z.string().regex(/^\d{1,4}$/) }),
  download: 'application/octet-stream',
  response: z.undefined(),
});
export const withdrawMaterial = endpoint({
  method: 'POST',
  path: '/materials/:id/withdrawal',
  tag,
  summary: 'Withdraw a material: it can no longer be sent, and its links say so',
  access: 'material:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
  response: materialDetail,
});
export const reinstateMaterial = endpoint({
  method: 'DELETE',
  path: '/materials/:id/withdrawal',
  tag,
  summary: 'Take back a withdrawal',
  access: 'material:manage',
  params: idParams,
  ifMatch: true,
  response: materialDetail,
});
