import { registerNotificationType } from '#modules/notifications/index.ts';
import type { Vault } from '#platform/crypto/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import type { Translator } from '#platform/i18n/index.ts';
import type { Links } from '#platform/links/index.ts';
import type { Mailer } from '#platform/mail/index.ts';
import type { ServerModule } from '#platform/module.ts';
import { registerExportSource } from '#platform/sheets/source.ts';
import { workPermissions } from './permissions.ts';
import './server/brief.ts';
import { returnJob } from './server/carry/return.ts';
import { carryRoutes } from './server/carry/routes.ts';
import { followJobs } from './server/follow.ts';
import './server/handover.ts';
import { chaseJob, chaseSchedule } from './server/minutes/chase.ts';
import { minutesRoutes } from './server/minutes/routes.ts';
import { minutesMailJob } from './server/minutes/send.ts';
import { workJobs, workSchedules } from './server/reminders.ts';
import { activityRoutes, commentRoutes, taskRoutes, todayRoutes } from './server/routes.ts';
import { visitSource } from './server/visits/export.ts';
import { forgetJob, forgetSchedule } from './server/visits/forget.ts';
import { visitRoutes } from './server/visits/routes.ts';

export { recordActivity } from './server/activities.ts';
export { nextAppointment } from './server/appointments.ts';
export { /** @public */ addWorkingDays, calendarDays } from './server/calendar.ts';
export { capturedText, openOwnCapture, settleCapture } from './server/captures.ts';
export { refreshWorkFacts } from './server/facts.ts';
export { /** @public */ insertTask } from './server/tasks.ts';
export { workSettings } from './server/visits/settings.ts';

registerNotificationType(
  { type: 'task.due', channels: ['app', 'mail'] },
  { type: 'task.assigned', channels: ['app'] },
  { type: 'comment.mention', channels: ['app', 'mail'] },
  ...['due', 'overdue', 'escalated', 'commented'].map((what) => ({
    type: `minutes.${what}`,
    channels: ['app' as const, 'mail' as const],
  })),
  { type: 'visit.companion' },
  ...['confirmed', 'unconfirmed'].map((what) => ({ type: `minutes.${what}` })),
  ...['updated', 'assigned', 'trashed', 'contact', 'activity', 'comment'].map((what) => ({ type: `follow.${what}` })),
);

export interface WorkDependencies {
  files: FileStore;
  links: Links;
  vault: Vault;
  translate: Translator;
  mailer: Mailer;
  publicUrl: string;
}

/** The working day: activities, tasks, calendar, comments, Today. */
export function workModule({ files, links, vault, translate, mailer, publicUrl }: WorkDependencies): ServerModule {
  registerExportSource(visitSource(translate));
  return {
    name: 'work',
    permissions: workPermissions,
    routes: [
      ...activityRoutes,
      ...taskRoutes,
      ...commentRoutes(files),
      ...todayRoutes,
      ...visitRoutes(files),
      ...minutesRoutes(links),
      ...carryRoutes({ files, vault, translate }),
    ],
    jobs: [
      ...workJobs,
      ...followJobs,
      returnJob,
      chaseJob,
      forgetJob(files),
      minutesMailJob(mailer, translate, links, publicUrl),
    ],
    schedules: [
      ...workSchedules,
      chaseSchedule,
      forgetSchedule,
      { key: 'work.carryReturn', cron: '* * * * *', kind: 'work.carryReturn' },
    ],
  };
}
