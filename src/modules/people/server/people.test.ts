import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { roleIdOf, userOf, withRole } from '#test/people.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

describe('nobody becomes more than they are', () => {
  it('who manages users gives at most the own rights', async () => {
    const manager = await withRole(t, { 'user:manage': 'all', 'user:read': 'all' });
    const administrator = await roleIdOf(t, 'administrator');
    const invite = await manager.send('POST', '/users', {
      email: 'climb@example.com',
      name: '爬',
      roleIds: [administrator],
    });
    expect([invite.status, invite.body.params.permission]).toEqual([403, 'role:manage']);
    expect(invite.body.title).toContain('“管理角色与权限”');
    const self = await userOf(t, manager);
    for (const roleIds of [[administrator], [manager.roleId, administrator]]) {
      expect((await manager.send('PATCH', `/users/${self.id}`, { roleIds }, match(self.version))).status).toBe(403);
    }
    expect((await manager.send('PUT', `/users/${self.id}/roles`, { roleIds: [administrator] }, match(1))).status).toBe(
      403,
    );
    // A section cleared higher is more, too.
    const finance = await t.admin.send('POST', '/roles', {
      name: { zh: '看财务', en: 'Sees finance' },
      grants: {},
      clearance: 'open',
      sectionClearance: { finance: 'secret' },
      exportLimit: 0,
    });
    const higher = await manager.send('POST', '/users', {
      email: 'f@example.com',
      name: '财',
      roleIds: [finance.body.id],
    });
    expect(higher.status).toBe(403);
    const equal = await manager.send('POST', '/users', {
      email: 'equal@example.com',
      name: '平',
      roleIds: [manager.roleId],
    });
    expect(equal.status).toBe(201);
  });

  it('who manages users cannot take over somebody who may do more', async () => {
    const manager = await withRole(t, { 'user:manage': 'all', 'user:read': 'all' });
    const admin = await userOf(t, t.admin);
    const reset = await manager.send('POST', `/users/${admin.id}/password-reset`);
    expect(reset.body).toEqual({ link: null });
    const renamed = await manager.send(
      'PATCH',
      `/users/${admin.id}`,
      { email: 'mine@example.com' },
      match(admin.version),
    );
    expect([renamed.status, renamed.body.code]).toEqual([403, 'user.above']);
    const stripped = await manager.send('PATCH', `/users/${admin.id}`, { roleIds: [] }, match(admin.version));
    expect(stripped.status).toBe(403);
    const colleague = await t.as('service');
    const below = await withRole(t, { 'user:read': 'all' });
    expect((await manager.send('POST', `/users/${below.userId}/password-reset`)).body.link).toMatch(/token=kdr_/);
    expect((await manager.send('POST', `/users/${colleague.userId}/password-reset`)).body.link).toBeNull();
  });

  it('who manages roles does not widen the own ones', async () => {
    const keeper = await withRole(t, { 'role:manage': 'all', 'user:read': 'all' });
    const self = await userOf(t, keeper);
    const own = (await keeper.get('/roles')).body.items.find((item: Json) => item.id === keeper.roleId);
    for (const change of [
      { grants: { ...own.grants, 'customer:read': 'all' } },
      { clearance: 'secret' },
      { sectionClearance: { basics: 'secret' } },
      { exportLimit: null },
    ]) {
      const answer = await keeper.send('PATCH', `/roles/${own.id}`, change, match(own.version));
      expect([answer.status, answer.body.code]).toEqual([403, 'role.ownRights']);
    }
    const roleIds = [keeper.roleId, await roleIdOf(t, 'leader')];
    expect((await keeper.send('PUT', `/users/${self.id}/roles`, { roleIds }, match(self.version))).status).toBe(403);
    // Giving others roles is what it is for, without being able to change anything else of them.
    const rep = await userOf(t, await t.as('sales'));
    expect((await keeper.send('PUT', `/users/${rep.id}/roles`, { roleIds }, match(rep.version))).status).toBe(200);
    expect((await keeper.send('PATCH', `/users/${rep.id}`, { name: '改' }, match(rep.version + 1))).status).toBe(403);
    expect((await keeper.send('PATCH', `/roles/${own.id}`, { grants: {} }, match(own.version))).status).toBe(200);
  });

  it('names of permissions and scopes are checked', async () => {
    const role = { name: { zh: '甲', en: 'A' }, clearance: 'open', sectionClearance: {}, exportLimit: 0 };
    const unknown = await t.admin.send('POST', '/roles', { ...role, grants: { 'root:all': 'all' } });
    expect(unknown.body.errors[0]).toMatchObject({ field: 'grants.root:all', code: 'role.unknownPermission' });
    const scoped = await t.admin.send('POST', '/roles', { ...role, grants: { 'user:manage': 'own' } });
    expect(scoped.body.errors[0].code).toBe('role.notScoped');
    const builtin = await t.admin.send('DELETE', `/roles/${await roleIdOf(t, 'auditor')}`);
    expect([builtin.status, builtin.body.code]).toEqual([409, 'role.builtin']);
  });
});

