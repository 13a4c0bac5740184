import { loadActor } from '#modules/people/index.ts';
import { systemActor } from '#platform/access/actor.ts';
import type { Database } from '#platform/db/database.ts';
import type { ServerModule } from '#platform/module.ts';
import { Problem } from '#shared/errors.ts';

/** The actor a job runs as: the user who asked, with today's rights, or the system with all of them. */
export function jobActor(db: Database, modules: ServerModule[]) {
  const all = modules.flatMap((module) => module.permissions.map((permission) => permission.key as string));
  return async (orgId: string, userId: string | null) => {
    if (!userId) return systemActor(orgId, all);
    const actor = await db.inOrg(orgId, (tx) => loadActor(tx, orgId, userId, 'user', null));
    if (!actor) throw new Problem(403, 'job.userGone');
    return actor;
  };
}
