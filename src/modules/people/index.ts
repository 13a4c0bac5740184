export { checkPassword } from './password-policy.ts';
export { peoplePermissions } from './permissions.ts';
export { createAuthenticator, loadActor } from './server/actors.ts';
export { hashPassword } from './server/passwords.ts';
export { registerPermissions, seedRoles, whoCan } from './server/roles.ts';
export { createToken, peopleRoutes } from './server/routes.ts';
export { createUser, ownerTeam, userNames } from './server/users.ts';
