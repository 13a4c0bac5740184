import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'comments';

/** Bytes of one file, and files of one comment. */
export const commentFileLimit = 50 * 1024 * 1024;
export const commentFilesMost = 10;

const fileShape = z.strictObject({ id: z.string(), name: z.string(), mime: z.string(), size: z.number() });
export const commentShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  customerId: z.string(),
  body: z.string(),
  mentions: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  authorName: z.string(),
  createdAt: z.string(),
  editedAt: z.string().nullable(),
  files: z.array(fileShape),
  can: z.strictObject({ update: z.boolean() }),
});
export type CommentView = z.infer<typeof commentShape>;

const text = {
  body: z.string().trim().min(1).max(10_000),
  mentions: z.array(z.uuid()).max(20).default([]),
};

export const listComments = endpoint({
  method: 'GET',
  path: '/customers/:id/comments',
  tag,
  summary: 'Comments on a customer, newest first',
  access: 'customer:read',
  params: idParams,
  query: z.strictObject(pageQuery),
  response: pageOf(commentShape),
});
export const addComment = endpoint({
  method: 'POST',
  path: '/customers/:id/comments',
  tag,
  summary: 'Comment on a customer; who is mentioned is notified and must be able to see the customer',
  access: 'customer:read',
  params: idParams,
  status: 201,
  idempotent: true,
  body: z.strictObject(text),
  response: commentShape,
});
export const editComment = endpoint({
  method: 'PATCH',
  path: '/comments/:id',
  tag,
  summary: 'Change my comment; what it said before stays in the log',
  access: 'customer:read',
  params: idParams,
  ifMatch: true,
  body: z.strictObject(text),
  response: commentShape,
});
export const removeComment = endpoint({
  method: 'POST',
  path: '/comments/:id/removal',
  tag,
  summary: 'Take my comment away; its trace stays in the log',
  access: 'customer:read',
  params: idParams,
  ifMatch: true,
  status: 204,
  response: z.undefined(),
});
export const attachFile = endpoint({
  method: 'POST',
  path: '/comments/:id/files',
  tag,
  summary: 'Attach a file to my comment',
  access: 'customer:read',
  params: idParams,
  upload: true,
  status: 201,
  response: commentShape,
});
export const downloadCommentFile = endpoint({
  method: 'GET',
  path: '/comments/:id/files/:fileId',
  tag,
  summary: 'Download a file of a comment',
  access: 'customer:read',
  params: z.strictObject({ id: z.uuid(), fileId: z.uuid() }),
  download: 'application/octet-stream',
  response: z.undefined(),
});
export const mentionable = endpoint({
  method: 'GET',
  path: '/customers/:id/mentionable',
  tag,
  summary: 'Users who can see the customer, for mentioning them',
  access: 'customer:read',
  params: idParams,
  query: z.strictObject({ q: z.string().max(100).optional() }),
  response: z.strictObject({ items: z.array(z.strictObject({ id: z.string(), name: z.string() })) }),
});

const followShape = z.strictObject({ following: z.boolean(), followers: z.array(z.string()) });
export const getFollow = endpoint({
  method: 'GET',
  path: '/customers/:id/follow',
  tag,
  summary: 'Whether I follow a customer, and who does',
  access: 'customer:read',
  params: idParams,
  response: followShape,
});
export const followCustomer = endpoint({
  method: 'PUT',
  path: '/customers/:id/follow',
  tag,
  summary: 'Be notified of changes of a customer',
  access: 'customer:read',
  params: idParams,
  response: followShape,
});
export const unfollowCustomer = endpoint({
  method: 'DELETE',
  path: '/customers/:id/follow',
  tag,
  summary: 'No longer be notified of changes of a customer',
  access: 'customer:read',
  params: idParams,
  response: followShape,
});
