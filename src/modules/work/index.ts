import type { FileStore } from '#platform/files/store.ts';
import type { Links } from '#platform/links/index.ts';
import type { ServerModule } from '#platform/module.ts';
import { workPermissions } from './permissions.ts';

export interface WorkDependencies {
  files: FileStore;
  links: Links;
}

export function workModule(_dependencies: WorkDependencies): ServerModule {
  return { name: 'work', permissions: workPermissions, routes: [] };
}
