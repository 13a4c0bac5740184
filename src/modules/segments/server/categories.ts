import { sql } from 'kysely';
import { loadCustomer, writeFactsFrom } from '#modules/customers/index.ts';
import { registerLeafMeaning, setFieldOptions } from '#modules/fields/index.ts';
import { holds } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { CategoryView } from '../labels-contract.ts';

const maxNodes = 2000;
const maxDepth = 8;

const select = (context: Context) => context.tx.selectFrom('category').selectAll().where('org_id', '=', context.orgId);
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

const all = (context: Context) => select(context).orderBy('position').orderBy('id').limit(maxNodes).execute();

const view = (row: Row, customers: number): CategoryView => ({
  id: row.id,
  version: row.version,
  parentId: row.parent_id,
  name: row.name,
  nameEn: row.name_en,
  position: row.position,
  customers,
});

/** A condition on a category means the node and everything below it, as the tree is now. */
registerLeafMeaning('customer', 'categories', async (context, leaf) => {
  if (leaf.op !== 'contains' && leaf.op !== 'notContains') return undefined;
  const ids = below(await all(context), String(leaf.value));
  const found = sql<boolean>`coalesce(customer.categories && ${ids}::text[], false)`;
  return leaf.op === 'contains' ? found : sql<boolean>`(not ${found})`;
});

/** A node and all nodes below it. */
function below(rows: Row[], id: string): string[] {
  const found = [id];
  for (const parent of found) for (const row of rows) if (row.parent_id === parent) found.push(row.id);
  return found;
}

const pathOf = (byId: Map<string, Row>, row: Row): Row[] => {
  const parent = row.parent_id ? byId.get(row.parent_id) : undefined;
  return parent ? [...pathOf(byId, parent), row] : [row];
};

async function syncOptions(context: Context): Promise<void> {
  const rows = await all(context);
  const byId = new Map(rows.map((row) => [row.id, row]));
  await setFieldOptions(context, 'customer', 'categories', () =>
    rows
      .map((row) => pathOf(byId, row))
      .map((path) => ({
        key: path.at(-1)?.id ?? '',
        zh: path
          .map((row) => row.name)
          .join(' / ')
          .slice(0, 200),
        en: path
          .map((row) => row.name_en || row.name)
          .join(' / ')
          .slice(0, 200),
      }))
      .sort((a, b) => (a.zh < b.zh ? -1 : 1)),
  );
}

/** The lock of the field's row: two moves at once could each be fine and make a circle together. */
const oneByOne = (context: Context) => setFieldOptions(context, 'customer', 'categories', (options) => options);

export async function listCategories(context: Context) {
  const rows = await all(context);
  const counted = await sql<{
    id: string;
    n: number;
  }>`select node as id, count(*) as n from customer, unnest(categories) node
    where customer.org_id = ${context.orgId}::uuid and customer.state = 'active' and customer.categories is not null
      and ${visible(context.actor, 'customer:read', 'customer')} group by 1`.execute(context.tx);
  const used = new Map(counted.rows.map((row) => [row.id, row.n]));
  return {
    items: rows.map((row) => view(row, used.get(row.id) ?? 0)),
    can: { manage: holds(context.actor, 'category:manage') },
  };
}

function checkPlace(rows: Row[], parentId: string | null, name: string, movingId?: string): void {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const parent = parentId === null ? undefined : byId.get(parentId);
  if (parentId !== null && !parent) throw invalid([{ field: 'parentId', code: 'category.parent' }]);
  if (movingId && parentId !== null && below(rows, movingId).includes(parentId))
    throw invalid([{ field: 'parentId', code: 'category.circular' }]);
  const deepest = movingId
    ? Math.max(...below(rows, movingId).map((id) => depthOf(byId, id) - depthOf(byId, movingId)))
    : 0;
  if ((parent ? depthOf(byId, parent.id) : 0) + 1 + deepest > maxDepth)
    throw invalid([{ field: 'parentId', code: 'category.tooDeep', params: { maximum: maxDepth } }]);
  if (rows.some((row) => row.id !== movingId && row.parent_id === parentId && row.name === name))
    throw invalid([{ field: 'name', code: 'category.nameTaken' }]);
}
const depthOf = (byId: Map<string, Row>, id: string): number => {
  const row = byId.get(id);
  return row ? pathOf(byId, row).length : 0;
};

