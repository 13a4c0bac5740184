import { sql } from 'kysely';
import { registerMerge, registerOwnerChange, registerTrash } from '#modules/customers/index.ts';
import type { Context } from '#platform/context.ts';

interface Left {
  id: string;
  revision_id: string;
  customer_id: string;
  version: number;
}

const count = (context: Context, item: Left, by: 1 | -1) =>
  sql`update revision set customers = customers + ${by}
    where org_id = ${context.orgId} and id = ${item.revision_id}`.execute(context.tx);

/** Takes customers off the lists they still wait on; what they had a result for stays. */
async function leaveLists(context: Context, customerIds: string[]): Promise<Left[]> {
  const { rows } = await sql<Left>`delete from revision_item i using revision r
    where i.org_id = ${context.orgId} and i.customer_id = any(${customerIds}::uuid[]) and i.result is null
      and r.org_id = i.org_id and r.id = i.revision_id and r.state = 'open'
    returning i.id, i.revision_id, i.customer_id, i.version`.execute(context.tx);
  for (const row of rows) await count(context, row, -1);
  return rows;
}

/** Puts them on the lists again that are still gone through. */
async function backOnLists(context: Context, left: unknown): Promise<void> {
  for (const row of (left ?? []) as Left[]) {
    const open = await context.tx
      .selectFrom('revision')
      .select('id')
      .where('org_id', '=', context.orgId)
      .where('id', '=', row.revision_id)
      .where('state', '=', 'open')
      .forUpdate()
      .executeTakeFirst();
    if (!open) continue;
    // With whose customer it is by now.
    await sql`insert into revision_item (org_id, id, revision_id, customer_id, version, owner_id, team_id, region_id)
      select org_id, ${row.id}, ${row.revision_id}, id, ${row.version}, owner_id, team_id, region_id from customer
      where org_id = ${context.orgId} and id = ${row.customer_id}`.execute(context.tx);
    await count(context, row, 1);
  }
}

/** What still waits for a result is whose customer it is now: who stands in for somebody away finds the list on the same day. */
const toOwner = (context: Context, customerId: string) =>
  sql`update revision_item i set owner_id = c.owner_id, team_id = c.team_id, region_id = c.region_id
    from revision r, customer c where i.org_id = ${context.orgId} and i.customer_id = ${customerId} and i.result is null
      and r.org_id = i.org_id and r.id = i.revision_id and r.state = 'open' and c.org_id = i.org_id and c.id = i.customer_id`.execute(
    context.tx,
  );

/**
 * Called once at start. Lists hold what can be gone through: of customers that become one the survivor alone, since nobody can open
 * the other's line, and none that lies in the trash.
 */
export function connectRevisions(): void {
  registerMerge({
    name: 'revisions',
    move: (context, { mergedIds }) => leaveLists(context, mergedIds),
    undo: (context, { moved }) => backOnLists(context, moved),
  });
  registerTrash({
    name: 'revisions',
    async leave(context, customerId) {
      const left = await leaveLists(context, [customerId]);
      return left.length > 0 ? left : undefined;
    },
    back: backOnLists,
  });
  registerOwnerChange(async (context, customerId) => void (await toOwner(context, customerId)));
}
