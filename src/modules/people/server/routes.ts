import type { Config } from '#platform/config.ts';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { recordEvent } from '#platform/events/index.ts';
import { type Route, serve } from '#platform/http/route.ts';
import type { Mailer } from '#platform/mail/index.ts';
import * as contract from '../contract.ts';
import { accountRoutes } from './account-routes.ts';
import { hardened } from './governance.ts';
import { type LinkPurpose, mailPasswordLink, passwordLink } from './password-links.ts';
import { createRole, listRoles, removeRole, updateRole } from './roles.ts';
import { registeredPermissions } from './seed-roles.ts';
import { treeService } from './trees.ts';
import { userOptions } from './user-names.ts';
import { createUser, getUser, listUsers, setBlocked, setUserRoles, updateUser } from './users.ts';

export interface PeopleDependencies {
  config: Config;
  vault: Vault;
  mailer: Mailer;
}

/** Endpoints of the people module. */
export function peopleRoutes({ config, vault }: PeopleDependencies): Route[] {
  return [
    ...accountRoutes(config, vault),
    serve(contract.listUsers, (context, { query }) => listUsers(context, query)),
    serve(contract.userOptions, async (context, { query }) => ({ items: await userOptions(context, query.q) })),
    serve(contract.getUser, (context, { params }) => getUser(context, params.id)),
    serve(contract.createUser, async (context, { body }) => {
      const user = await createUser(context, body, null);
      return { ...user, inviteLink: await handOverLink(context, user.id, 'invite', config.publicUrl) };
    }),
    serve(contract.updateUser, (context, { params, body }) => updateUser(context, params.id, body)),
    serve(contract.setUserRoles, (context, { params, body }) => setUserRoles(context, params.id, body.roleIds)),
    serve(contract.blockUser, (context, { params }) => setBlocked(context, params.id, true)),
    serve(contract.unblockUser, (context, { params }) => setBlocked(context, params.id, false)),
    serve(contract.resetLink, async (context, { params }) => {
      const user = await getUser(context, params.id);
      await recordEvent(context, { kind: 'user.resetRequested', subjectKind: 'user', subjectId: user.id });
      const purpose = user.state === 'invited' ? 'invite' : 'reset';
      return { link: await handOverLink(context, user.id, purpose, config.publicUrl) };
    }),
    ...treeRoutes(contract.teams, treeService('team')),
    ...treeRoutes(contract.regions, treeService('sales_region')),
    serve(contract.listRoles, listRoles),
    serve(contract.createRole, (context, { body }) => createRole(context, body)),
    serve(contract.updateRole, (context, { params, body }) => updateRole(context, params.id, body)),
    serve(contract.removeRole, async (context, { params }) => removeRole(context, params.id)),
    serve(contract.listPermissions, async () => ({
      items: registeredPermissions().map(({ key, label, scoped }) => ({ key, label, scoped })),
    })),
  ];
}

/**
 * Mails a one-time link and shows one to the administrator, who may hand it over where mail does not arrive. Not in a
 * hardened company: whoever sees the link could become the user.
 */
async function handOverLink(context: Context, userId: string, purpose: LinkPurpose, publicUrl: string) {
  await mailPasswordLink(context, userId, purpose);
  return (await hardened(context)) ? null : passwordLink(context, userId, purpose, publicUrl);
}

function treeRoutes(endpoints: typeof contract.teams, service: ReturnType<typeof treeService>): Route[] {
  return [
    serve(endpoints.list, (context) => service.list(context)),
    serve(endpoints.create, (context, { body }) => service.create(context, body)),
    serve(endpoints.update, (context, { params, body }) => service.update(context, params.id, body)),
    serve(endpoints.remove, async (context, { params }) => service.remove(context, params.id)),
  ];
}
