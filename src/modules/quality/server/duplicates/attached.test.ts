import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { apart, apartOfCustomers } from './attached.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
  // Rows are made of nothing but types: what else they would have to be is not the matter here.
  await t.asOwner(`do $$ declare k record; begin
    for k in select conrelid::regclass as relation, conname from pg_constraint
      where connamespace = 'public'::regnamespace and conparentid = 0
        and (contype = 'c' or contype = 'f' and confrelid not in ('customer'::regclass, 'contact'::regclass))
    loop execute format('alter table %s drop constraint %I', k.relation, k.conname); end loop;
    alter table relation alter from_id drop not null, alter to_id drop not null; end $$`);
});
afterAll(() => t.close());

type Kind = 'customer' | 'contact';

/** Every column of the schema that names a customer (or contact), by its name or its foreign key. */
const columnsNaming = (object: Kind) =>
  t.asOwner(
    `select c.relname as relation, a.attname as "column" from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0
       and not a.attisdropped and a.attgenerated = '' and (a.attname ~ $1 or exists (select 1 from pg_constraint k where k.contype = 'f'
         and k.conrelid = c.oid and k.confrelid = $2::regclass and a.attnum = any(k.conkey) and a.attname <> 'org_id'))
     order by 1, 2`,
    [`(^|_)${object}_id$`, object],
  );

const values: Record<string, string> = {
  uuid: 'gen_random_uuid()',
  text: `'x' || gen_random_uuid()`,
  boolean: 'false',
  date: `date '2026-11-01'`,
  'timestamp with time zone': 'now()',
  jsonb: `'{}'`,
  bytea: `decode(md5(gen_random_uuid()::text), 'hex')`,
};
const anyValue = (type: string) =>
  values[type] ?? (type.endsWith('[]') ? `'{}'::${type}` : type.startsWith('char') ? `'x'` : `1::${type}`);

/** Puts a row into a table whose column names the record; everything else is whatever the type allows. */
async function addRow(relation: string, column: string, id: string, customerId: string): Promise<void> {
  const columns = await t.asOwner(
    `select attname as name, format_type(atttypid, null) as type,
       exists (select 1 from pg_constraint k where k.contype = 'f' and k.conrelid = a.attrelid and a.attnum = any(k.conkey)
         and k.confrelid = 'customer'::regclass) as customer,
       exists (select 1 from pg_constraint k where k.contype = 'f' and k.conrelid = a.attrelid and a.attnum = any(k.conkey)
         and k.confrelid = 'contact'::regclass) as contact
     from pg_attribute a where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
       and attnotnull and (not atthasdef or attname = $2) or attrelid = $1::regclass and attname = $2`,
    [relation, column],
  );
  const pairs = columns.map((item: Json) => {
    if (item.name === 'org_id') return [item.name, `'${t.orgId}'`];
    if (item.name === column) return [item.name, `'${id}'`];
    if (item.customer) return [item.name, `'${customerId}'`];
    if (item.contact) return [item.name, `'${bystander}'`];
    return [item.name, anyValue(item.type)];
  });
  await t.asOwner(
    `insert into ${relation} (${pairs.map(([name]) => `"${name}"`).join(', ')}) values (${pairs.map(([, value]) => value).join(', ')})`,
  );
}

const count = async ({ relation, column }: Json, id: string): Promise<number> =>
  (await t.asOwner(`select count(*)::int as n from ${relation} where "${column}" = $1`, [id]))[0]?.n;

const create = async (values: Json) =>
  (await t.admin.send('POST', '/customers', { kind: 'company', values, allowDuplicate: true })).body;
const addPerson = async (customerId: string, name: string) =>
  (await t.admin.send('POST', '/contacts', { customerId, values: { name } })).body;
let bystander: string;
/** Both people work at one customer: of the post there the survivor's own says all. */
const staying: Readonly<Record<string, number>> = { 'employment.contact_id': 1 };

describe('everything that names a customer or a person', () => {
  it.each(['customer', 'contact'] as const)(
    'moves with a merged %s and comes back, or says why not',
    async (object) => {
      const home = await create({ name: `家园${object}` });
      bystander = (await addPerson(home.id, '旁人')).id;
      const make = (name: string) => (object === 'customer' ? create({ name }) : addPerson(home.id, name));
      const [kept, gone] = [await make('留下'), await make('并入')];
      const exceptions = object === 'customer' ? { ...apart, ...apartOfCustomers } : apart;
      const found = await columnsNaming(object);
      const moving = found.filter((item) => !(item.relation in exceptions));
      expect(moving.length).toBeGreaterThan(object === 'customer' ? 35 : 8);
      for (const item of moving) {
        if (item.relation !== object) await addRow(item.relation, item.column, gone.id, home.id);
        else await t.asOwner(`update ${object} set "${item.column}" = $1 where id = $2`, [gone.id, home.id]);
      }
      const counts = new Map<Json, number>();
      for (const item of moving) counts.set(item, await count(item, gone.id));
      for (const [item, n] of counts) expect(n, `${item.relation}.${item.column}`).toBeGreaterThan(0);

      const made = await t.admin.send('POST', object === 'customer' ? '/merges' : '/contact-merges', {
        survivorId: kept.id,
        participants: [kept, gone].map(({ id, version }) => ({ id, version })),
      });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      for (const { relation, column } of moving) {
        const place = `${relation}.${column}`;
        expect(await count({ relation, column }, gone.id), place).toBe(staying[place] ?? 0);
      }
      const undone = await t.admin.send('POST', `/merges/${made.body.id}/undoing`, undefined, match(1));
      expect(undone.status, JSON.stringify(undone.body)).toBe(200);
      expect(undone.body.kept.rows).toEqual([]);
      for (const [item, n] of counts) expect(await count(item, gone.id), `${item.relation}.${item.column}`).toBe(n);
    },
  );

  it('has no exception without a reason or without a table', async () => {
    const found = [...(await columnsNaming('customer')), ...(await columnsNaming('contact'))];
    for (const [relation, reason] of Object.entries({ ...apart, ...apartOfCustomers })) {
      expect(reason.length, relation).toBeGreaterThan(20);
      expect(
        found.some((item) => item.relation === relation),
        relation,
      ).toBe(true);
    }
  });
});