describe('clearance', () => {
  it('of a section may lie above or below that of the role, and roles unite to the widest', async () => {
    const client = await withRole(
      t,
      {},
      { clearance: 'confidential', sectionClearance: { finance: 'open', basics: 'secret' } },
    );
    const session = (await client.get('/session')).body;
    expect(session.clearance).toBe('confidential');
    // Links copied from a page begin like those in mails.
    expect(session.org.address).toBe('http://127.0.0.1');
    expect(session.sectionClearance).toEqual({ finance: 'open', basics: 'secret' });
    const user = await userOf(t, client);
    await t.admin.send(
      'PUT',
      `/users/${user.id}/roles`,
      { roleIds: [...user.roleIds, await roleIdOf(t, 'sales')] },
      match(user.version),
    );
    expect((await client.get('/session')).body.sectionClearance).toEqual({ finance: 'internal', basics: 'secret' });
  });
});

describe('governing', () => {
  it('never loses the last who can manage users or roles', async () => {
    const admin = await userOf(t, t.admin);
    const last = await t.admin.send(
      'PATCH',
      `/users/${admin.id}`,
      { roleIds: [await roleIdOf(t, 'sales')] },
      match(admin.version),
    );
    expect([last.status, last.body.code]).toEqual([409, 'role.lastGovernor']);
    expect((await t.admin.send('POST', `/users/${admin.id}/blocking`, undefined, match(admin.version))).status).toBe(
      409,
    );
    const role = (await t.admin.get('/roles')).body.items.find((item: Json) => item.key === 'administrator');
    const { 'role:manage': _, ...grants } = role.grants;
    const stripped = await t.admin.send('PATCH', `/roles/${role.id}`, { grants }, match(role.version));
    expect([stripped.status, stripped.body.params]).toEqual([409, { permission: 'role:manage' }]);
  });

  it('nor when two administrators block each other at once', async () => {
    const [one, two] = [await t.as('administrator'), await t.as('administrator')];
    const admin = await userOf(t, t.admin);
    await t.asOwner(`update app_user set state = 'blocked' where id = $1`, [admin.id]);
    const [first, second] = (await one.get('/users?limit=200')).body.items.filter((user: Json) =>
      [one.userId, two.userId].includes(user.id),
    );
    const blocker = (id: string) => (id === one.userId ? two : one);
    const answers = await Promise.all(
      [first, second].map((user) =>
        blocker(user.id).send('POST', `/users/${user.id}/blocking`, undefined, match(user.version)),
      ),
    );
    await t.asOwner(`update app_user set state = 'active' where id = $1`, [admin.id]);
    // One succeeds. The other is told that somebody must be left, or, when it came a moment later, is blocked itself already.
    const [done, refused] = answers.map((answer) => answer.status).sort();
    expect(done).toBe(200);
    expect([401, 409]).toContain(refused);
    const left = await t.asOwner(`select 1 from app_user where state = 'active' and id = any($1)`, [
      [one.userId, two.userId],
    ]);
    expect(left).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 950));
  });

  it('keeps system, security and audit administration apart', async () => {
    expect((await t.admin.send('PUT', '/separated-duties', { on: true })).body.errors[0].code).toBe('role.separation');
    const people = [await t.as('systemAdministrator'), await t.as('securityAdministrator')];
    const [system, security] = people as [Client, Client];
    await t.asOwner(
      `delete from user_role where role_id in (select id from role where key = 'administrator')
       or user_id in (select ur.user_id from user_role ur join role r on r.id = ur.role_id where r.grants ? 'user:manage' and r.key <> 'systemAdministrator')`,
    );
    await new Promise((resolve) => setTimeout(resolve, 950));
    const missing = await security.send('PUT', '/separated-duties', { on: true });
    expect([missing.status, missing.body.params]).toEqual([409, { permission: 'audit:read' }]);
    const auditor = await t.as('auditor');
    expect((await system.send('PUT', '/separated-duties', { on: true })).status).toBe(403);
    expect((await auditor.send('PUT', '/separated-duties', { on: false })).status).toBe(403);
    expect((await security.send('PUT', '/separated-duties', { on: true })).body).toEqual({ on: true });
    const users = (await security.get('/users?limit=200')).body.items;
    const roles = (await security.get('/roles')).body.items;
    const role = (key: string) => roles.find((item: Json) => item.key === key).id;
    const rep = users.find((user: Json) => user.state === 'active' && user.roleIds.includes(role('sales')));
    for (const keys of [['systemAdministrator', 'auditor'], ['administrator']]) {
      const answer = await security.send(
        'PUT',
        `/users/${rep.id}/roles`,
        { roleIds: keys.map(role) },
        match(rep.version),
      );
      expect(answer.body.errors[0], keys.join()).toMatchObject({ field: 'roleIds', code: 'role.separation' });
    }
    const audit = roles.find((item: Json) => item.key === 'auditor');
    const widened = { grants: { ...audit.grants, 'user:manage': 'all' } };
    expect((await security.send('PATCH', `/roles/${audit.id}`, widened, match(audit.version))).status).toBe(422);
    // The three read no customer.
    for (const client of [system, security, auditor]) expect((await client.get('/customers')).status).toBe(403);
    expect((await system.get('/audit')).status).toBe(403);
    expect((await security.get('/audit')).status).toBe(403);
    expect((await auditor.get('/audit')).status).toBe(200);
    expect((await security.send('PUT', '/separated-duties', { on: false })).body).toEqual({ on: false });
    await t.asOwner(
      `insert into user_role (org_id, user_id, role_id) select u.org_id, u.id, r.id from app_user u, role r where u.id = $1 and r.key = 'administrator'`,
      [t.admin.userId],
    );
    await new Promise((resolve) => setTimeout(resolve, 950));
  });
});

