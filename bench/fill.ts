import { sql } from 'kysely';
import pg from 'pg';
import { insertContacts } from '#modules/contacts/index.ts';
import { insertCustomers } from '#modules/customers/index.ts';
import { systemContext } from '#modules/operations/index.ts';
import type { Database } from '#platform/db/database.ts';

const places = [
  ...'杭宁温沪苏锡常通扬徐合芜厦福泉赣昌济青烟郑洛武宜长株广深珠佛莞桂柳海渝蓉绵贵昆西咸兰银乌沈大哈长津石太呼',
];
const firsts = [...'明鼎华金宏瑞天恒博嘉新安永东佳远立同百正盛德利康泰昌隆兴富荣光辉耀星辰海川江山林森松柏云风雷电'];
const seconds = [...'达盛泰源远丰成信雅禾蓝捷兴升美航信创川阳和顺通发祥福禄寿喜财宝贵吉庆丰登乐业安康宁静'];
export const trades = [
  '贸易',
  '实业',
  '电子科技',
  '进出口',
  '服装',
  '建材',
  '食品',
  '机械设备',
  '家居用品',
  '医疗器械',
];
const surnames = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕'];
const givens = [
  '伟',
  '芳',
  '娜',
  '秀英',
  '敏',
  '静',
  '丽',
  '强',
  '磊',
  '军',
  '建华',
  '志强',
  '雨桐',
  '子涵',
  '思远',
  '晓东',
];
const grades = ['A', 'B', 'C', 'D'];
const countries = ['CN', 'CN', 'CN', 'DE', 'US', 'GB', 'FR', 'JP'];

const pick = <T>(list: T[], number: number): T => list[number % list.length] as T;

/** The n-th customer, always the same. */
function customer(n: number) {
  const name = `${pick(places, n)}${pick(firsts, Math.floor(n / 7))}${pick(seconds, Math.floor(n / 11))}${pick(firsts, n * 13 + 5)}${pick(trades, Math.floor(n / 3))}有限公司`;
  return {
    name,
    grade: pick(grades, Math.floor(n / 5)),
    country: pick(countries, n),
    phones: [{ value: `+86571${String(80_000_000 + n)}`, raw: '', type: 'office', valid: true }],
    emails: [{ value: `info@company${n}.com.cn`, valid: true }],
    employees: (n * 37) % 2000,
    mainProducts: pick(trades, n),
    tags: n % 9 === 0 ? ['重点'] : [],
    source: 'exhibition',
  };
}

const people = (n: number) =>
  [0, 1].map((index) => ({
    name: pick(surnames, n + index * 7) + pick(givens, Math.floor(n / 3) + index),
    position: index === 0 ? '采购经理' : '总经理',
    isPrimary: index === 0,
    phones: [
      { value: `+8613${String(100_000_000 + n * 2 + index).slice(0, 9)}`, raw: '', type: 'mobile', valid: true },
    ],
    emails: [{ value: `person${index}@company${n}.com.cn`, valid: true }],
  }));

/**
 * Fills the company up to `total` customers with two contacts each. The first ones are written by the product's own code; beyond
 * `distinct` they are copies of those under new ids, numbers and names, made in SQL: writing a million cards through the app
 * would take twenty minutes and measure nothing new.
 */
export async function fill(
  db: Database,
  ownerUrl: string,
  orgId: string,
  userIds: string[],
  total: number,
): Promise<void> {
  const distinct = Math.min(total, 50_000);
  const batch = 1000;
  for (let start = 0; start < distinct; start += batch) {
    await db.inOrg(orgId, async (tx) => {
      const context = systemContext(tx, orgId);
      const numbers = Array.from({ length: Math.min(batch, distinct - start) }, (_, index) => start + index);
      const ids = await insertCustomers(
        context,
        numbers.map((n) => ({
          kind: 'company',
          values: customer(n),
          ownerId: pick(userIds, n),
          teamId: null,
          source: 'import',
        })),
      );
      await insertContacts(
        context,
        numbers.flatMap((n, index) => people(n).map((values) => ({ customerId: ids[index] ?? '', values }))),
      );
    });
    process.stderr.write(`\r${start + batch} / ${total} customers`);
  }
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`set synchronous_commit = off`);
  await owner.query(`set maintenance_work_mem = '1GB'`);
  const indexes = await dropIndexes(owner);
  for (let made = distinct; made < total; made += distinct) {
    await owner.query('begin');
    await clone(owner, orgId, made, Math.min(distinct, total - made));
    await owner.query('commit');
    process.stderr.write(`\r${Math.min(made + distinct, total)} / ${total} customers`);
  }
  for (const index of indexes) await owner.query(index);
  // What the copies would have queued for sealing is no part of the measure.
  await owner.query('delete from audit_pending');
  await owner.query('vacuum analyze');
  await owner.end();
  process.stderr.write('\n');
}

