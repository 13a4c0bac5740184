import { serve } from '#platform/http/route.ts';
import type { ServerModule } from '#platform/module.ts';
import * as contract from './contract.ts';
import { notificationPermissions } from './permissions.ts';
import { type DeliveryMeans, deliveryJobs } from './server/deliver.ts';
import { listNotifications, markRead, unreadCount } from './server/notifications.ts';
import { postJson } from './server/outbound.ts';
import { getSettings, saveSettings } from './server/settings.ts';
import { getWebhook, removeWebhook, setWebhook } from './server/webhooks.ts';

export { notify } from './server/notifications.ts';
export { registerNotificationType } from './server/types.ts';

/** What users are told: other modules call `notify` in the transaction of what happened. */
export function notificationsModule(
  means: Omit<DeliveryMeans, 'post'> & { webhookHosts: readonly string[] },
): ServerModule {
  const post = (url: URL, body: unknown) => postJson(url, body, means.webhookHosts);
  return {
    name: 'notifications',
    permissions: notificationPermissions,
    routes: [
      serve(contract.listNotifications, (context, { query }) => listNotifications(context, query)),
      serve(contract.unreadNotifications, (context) => unreadCount(context)),
      serve(contract.readNotifications, (context, { body }) => markRead(context, body.ids)),
      serve(contract.getNotificationSettings, (context) => getSettings(context)),
      serve(contract.saveNotificationSettings, (context, { body }) => saveSettings(context, body)),
      serve(contract.getMyWebhook, (context) => getWebhook(context, context.actor.userId)),
      serve(contract.setMyWebhook, (context, { body }) => setWebhook(context, means, context.actor.userId, body)),
      serve(contract.removeMyWebhook, async (context) => {
        await removeWebhook(context, context.actor.userId);
        return undefined;
      }),
      serve(contract.getCompanyWebhook, (context) => getWebhook(context, null)),
      serve(contract.setCompanyWebhook, (context, { body }) => setWebhook(context, means, null, body)),
      serve(contract.removeCompanyWebhook, async (context) => {
        await removeWebhook(context, null);
        return undefined;
      }),
    ],
    jobs: deliveryJobs({ ...means, post }),
    schedules: [{ key: 'notifications.deliver', cron: '* * * * *', kind: 'notifications.deliver' }],
  };
}
