import { registerNotificationType } from '#modules/notifications/index.ts';
import type { Vault } from '#platform/crypto/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import type { Translator } from '#platform/i18n/index.ts';
import type { Links } from '#platform/links/index.ts';
import type { ServerModule } from '#platform/module.ts';
import { workPermissions } from './permissions.ts';
import { returnJob } from './server/carry/return.ts';
import { carryRoutes } from './server/carry/routes.ts';
import { followJobs } from './server/follow.ts';
import { workJobs, workSchedules } from './server/reminders.ts';
import { activityRoutes, commentRoutes, taskRoutes, todayRoutes } from './server/routes.ts';
import { visitRoutes } from './server/visits/routes.ts';

export { /** @public */ recordActivity } from './server/activities.ts';
export { /** @public */ addWorkingDays, calendarDays } from './server/calendar.ts';
export { refreshWorkFacts } from './server/facts.ts';
export { /** @public */ insertTask } from './server/tasks.ts';

registerNotificationType(
  { type: 'task.due', channels: ['app', 'mail'] },
  { type: 'task.assigned', channels: ['app'] },
  { type: 'comment.mention', channels: ['app', 'mail'] },
  ...['updated', 'assigned', 'trashed', 'contact', 'activity', 'comment'].map((what) => ({ type: `follow.${what}` })),
);

export interface WorkDependencies {
  files: FileStore;
  links: Links;
  vault: Vault;
  translate: Translator;
}

/** The working day: activities, tasks, calendar, comments, Today. */
export function workModule({ files, vault, translate }: WorkDependencies): ServerModule {
  return {
    name: 'work',
    permissions: workPermissions,
    routes: [
      ...activityRoutes,
      ...taskRoutes,
      ...commentRoutes(files),
      ...todayRoutes,
      ...visitRoutes(files),
      ...carryRoutes({ files, vault, translate }),
    ],
    jobs: [...workJobs, ...followJobs, returnJob],
    schedules: [...workSchedules, { key: 'work.carryReturn', cron: '* * * * *', kind: 'work.carryReturn' }],
  };
}
