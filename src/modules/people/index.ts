import type { Config } from '#platform/config.ts';
import type { Vault } from '#platform/crypto/index.ts';
import type { Mailer } from '#platform/mail/index.ts';
import type { ServerModule } from '#platform/module.ts';
import { peoplePermissions } from './permissions.ts';
import { passwordMailJob } from './server/password-links.ts';
import { peopleRoutes } from './server/routes.ts';

export { checkPassword } from './password-policy.ts';
export { cookieName, createAuthenticator, loadActor } from './server/actors.ts';
export { hashPassword } from './server/passwords.ts';
export { permissionHolders } from './server/rights.ts';
export { registeredPermissions, registerPermissions, seedRoles } from './server/roles.ts';
export { registerTeamFollower, setAutoAssign } from './server/teams.ts';
export { createToken } from './server/tokens.ts';
export { createUser, findUsers, ownerTeam, userNames } from './server/users.ts';
export { type OwnedRow, someWhoCan, whoCan } from './server/viewers.ts';

export interface PeopleDependencies {
  config: Config;
  vault: Vault;
  mailer: Mailer;
}

/** Users, teams, regions and roles, and how they sign in. */
export const peopleModule = ({ config, vault, mailer }: PeopleDependencies): ServerModule => ({
  name: 'people',
  permissions: peoplePermissions,
  routes: peopleRoutes({ config, vault }),
  jobs: [passwordMailJob(mailer, config.publicUrl)],
});
