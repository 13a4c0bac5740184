import type { FileStore } from '#platform/files/store.ts';
import type { Links } from '#platform/links/index.ts';
import type { ServerModule } from '#platform/module.ts';
import { oversightPermissions } from './permissions.ts';

export interface OversightDependencies {
  files: FileStore;
  links: Links;
}

export function oversightModule(_dependencies: OversightDependencies): ServerModule {
  return { name: 'oversight', permissions: oversightPermissions, routes: [] };
}