export async function createCategory(
  context: Context,
  input: { parentId: string | null; name: string; nameEn: string },
): Promise<CategoryView> {
  await oneByOne(context);
  const rows = await all(context);
  if (rows.length >= maxNodes) throw conflict('category.tooMany', { params: { maximum: maxNodes } });
  checkPlace(rows, input.parentId, input.name);
  const row = await context.tx
    .insertInto('category')
    .values({
      org_id: context.orgId,
      id: newId(),
      parent_id: input.parentId,
      name: input.name,
      name_en: input.nameEn,
      position: Math.max(0, ...rows.map((item) => item.position)) + 1,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await changed(context, 'category.created', row);
  return view(row, 0);
}

async function changed(context: Context, kind: string, row: Row): Promise<void> {
  await syncOptions(context);
  await recordEvent(context, {
    kind,
    subjectKind: 'category',
    subjectId: row.id,
    data: { name: row.name, parentId: row.parent_id },
  });
}

async function openForChange(context: Context, id: string): Promise<Row> {
  await oneByOne(context);
  const row = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('category');
  requireVersion(context, row.version, () => view(row, 0));
  return row;
}

export async function updateCategory(
  context: Context,
  id: string,
  input: { parentId?: string | null; name?: string; nameEn?: string; position?: number },
): Promise<CategoryView> {
  const before = await openForChange(context, id);
  const parentId = input.parentId === undefined ? before.parent_id : input.parentId;
  checkPlace(await all(context), parentId, input.name ?? before.name, id);
  const row = await context.tx
    .updateTable('category')
    .set({
      parent_id: parentId,
      ...(input.name === undefined ? {} : { name: input.name }),
      ...(input.nameEn === undefined ? {} : { name_en: input.nameEn }),
      ...(input.position === undefined ? {} : { position: input.position }),
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await changed(context, 'category.changed', row);
  return view(row, await usersOf(context, id));
}

const usersOf = async (context: Context, id: string): Promise<number> => {
  const counted = await sql<{ n: number }>`select count(*) as n from customer where org_id = ${context.orgId}::uuid
    and ${id} = any(categories)`.execute(context.tx);
  return counted.rows[0]?.n ?? 0;
};

export async function deleteCategory(context: Context, id: string): Promise<void> {
  const row = await openForChange(context, id);
  const rows = await all(context);
  if (rows.some((item) => item.parent_id === id)) throw conflict('category.hasChildren');
  const users = await usersOf(context, id);
  if (users > 0) throw conflict('category.inUse', { params: { n: users } });
  await context.tx.deleteFrom('category').where('org_id', '=', context.orgId).where('id', '=', id).execute();
  await changed(context, 'category.deleted', row);
}

/** Where a customer stands in the trees. */
export async function setCategories(context: Context, customerId: string, ids: string[]): Promise<{ ids: string[] }> {
  const row = await loadCustomer(context, customerId, 'customer:update', true);
  if (row.state !== 'active') throw conflict('customer.trashed');
  const known = new Map((await all(context)).map((item) => [item.id, item]));
  const wanted = [...new Set(ids)].sort();
  if (wanted.some((id) => !known.has(id))) throw invalid([{ field: 'ids', code: 'category.unknown' }]);
  const before = [...(row.categories ?? [])].sort();
  if (before.join() === wanted.join()) return { ids: wanted };
  await writeFactsFrom(
    context,
    ['categories'],
    sql`select ${customerId}::uuid as customer_id, ${wanted.length > 0 ? wanted : null}::text[] as categories`,
  );
  const names = (list: string[]) => list.map((id) => known.get(id)?.name ?? '').filter((name) => name !== '');
  await recordEvent(context, {
    kind: 'customer.categorised',
    subjectKind: 'customer',
    subjectId: customerId,
    customerId,
    data: { from: names(before), to: names(wanted) },
  });
  return { ids: wanted };
}
