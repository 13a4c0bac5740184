import type { FileStore } from '#platform/files/store.ts';
import type { Links } from '#platform/links/index.ts';
import type { ServerModule } from '#platform/module.ts';
import { segmentsPermissions } from './permissions.ts';

export interface SegmentsDependencies {
  files: FileStore;
  links: Links;
}

export function segmentsModule(_dependencies: SegmentsDependencies): ServerModule {
  return { name: 'segments', permissions: segmentsPermissions, routes: [] };
}
