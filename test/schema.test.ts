import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createTestDatabase } from './postgres.ts';

let made: Awaited<ReturnType<typeof createTestDatabase>>;
let client: pg.Client;
beforeAll(async () => {
  made = await createTestDatabase(inject('postgres'));
  client = new pg.Client({ connectionString: made.ownerUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await made.drop();
});
const names = async (query: string): Promise<string[]> => (await client.query(query)).rows.map((row) => row.name);

it('every table of a company begins its keys, references and indexes with the company', async () => {
  const first = (columns: string, table: string) =>
    `(select a.attname from pg_attribute a where a.attrelid = ${table} and a.attnum = ${columns})`;
  expect(
    await names(`select c.relname || ' ' || i.relname as name from pg_index x join pg_class i on i.oid = x.indexrelid
      join pg_am m on m.oid = i.relam and m.amname = 'btree'
      join pg_class c on c.oid = x.indrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id')
        and ${first('x.indkey[0]', 'c.oid')} is distinct from 'org_id' order by 1`),
    // Who signs in names no company, and the queue holds only what waits or runs.
  ).toEqual(['app_user app_user_email', 'job job_due']);
  expect(
    await names(`select conrelid::regclass || ' ' || conname as name from pg_constraint
      where contype = 'f' and confrelid <> 'org'::regclass
        and exists (select 1 from pg_attribute a where a.attrelid = confrelid and a.attname = 'org_id')
        and ${first('conkey[1]', 'conrelid')} is distinct from 'org_id' order by 1`),
  ).toEqual([]);
});

it('every reference is found by an index from the other side: a removal or a merge reads no table whole', async () => {
  const missing =
    await names(`select k.conrelid::regclass || ' (' || string_agg(a.attname, ', ' order by o.n) || ')' as name
    from pg_constraint k cross join unnest(k.conkey) with ordinality o(attnum, n)
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = o.attnum
    where k.contype = 'f' and not exists (select 1 from pg_index x where x.indrelid = k.conrelid
      and (x.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey)
    group by k.oid, k.conrelid order by 1`);
  expect(missing).toEqual([]);
});
