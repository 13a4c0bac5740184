import { serve } from '#platform/http/route.ts';
import type { ServerModule } from '#platform/module.ts';
import * as contract from './contract.ts';
import { listNotifications, markRead, unreadCount } from './server/notifications.ts';

export { type Notice, notify } from './server/notifications.ts';

/** What users are told: other modules call `notify` in the transaction of what happened. */
export const notificationsModule: ServerModule = {
  name: 'notifications',
  permissions: [],
  routes: [
    serve(contract.listNotifications, (context, { query }) => listNotifications(context, query)),
    serve(contract.unreadNotifications, (context) => unreadCount(context)),
    serve(contract.readNotifications, (context, { body }) => markRead(context, body.ids)),
  ],
};
