import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { seedRelationTypes } from '#modules/contacts/index.ts';
import { seedDictionary } from '#modules/fields/index.ts';
import { checkPassword, createUser, hashPassword, seedRoles } from '#modules/people/index.ts';
import { systemActor } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Database, Tx } from '#platform/db/database.ts';
import { waitTurn } from '#platform/db/turn.ts';
import { recordEvent } from '#platform/events/index.ts';
import { writeOnce } from '#platform/files/once.ts';
import { enqueue, orgIds } from '#platform/jobs/queue.ts';
import { conflict, invalid, Problem } from '#shared/errors.ts';
import { checkEmail } from '#shared/identifiers/internet.ts';
import { newId } from '#shared/ids.ts';
import type { SetupInput } from '../contract.ts';
import { applyPreset } from './presets.ts';

const tokenFile = (dataDir: string) => join(dataDir, 'secrets', 'setup-token');

/** The one-time set-up token: made at start while no company exists, gone afterwards. */
export function setupToken(dataDir: string): string {
  const file = tokenFile(dataDir);
  mkdirSync(join(dataDir, 'secrets'), { recursive: true, mode: 0o700 });
  writeOnce(file, randomBytes(24).toString('base64url'));
  return readFileSync(file, 'utf8');
}

/** Whether the token is the one printed at start. */
export function setupTokenHolds(dataDir: string, given: string): boolean {
  const expected = existsSync(tokenFile(dataDir)) ? readFileSync(tokenFile(dataDir)) : Buffer.alloc(0);
  const actual = Buffer.from(given);
  return expected.length > 0 && actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** Throws unless the token is the one printed at start. */
export function requireSetupToken(dataDir: string, given: string): void {
  if (!setupTokenHolds(dataDir, given)) throw new Problem(403, 'setup.token', { field: 'token' });
}

/** A context of the system for set-up and upgrades. */
export function systemContext(tx: Tx, orgId: string): Context {
  return {
    tx,
    orgId,
    actor: systemActor(orgId, []),
    lang: 'zh-CN',
    requestId: newId(),
    ip: null,
    ifMatch: null,
    afterCommit: () => {},
    now: () => new Date(),
  };
}

/** Makes the company, its dictionary, roles, preset and administrator in one transaction; refused when a company exists. */
export async function setUp(
  db: Database,
  dataDir: string,
  input: SetupInput,
): Promise<{ orgId: string; userId: string }> {
  if ((await orgIds(db)).length > 0) throw conflict('setup.done');
  const password = checkPassword(input.password, [input.adminName, input.adminEmail, input.orgName], false);
  const faults = [
    ...(checkEmail(input.adminEmail).ok ? [] : [{ field: 'adminEmail', code: 'email.format' as const }]),
    ...(password.ok ? [] : [{ field: 'password', code: password.code, params: password.params }]),
  ];
  if (!password.ok || faults.length > 0) throw invalid(faults);
  const passwordHash = await hashPassword(password.value);
  const orgId = newId();
  const userId = await db.inOrg(orgId, async (tx) => {
    const context = systemContext(tx, orgId);
    // Two guides finished at once: the second waits here and then finds the company of the first.
    await waitTurn(tx, 'setup');
    const present = await sql`select 1 from installation_orgs() limit 1`.execute(tx);
    if (present.rows.length > 0) throw conflict('setup.done');
    await tx
      .insertInto('org')
      .values({ org_id: orgId, name: input.orgName, preset: input.preset, default_lang: input.lang })
      .execute();
    await seedDictionary(context);
    await seedRoles(context);
    await seedRelationTypes(context);
    await applyPreset(context, input.preset);
    const role = await tx
      .selectFrom('role')
      .select('id')
      .where('org_id', '=', orgId)
      .where('key', '=', 'administrator')
      .executeTakeFirstOrThrow();
    const user = await createUser(
      context,
      {
        email: input.adminEmail,
        name: input.adminName,
        lang: input.lang,
        teamId: null,
        regionIds: [],
        roleIds: [role.id],
      },
      passwordHash,
    );
    await recordEvent(context, {
      kind: 'org.created',
      subjectKind: 'org',
      subjectId: orgId,
      data: { name: input.orgName, preset: input.preset },
    });
    if (input.sample)
      await enqueue(
        { ...context, actor: { ...context.actor, kind: 'user', userId: user.id } },
        { kind: 'operations.loadSample', uniqueKey: 'sample' },
      );
    return user.id;
  });
  rmSync(tokenFile(dataDir), { force: true });
  return { orgId, userId };
}

/** After an upgrade: what this version brings and a company lacks. */
export async function upgradeOrgs(db: Database): Promise<void> {
  for (const orgId of await orgIds(db)) {
    await db.inOrg(orgId, async (tx) => {
      const context = systemContext(tx, orgId);
      await seedDictionary(context);
      await seedRoles(context);
      await seedRelationTypes(context);
    });
  }
}
