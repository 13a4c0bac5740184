import type { FileStore } from '#platform/files/store.ts';
import type { Links } from '#platform/links/index.ts';
import type { ServerModule } from '#platform/module.ts';
import { tradePermissions } from './permissions.ts';

export interface TradeDependencies {
  files: FileStore;
  links: Links;
}

export function tradeModule(_dependencies: TradeDependencies): ServerModule {
  return { name: 'trade', permissions: tradePermissions, routes: [] };
}