describe('teams', () => {
  const make = async (name: string, parentId: string | null = null) =>
    (await t.admin.send('POST', '/teams', { name, parentId })).body;
  const move = (team: Json, parentId: string | null) =>
    t.admin.send('PATCH', `/teams/${team.id}`, { parentId }, match(team.version));

  it('hang in no circle, not even when two moves cross', async () => {
    const top = await make('总部');
    const below = await make('分部', top.id);
    const lowest = await make('小组', below.id);
    for (const target of [top, below, lowest])
      expect((await move(top, target.id)).body.errors[0].code, target.name).toBe('tree.circle');
    const [left, right] = [await make('左'), await make('右')];
    const answers = await Promise.all([move(left, right.id), move(right, left.id)]);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    const paths = await t.asOwner('select id, path from team where id = any($1)', [[left.id, right.id]]);
    expect(paths.map((row) => row.path.length).sort()).toEqual([1, 2]);
    const both = await Promise.all([move(lowest, top.id), move(lowest, null)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('are removed only when empty and moved as whole branches', async () => {
    const [top, next] = [await make('甲区'), await make('乙区')];
    const branch = await make('枝', top.id);
    const leaf = await make('叶', branch.id);
    expect((await t.admin.send('DELETE', `/teams/${top.id}`)).body.code).toBe('tree.notEmpty');
    expect((await move(branch, next.id)).status).toBe(200);
    expect((await t.asOwner('select path from team where id = $1', [leaf.id]))[0].path).toEqual([
      next.id,
      branch.id,
      leaf.id,
    ]);
    const rep = await t.as('sales', { teamId: leaf.id });
    expect((await t.admin.send('DELETE', `/teams/${leaf.id}`)).status).toBe(409);
    expect((await rep.get('/session')).body.user.teamId).toBe(leaf.id);
  });
});
