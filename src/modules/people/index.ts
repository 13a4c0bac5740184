import type { ServerModule } from '#platform/module.ts';
import { peoplePermissions } from './permissions.ts';
import { passwordMailJob } from './server/password-links.ts';
import { type PeopleDependencies, peopleRoutes } from './server/routes.ts';
import { peopleSchedules, peopleUpkeep } from './server/upkeep.ts';

export { checkPassword } from './password-policy.ts';
export { createAuthenticator, loadActor } from './server/actors.ts';
export { hashPassword } from './server/passwords.ts';
export { registerPermissions, seedRoles } from './server/seed-roles.ts';
export { createToken } from './server/tokens.ts';
export { ownerTeam, userNames } from './server/user-names.ts';
export { createUser } from './server/users.ts';
export { whoCan } from './server/who-can.ts';
export { peoplePermissions, peopleRoutes };

/** Users, teams, regions, roles, signing in. */
export const peopleModule = (dependencies: PeopleDependencies): ServerModule => ({
  name: 'people',
  permissions: peoplePermissions,
  routes: peopleRoutes(dependencies),
  jobs: [passwordMailJob(dependencies.mailer, dependencies.config.publicUrl), peopleUpkeep],
  schedules: peopleSchedules,
});
