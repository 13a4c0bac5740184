import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'notifications';

export const notificationShape = z.strictObject({
  id: z.string(),
  /** Text is `notifications.types.<type>` with `params`. */
  type: z.string(),
  params: z.record(z.string(), z.unknown()),
  /** Page the notice leads to. */
  path: z.string().nullable(),
  createdAt: z.string(),
  readAt: z.string().nullable(),
});

export const listNotifications = endpoint({
  method: 'GET',
  path: '/notifications',
  tag,
  summary: 'My notifications, newest first',
  access: 'signed-in',
  query: z.strictObject({ ...pageQuery, unread: z.stringbool().optional() }),
  response: pageOf(notificationShape),
});

export const unreadNotifications = endpoint({
  method: 'GET',
  path: '/notifications/unread',
  tag,
  summary: 'How many of my notifications are unread (at most 100 are counted)',
  access: 'signed-in',
  response: z.strictObject({ count: z.number().int() }),
});

export const readNotifications = endpoint({
  method: 'POST',
  path: '/notifications/reading',
  tag,
  summary: 'Mark some or all of my notifications as read',
  access: 'signed-in',
  body: z.strictObject({ ids: z.array(z.uuid()).max(500).optional() }),
  response: z.strictObject({ count: z.number().int() }),
});
