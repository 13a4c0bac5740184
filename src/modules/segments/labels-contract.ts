import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams } from '#shared/pages.ts';

const tag = 'labels';
const color = z.string().regex(/^[a-z]{3,12}$/);
const name = z.string().trim().min(1).max(60);

export const tagShape = z.strictObject({
  key: z.string(),
  name: z.string(),
  nameEn: z.string(),
  color: z.string().nullable(),
  hidden: z.boolean(),
  customers: z.number().int(),
});
export type TagView = z.infer<typeof tagShape>;
const tags = z.strictObject({
  /** Version of the catalogue, for If-Match. */
  version: z.number().int(),
  items: z.array(tagShape),
  can: z.strictObject({ manage: z.boolean() }),
});
export const listTags = endpoint({
  method: 'GET',
  path: '/tags',
  tag,
  summary: 'The tag catalogue with how many customers have each',
  access: 'customer:read',
  response: tags,
});
export const createTag = endpoint({
  method: 'POST',
  path: '/tags',
  tag,
  summary: 'Add a tag',
  access: 'tag:manage',
  status: 201,
  idempotent: true,
  body: z.strictObject({ name, nameEn: z.string().trim().max(60).default(''), color: color.optional() }),
  response: tags,
});
const tagParams = z.strictObject({ key: z.string().min(1).max(64) });
export const updateTag = endpoint({
  method: 'PATCH',
  path: '/tags/:key',
  tag,
  summary: 'Rename or recolour a tag, or stop offering it; customers keep it',
  access: 'tag:manage',
  params: tagParams,
  ifMatch: true,
  body: z.strictObject({
    name: name.optional(),
    nameEn: z.string().trim().max(60).optional(),
    color: color.nullable().optional(),
    hidden: z.boolean().optional(),
  }),
  response: tags,
});
export const mergeTag = endpoint({
  method: 'POST',
  path: '/tags/:key/merging',
  tag,
  summary: 'Merge a tag into another on every customer, as a job that can be undone',
  access: 'tag:manage',
  params: tagParams,
  status: 202,
  body: z.strictObject({ into: z.string().min(1).max(64) }),
  response: z.strictObject({ jobId: z.string(), batchId: z.string() }),
});
export const undoMerge = endpoint({
  method: 'POST',
  path: '/tags/:key/merging/:id/undoing',
  tag,
  summary: 'Undo a merge; what somebody changed since stays',
  access: 'tag:manage',
  params: tagParams.extend({ id: z.uuid() }),
  status: 202,
  response: z.strictObject({ jobId: z.string() }),
});

export const categoryShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  parentId: z.string().nullable(),
  name: z.string(),
  nameEn: z.string(),
  position: z.number(),
  /** Customers put on this node itself. */
  customers: z.number().int(),
});
export type CategoryView = z.infer<typeof categoryShape>;
const categories = z.strictObject({
  items: z.array(categoryShape),
  can: z.strictObject({ manage: z.boolean() }),
});
export const listCategories = endpoint({
  method: 'GET',
  path: '/categories',
  tag,
  summary: 'The category trees: roots are the ways to divide (industry, type, size, region)',
  access: 'customer:read',
  response: categories,
});
export const createCategory = endpoint({
  method: 'POST',
  path: '/categories',
  tag,
  summary: 'Add a tree or a node',
  access: 'category:manage',
  status: 201,
  idempotent: true,
  body: z.strictObject({
    parentId: z.uuid().nullable(),
    name,
    nameEn: z.string().trim().max(60).default(''),
  }),
  response: categoryShape,
});
export const updateCategory = endpoint({
  method: 'PATCH',
  path: '/categories/:id',
  tag,
  summary: 'Rename or move a node',
  access: 'category:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({
    parentId: z.uuid().nullable().optional(),
    name: name.optional(),
    nameEn: z.string().trim().max(60).optional(),
    position: z.number().optional(),
  }),
  response: categoryShape,
});
export const deleteCategory = endpoint({
  method: 'DELETE',
  path: '/categories/:id',
  tag,
  summary: 'Delete an empty node',
  access: 'category:manage',
  params: idParams,
  ifMatch: true,
  status: 204,
  response: z.undefined(),
});
export const setCategories = endpoint({
  method: 'PUT',
  path: '/customers/:id/categories',
  tag,
  summary: 'Put a customer on nodes of the category trees',
  access: 'customer:update',
  params: idParams,
  body: z.strictObject({ ids: z.array(z.uuid()).max(50) }),
  response: z.strictObject({ ids: z.array(z.string()) }),
});
