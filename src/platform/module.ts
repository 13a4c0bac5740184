import type { PermissionSpec } from '#shared/access.ts';
import type { PublicContext, Route } from './http/route.ts';
import type { JobKind, Schedule } from './jobs/kinds.ts';

/** What a business module gives the server. The list of modules in `src/app/modules.ts` is the only place they meet. */
export interface ServerModule {
  name: string;
  permissions: PermissionSpec[];
  routes: Route[];
  jobs?: JobKind[];
  schedules?: Schedule[];
  /** Sites that may show the page at this address in a frame; null: none, as for every other page. */
  framing?(request: PublicContext, url: string): Promise<string[] | null>;
}
