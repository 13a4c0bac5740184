import { sql } from 'kysely';
import { holds } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { condition } from '#shared/conditions.ts';
import { forbidden, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { SavedView } from '../views-contract.ts';

interface Row {
  id: string;
  object: string;
  name: string;
  owner_id: string;
  shared: boolean;
  query: unknown;
  version: number;
}

const view = (context: Context, row: Row): SavedView => ({
  id: row.id,
  object: row.object,
  name: row.name,
  shared: row.shared,
  mine: row.owner_id === context.actor.userId,
  query: row.query as SavedView['query'],
  version: row.version,
});

function check(context: Context, input: { shared?: boolean; query?: SavedView['query'] }): void {
  if (input.shared && !holds(context.actor, 'view:share')) throw forbidden('view:share');
  if (input.query?.filter !== undefined && !condition.safeParse(input.query.filter).success) {
    throw invalid([{ field: 'query.filter', code: 'condition.value', params: { field: 'filter' } }]);
  }
}

/** Own views and those shared by others. A shared view shows everybody only what that person may see. */
export async function listViews(context: Context) {
  const rows = await context.tx
    .selectFrom('saved_view')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where((eb) => eb.or([eb('owner_id', '=', context.actor.userId), eb('shared', '=', true)]))
    .orderBy('name')
    .limit(500)
    .execute();
  return { items: rows.map((row) => view(context, row)) };
}

export async function createView(
  context: Context,
  input: { name: string; shared: boolean; query: SavedView['query'] },
): Promise<SavedView> {
  check(context, input);
  const row = await context.tx
    .insertInto('saved_view')
    .values({
      org_id: context.orgId,
      id: newId(),
      object: 'customer',
      name: input.name,
      shared: input.shared,
      owner_id: context.actor.userId,
      query: JSON.stringify(input.query),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordEvent(context, {
    kind: 'view.created',
    subjectKind: 'view',
    subjectId: row.id,
    data: { name: row.name, shared: row.shared },
  });
  return view(context, row);
}

async function mine(context: Context, id: string): Promise<Row> {
  const row = await context.tx
    .selectFrom('saved_view')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .where('owner_id', '=', context.actor.userId)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw notFound('view');
  return row;
}

export async function updateView(
  context: Context,
  id: string,
  input: { name?: string; shared?: boolean; query?: SavedView['query'] },
): Promise<SavedView> {
  check(context, input);
  const before = await mine(context, id);
  requireVersion(context, before.version, () => view(context, before));
  const row = await context.tx
    .updateTable('saved_view')
    .set({
      ...(input.name ? { name: input.name } : {}),
      ...(input.shared === undefined ? {} : { shared: input.shared }),
      ...(input.query ? { query: JSON.stringify(input.query) } : {}),
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordEvent(context, {
    kind: 'view.updated',
    subjectKind: 'view',
    subjectId: id,
    data: { name: row.name, shared: row.shared },
  });
  return view(context, row);
}

export async function deleteView(context: Context, id: string): Promise<void> {
  const before = await mine(context, id);
  await context.tx.deleteFrom('saved_view').where('org_id', '=', context.orgId).where('id', '=', id).execute();
  await recordEvent(context, { kind: 'view.deleted', subjectKind: 'view', subjectId: id, data: { name: before.name } });
}
