import { expect } from 'vitest';
import { type Client, type Json, match, type TestApp } from './app.ts';

/** The user behind a client, as the administrator sees it. */
export const userOf = async (t: TestApp, client: Client): Promise<Json> =>
  (await t.admin.get('/users?limit=200')).body.items.find((user: Json) => user.id === client.userId);

export const roleIdOf = async (t: TestApp, key: string): Promise<string> =>
  (await t.admin.get('/roles')).body.items.find((role: Json) => role.key === key).id;

/** A user with a role of the given permissions. */
export async function withRole(
  t: TestApp,
  grants: Record<string, string>,
  more: Json = {},
): Promise<Client & { roleId: string }> {
  const role = await t.admin.send('POST', '/roles', {
    name: { zh: '特设', en: 'Special' },
    grants: { ...grants, 'token:use': 'all' },
    clearance: 'internal',
    sectionClearance: {},
    exportLimit: 0,
    ...more,
  });
  expect(role.status, JSON.stringify(role.body)).toBe(201);
  const client = await t.as('service');
  const user = await userOf(t, client);
  const given = await t.admin.send('PUT', `/users/${user.id}/roles`, { roleIds: [role.body.id] }, match(user.version));
  expect(given.status).toBe(200);
  return { ...client, roleId: role.body.id };
}
