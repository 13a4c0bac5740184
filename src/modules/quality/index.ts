import { registerNotificationType } from '#modules/notifications/index.ts';
import type { ServerModule } from '#platform/module.ts';
import { qualityPermissions } from './permissions.ts';
import './server/brief.ts';
import { cleanupRoutes } from './server/cleanup.ts';
import { completenessRoutes, connectCompleteness } from './server/completeness.ts';
import { completenessJobs } from './server/completeness-job.ts';
import { connectDuplicates, duplicateRoutes } from './server/duplicates/routes.ts';
import { settleJob } from './server/duplicates/settle.ts';
import { duplicateJobs } from './server/duplicates/sweep.ts';
import { governanceRoutes } from './server/governance.ts';
import { reclassificationJobs } from './server/reclassification.ts';
import { revisionJobs } from './server/revision-job.ts';
import { connectRevisions } from './server/revision-leaving.ts';
import { revisionRoutes } from './server/revision-routes.ts';

export { findSimilar } from './server/duplicates/finder.ts';

export { defaultThreshold, findMatches } from './server/duplicates/match.ts';
export { startSweep } from './server/duplicates/sweep.ts';
export { mapColumns, readTableMap, type TableMap, tableRecords } from './server/duplicates/table.ts';

registerNotificationType(
  { type: 'revision.assigned', channels: ['app', 'mail'] },
  { type: 'revision.due', channels: ['app', 'mail'] },
  { type: 'revision.overdue', channels: ['app', 'mail'] },
);
connectDuplicates();
connectCompleteness();
connectRevisions();

export const qualityModule: ServerModule = {
  name: 'quality',
  permissions: qualityPermissions,
  routes: [...duplicateRoutes, ...completenessRoutes, ...revisionRoutes, ...cleanupRoutes, ...governanceRoutes],
  jobs: [...duplicateJobs, settleJob, ...completenessJobs, ...revisionJobs, ...reclassificationJobs],
  // After the night's classes, which may change the grade the weights depend on.
  schedules: [
    { key: 'quality.completeness', cron: '30 3 * * *', kind: 'quality.completeness' },
    { key: 'quality.revisionDue', cron: '10 6 * * *', kind: 'quality.revisionDue' },
  ],
};
