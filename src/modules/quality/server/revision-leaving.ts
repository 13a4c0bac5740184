import { sql } from 'kysely';
import { registerMerge } from '#modules/customers/index.ts';
import type { Context } from '#platform/context.ts';
import { insertMany } from '#platform/db/insert.ts';

interface Left {
  id: string;
  revision_id: string;
  customer_id: string;
  owner_id: string | null;
  team_id: string | null;
  region_id: string | null;
  version: number;
}

const count = (context: Context, item: Left, by: 1 | -1) =>
  sql`update revision set customers = customers + ${by}
    where org_id = ${context.orgId} and id = ${item.revision_id}`.execute(context.tx);

/** Called once at start. Where both were on a list, the survivor alone is gone through: the other's line, that nobody can open, goes. */
export function connectRevisions(): void {
  registerMerge({
    name: 'revisions',
    async move(context, { mergedIds }) {
      const { rows } = await sql<Left>`delete from revision_item i using revision r
        where i.org_id = ${context.orgId} and i.customer_id = any(${mergedIds}::uuid[]) and i.result is null
          and r.org_id = i.org_id and r.id = i.revision_id and r.state = 'open'
        returning i.id, i.revision_id, i.customer_id, i.owner_id, i.team_id, i.region_id, i.version`.execute(
        context.tx,
      );
      for (const row of rows) await count(context, row, -1);
      return rows;
    },
    async undo(context, { moved }) {
      for (const row of (moved ?? []) as Left[]) {
        const open = await context.tx
          .selectFrom('revision')
          .select('id')
          .where('org_id', '=', context.orgId)
          .where('id', '=', row.revision_id)
          .where('state', '=', 'open')
          .forUpdate()
          .executeTakeFirst();
        if (!open) continue;
        await insertMany(context.tx, 'revision_item', [{ org_id: context.orgId, ...row }]);
        await count(context, row, 1);
      }
    },
  });
}
