export { checkPassword } from './password-policy.ts';
export { peoplePermissions } from './permissions.ts';
export { cookieName, createAuthenticator, loadActor } from './server/actors.ts';
export { passwordMailJob } from './server/password-links.ts';
export { hashPassword } from './server/passwords.ts';
export { registeredPermissions, registerPermissions, seedRoles, whoCan } from './server/roles.ts';
export { peopleRoutes } from './server/routes.ts';
export { createToken } from './server/tokens.ts';
export { createUser, ownerTeam, userNames } from './server/users.ts';
