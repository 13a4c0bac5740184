import { registerBriefPart } from '#modules/customers/index.ts';
import { listActivities } from './activity-views.ts';
import { listTasks } from './task-views.ts';

registerBriefPart({
  key: 'promises',
  permission: 'task:read',
  read: (context, customerId) => listTasks(context, { customerId, limit: 10, state: 'open' }),
});
registerBriefPart({
  key: 'activities',
  permission: 'customer:read',
  read: (context, customerId) => listActivities(context, { customerId, limit: 5 }),
});