/** Building an index at the end is many times faster than keeping it up row by row. */
async function dropIndexes(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ name: string; definition: string }>(
    `select i.relname as name, pg_get_indexdef(i.oid) as definition from pg_index x join pg_class i on i.oid = x.indexrelid
       join pg_class t on t.oid = x.indrelid
     where t.relname in ('customer', 'contact', 'search_document', 'identity_key') and not x.indisunique`,
  );
  for (const row of rows) await owner.query(`drop index "${row.name}"`);
  return rows.map((row) => row.definition);
}

async function columnsOf(owner: pg.Client, table: string): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_name = $1 and table_schema = 'public' and is_generated = 'NEVER' order by ordinal_position`,
    [table],
  );
  return rows.map((row) => `"${row.name}"`);
}

async function clone(owner: pg.Client, orgId: string, made: number, count: number): Promise<void> {
  await owner.query(`create temp table copied on commit drop as
    select id as old_id, uuidv7() as new_id, row_number() over (order by id) as n from customer
    where org_id = '${orgId}' order by id limit ${count}`);
  await owner.query('create index on copied (old_id)');
  await owner.query(`create temp table people on commit drop as
    select c.id as old_id, uuidv7() as new_id, copied.new_id as customer_id from contact c join copied on copied.old_id = c.customer_id
    where c.org_id = '${orgId}'`);
  await owner.query('create index on people (old_id)');
  await owner.query('analyze copied');
  await owner.query('analyze people');
  const replaced = async (table: string, values: Record<string, string>) => {
    const columns = await columnsOf(owner, table);
    const chosen = columns.map((column) => values[column.replaceAll('"', '')] ?? `t.${column}`);
    return `insert into ${table} (${columns.join(', ')}) select ${chosen.join(', ')} from ${table} t`;
  };
  const day = `- make_interval(mins => ${made / 50} + copied.n::int % 1440)`;
  await owner.query(
    `${await replaced('customer', {
      id: 'copied.new_id',
      number: `'X' || (${made} + copied.n)`,
      name: `t.name || '${made / 1000}部'`,
      name_sort: `t.name_sort || '${made / 1000}'`,
      updated_at: `t.updated_at ${day}`,
      created_at: `t.created_at ${day}`,
    })} join copied on copied.old_id = t.id where t.org_id = '${orgId}'`,
  );
  await owner.query(
    `${await replaced('contact', { id: 'people.new_id', customer_id: 'people.customer_id' })} join people on people.old_id = t.id
     where t.org_id = '${orgId}'`,
  );
  for (const table of ['search_document', 'identity_key']) {
    await owner.query(
      `${await replaced(table, { record_id: 'copied.new_id', customer_id: 'copied.new_id' })} join copied on copied.old_id = t.record_id where t.org_id = '${orgId}'`,
    );
    await owner.query(
      `${await replaced(table, { record_id: 'people.new_id', customer_id: 'people.customer_id' })} join people on people.old_id = t.record_id where t.org_id = '${orgId}'`,
    );
  }
}

/** Number of customers already there. */
export async function filled(db: Database, orgId: string): Promise<number> {
  return db.inOrg(orgId, async (tx) => {
    const { rows } = await sql<{
      count: number;
    }>`select count(*) as count from customer where org_id = ${orgId}`.execute(tx);
    return rows[0]?.count ?? 0;
  });
}
