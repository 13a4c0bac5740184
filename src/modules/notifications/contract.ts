import { z } from 'zod';
import { clock } from '#shared/dates/clock.ts';
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

export const channels = ['app', 'mail', 'webhook'] as const;
export type Channel = (typeof channels)[number];

export const settingsShape = z.strictObject({
  version: z.number().int(),
  types: z.array(z.strictObject({ type: z.string(), channels: z.array(z.enum(channels)) })),
  quietFrom: z.string().nullable(),
  quietTo: z.string().nullable(),
  digestAt: z.string().nullable(),
});
export type NotificationSettings = z.infer<typeof settingsShape>;

export const getNotificationSettings = endpoint({
  method: 'GET',
  path: '/notification-settings',
  tag,
  summary: 'How I want to be notified of what',
  access: 'signed-in',
  response: settingsShape,
});
export const saveNotificationSettings = endpoint({
  method: 'PUT',
  path: '/notification-settings',
  tag,
  summary: 'Choose channels per type, quiet hours and the daily digest',
  access: 'signed-in',
  ifMatch: true,
  body: z.strictObject({
    channels: z.record(z.string().max(60), z.array(z.enum(channels)).max(3)),
    quietFrom: z.string().regex(clock, 'time.format').nullable(),
    quietTo: z.string().regex(clock, 'time.format').nullable(),
    digestAt: z.string().regex(clock, 'time.format').nullable(),
  }),
  response: settingsShape,
});

export const webhookKinds = ['wecom', 'dingtalk', 'feishu'] as const;
export type WebhookKind = (typeof webhookKinds)[number];
const webhookShape = z.strictObject({
  kind: z.enum(webhookKinds),
  /** Of the address only its host is shown again. */
  host: z.string(),
  failing: z.boolean(),
  lastError: z.string().nullable(),
});
export type WebhookView = z.infer<typeof webhookShape>;
const webhookAnswer = z.strictObject({ webhook: webhookShape.nullable() });
const webhookBody = z.strictObject({ kind: z.enum(webhookKinds), url: z.string().trim().min(1).max(1000) });

export const getMyWebhook = endpoint({
  method: 'GET',
  path: '/notification-webhook',
  tag,
  summary: 'Where my webhook notices go',
  access: 'signed-in',
  response: webhookAnswer,
});
export const setMyWebhook = endpoint({
  method: 'PUT',
  path: '/notification-webhook',
  tag,
  summary: 'Send my notices to a WeCom, DingTalk or Feishu bot',
  access: 'signed-in',
  body: webhookBody,
  response: webhookAnswer,
});
export const removeMyWebhook = endpoint({
  method: 'DELETE',
  path: '/notification-webhook',
  tag,
  summary: 'Send my notices to no bot',
  access: 'signed-in',
  status: 204,
  response: z.undefined(),
});
export const getCompanyWebhook = endpoint({
  method: 'GET',
  path: '/notification-webhook/company',
  tag,
  summary: 'Where notices go of those who set no bot of their own',
  access: 'notification:manage',
  response: webhookAnswer,
});
export const setCompanyWebhook = endpoint({
  method: 'PUT',
  path: '/notification-webhook/company',
  tag,
  summary: "Set the company's bot",
  access: 'notification:manage',
  body: webhookBody,
  response: webhookAnswer,
});
export const removeCompanyWebhook = endpoint({
  method: 'DELETE',
  path: '/notification-webhook/company',
  tag,
  summary: "Remove the company's bot",
  access: 'notification:manage',
  status: 204,
  response: z.undefined(),
});
