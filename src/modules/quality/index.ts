import type { FileStore } from '#platform/files/store.ts';
import type { Links } from '#platform/links/index.ts';
import type { ServerModule } from '#platform/module.ts';
import { qualityPermissions } from './permissions.ts';
import { connectDuplicates, duplicateRoutes } from './server/duplicates/routes.ts';
import { duplicateJobs } from './server/duplicates/sweep.ts';

export { findSimilar } from './server/duplicates/finder.ts';
export { defaultThreshold, findMatches } from './server/duplicates/match.ts';
export { startSweep } from './server/duplicates/sweep.ts';
export { mapColumns, readTableMap, type TableMap, tableRecords } from './server/duplicates/table.ts';

export interface QualityDependencies {
  files: FileStore;
  links: Links;
}

connectDuplicates();

export function qualityModule(_dependencies: QualityDependencies): ServerModule {
  return { name: 'quality', permissions: qualityPermissions, routes: duplicateRoutes, jobs: duplicateJobs };
}
