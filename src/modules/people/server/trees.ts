import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { TreeNode } from '../contract.ts';
import { forgetActors } from './actors.ts';

export type TreeTable = 'team' | 'sales_region';

/** Teams and sales regions: one kind of tree, each node with the ids from its root down (`path`). */
export function treeService(table: TreeTable) {
  const members =
    table === 'team'
      ? sql<number>`(select count(*) from app_user u where u.org_id = node.org_id and u.team_id = node.id)`
      : sql<number>`(select count(*) from app_user u where u.org_id = node.org_id and node.id = any(u.region_ids))`;
  const select = (context: Context) =>
    context.tx
      .selectFrom(`${table} as node` as 'team as node')
      .select(['node.id', 'node.version', 'node.parent_id as parentId', 'node.name'])
      .select(members.as('users'))
      .where('node.org_id', '=', context.orgId);

  async function get(context: Context, id: string): Promise<TreeNode> {
    const row = await select(context).where('node.id', '=', id).executeTakeFirst();
    if (!row) throw notFound(table);
    return row;
  }

  async function pathOf(context: Context, id: string | null): Promise<string[]> {
    if (!id) return [];
    const parent = await context.tx
      .selectFrom(table)
      .select('path')
      .where('org_id', '=', context.orgId)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!parent) throw invalid([{ field: 'parentId', code: 'link.unknown' }]);
    return parent.path;
  }

  return {
    list: async (context: Context) => ({ items: await select(context).orderBy('node.name').limit(5000).execute() }),

    async create(context: Context, input: { name: string; parentId: string | null }): Promise<TreeNode> {
      const id = newId();
      const path = [...(await pathOf(context, input.parentId)), id];
      await context.tx
        .insertInto(table)
        .values({ org_id: context.orgId, id, name: input.name, parent_id: input.parentId, path })
        .execute();
      await recordEvent(context, { kind: `${table}.created`, subjectKind: table, subjectId: id, data: { ...input } });
      context.afterCommit(() => forgetActors(context.orgId));
      return get(context, id);
    },

    async update(context: Context, id: string, input: { name?: string; parentId?: string | null }): Promise<TreeNode> {
      // In one order: two moves that cross must not wait for each other.
      await sql`select 1 from ${sql.table(table)} where org_id = ${context.orgId} and id = any(${[id, input.parentId ?? id]}::uuid[])
        order by id for update`.execute(context.tx);
      const before = await get(context, id);
      requireVersion(context, before.version, () => before);
      const changes: Record<string, { from: unknown; to: unknown }> = {};
      if (input.name !== undefined && input.name !== before.name) changes.name = { from: before.name, to: input.name };
      if (input.parentId !== undefined && input.parentId !== before.parentId) {
        changes.parentId = { from: before.parentId, to: input.parentId };
        const above = await pathOf(context, input.parentId);
        if (above.includes(id)) throw invalid([{ field: 'parentId', code: 'tree.circle' }]);
        // The whole branch moves: what stood above this node in every path is replaced.
        await sql`update ${sql.table(table)} set path = ${above}::uuid[] || path[array_position(path, ${id}::uuid):]
          where org_id = ${context.orgId} and ${id}::uuid = any(path)`.execute(context.tx);
      }
      await context.tx
        .updateTable(table)
        .set({
          ...(input.name === undefined ? {} : { name: input.name }),
          ...(input.parentId === undefined ? {} : { parent_id: input.parentId }),
          version: sql`version + 1`,
        })
        .where('org_id', '=', context.orgId)
        .where('id', '=', id)
        .execute();
      await recordEvent(context, { kind: `${table}.updated`, subjectKind: table, subjectId: id, changes });
      context.afterCommit(() => forgetActors(context.orgId));
      return get(context, id);
    },

    async remove(context: Context, id: string): Promise<void> {
      const before = await get(context, id);
      const child = await context.tx
        .selectFrom(table)
        .select('id')
        .where('org_id', '=', context.orgId)
        .where('parent_id', '=', id)
        .executeTakeFirst();
      const column = table === 'team' ? 'team_id' : 'region_id';
      const customer = await context.tx
        .selectFrom('customer')
        .select('id')
        .where('org_id', '=', context.orgId)
        .where(column, '=', id)
        .limit(1)
        .executeTakeFirst();
      if (before.users > 0 || child || customer) throw conflict('tree.notEmpty');
      await context.tx.deleteFrom(table).where('org_id', '=', context.orgId).where('id', '=', id).execute();
      await recordEvent(context, {
        kind: `${table}.removed`,
        subjectKind: table,
        subjectId: id,
        data: { name: before.name },
      });
      context.afterCommit(() => forgetActors(context.orgId));
    },
  };
}
