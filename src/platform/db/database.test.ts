import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newId } from '#shared/ids.ts';
import { createTestDatabase } from '#test/postgres.ts';
import { createDatabase, type Database, prepared } from './database.ts';

let made: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
const orgId = newId();

beforeAll(async () => {
  made = await createTestDatabase(inject('postgres'));
  db = createDatabase(made.appUrl, 1);
});
afterAll(async () => {
  await db.close();
  await made.drop();
});

const read = () =>
  db.inOrg(orgId, (tx) => sql`select * from org where org_id = ${orgId}::uuid ${prepared}`.execute(tx));
const named = async () =>
  (await db.outside((tx) => sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(tx))).rows;

test('a marked statement is planned once a connection when it has come often enough, others never', async () => {
  for (let n = 0; n < 4; n += 1) await read();
  expect(await named()).toEqual([]);
  for (let n = 0; n < 3; n += 1) await read();
  for (let n = 0; n < 7; n += 1) await db.inOrg(orgId, (tx) => sql`select 1 as one`.execute(tx));
  expect((await named()).map((row) => row.statement)).toEqual([expect.stringContaining('from org')]);
});

test('a plan outdated by a migration costs one request, not the connection’s later ones', async () => {
  for (let n = 0; n < 6; n += 1) await read();
  const owner = new pg.Client({ connectionString: made.ownerUrl });
  await owner.connect();
  await owner.query('alter table org add column added_later text');
  await owner.end();
  await expect(read()).rejects.toThrow('cached plan');
  expect((await read()).rows).toEqual([]);
});
