import { type RawBuilder, sql } from 'kysely';
import { waitForChains } from '#modules/customers/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { recordEvents } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { conflict, forbidden, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { GraphNode, RelationType, RelationView } from '../relation-contract.ts';
import { endsAfterStart } from '../rules.ts';
import { changeable, type EndRef, endOf, endSeen, visibleNodes } from './ends.ts';
import { relationType } from './relation-types.ts';

const select = (context: Context) => context.tx.selectFrom('relation').selectAll().where('org_id', '=', context.orgId);
export type RelationRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

export interface RelationInput {
  fromOn?: string | null;
  toOn?: string | null;
  strength?: number;
  source?: string | null;
  note?: string | null;
  thanksDueOn?: string | null;
}

/** Rows as the actor may see them: with an end out of sight a relation is not shown at all. */
export async function viewRelations(context: Context, rows: RelationRow[]): Promise<RelationView[]> {
  const ids = rows.flatMap((row) => [row.from_id, row.to_id, ...(row.thanked_by ? [row.thanked_by] : [])]);
  const nodes = await visibleNodes(context, ids);
  const may = await changeable(context, ids);
  return rows.flatMap((row) => {
    const first = nodes.get(row.from_id);
    const second = nodes.get(row.to_id);
    if (!first || !second) return [];
    return [
      {
        id: row.id,
        version: row.version,
        typeId: row.type_id,
        first: endOf(first),
        second: endOf(second),
        fromOn: row.from_on,
        toOn: row.to_on,
        strength: row.strength,
        source: row.source,
        note: row.note,
        thanks: thanksOf(row, nodes),
        can: { update: mayChange(context, row, may) },
      },
    ];
  });
}

export const thanksOf = (
  row: Pick<RelationRow, 'thanks_due_on' | 'thanked_at' | 'thanked_by' | 'thanks_note'>,
  nodes: Map<string, GraphNode>,
): RelationView['thanks'] =>
  row.thanks_due_on || row.thanked_at
    ? {
        dueOn: row.thanks_due_on,
        at: row.thanked_at ? iso(row.thanked_at) : null,
        by: row.thanked_by ? (nodes.get(row.thanked_by)?.name ?? null) : null,
        note: row.thanks_note,
      }
    : null;

/** Who may change one end may change the relation; whom one knows oneself one may always say. */
const mayChange = (context: Context, row: { from_id: string; to_id: string }, may: Set<string>): boolean =>
  may.has(row.from_id) || may.has(row.to_id) || row.from_id === context.actor.userId;

/** Relations of a customer or person the actor may see, newest first, and those that follow from the card. */
export async function relationsOf(context: Context, of: EndRef, query: { limit: number; cursor?: string }) {
  const nodes = await visibleNodes(context, [of.id]);
  if (nodes.get(of.id)?.kind !== of.kind) throw notFound(of.kind);
  const rows = await select(context)
    .where((eb) => eb.or([eb('from_id', '=', of.id), eb('to_id', '=', of.id)]))
    .where(endSeen(context, 'relation', 'from'))
    .where(endSeen(context, 'relation', 'to'))
    .$if(query.cursor !== undefined, (qb) => qb.where('id', '<', idCursor(query.cursor ?? '')))
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const { page, nextCursor } = pageOfRows(rows, query.limit);
  return {
    items: await viewRelations(context, page),
    nextCursor,
    derived: of.kind === 'customer' && !query.cursor ? await derivedRelations(context, of.id) : [],
  };
}

/** What the parent of a customer means follows from its kind. */
export const parentTypeKey = sql<string>`case parent.kind when 'household' then 'householdMember' when 'partner' then 'dealer' else 'parentCompany' end`;

async function derivedRelations(context: Context, customerId: string) {
  const found = await sql<{ typeKey: string; id: string; outward: boolean }>`
    (select ${parentTypeKey} as "typeKey", parent.id, false as outward
      from customer child join customer parent on parent.org_id = child.org_id and parent.id = child.parent_customer_id
      where child.org_id = ${context.orgId} and child.id = ${customerId})
    union all
    (select ${parentTypeKey}, child.id, true
      from customer child join customer parent on parent.org_id = child.org_id and parent.id = child.parent_customer_id
      where child.org_id = ${context.orgId} and child.parent_customer_id = ${customerId} and child.state = 'active'
        and ${visible(context.actor, 'customer:read', 'child')}
      order by child.id limit 100)`.execute(context.tx);
  const nodes = await visibleNodes(
    context,
    found.rows.map((row) => row.id),
  );
  return found.rows.flatMap((row) => {
    const other = nodes.get(row.id);
    return other ? [{ typeKey: row.typeKey, outward: row.outward, other: endOf(other) }] : [];
  });
}

export async function createRelation(
  context: Context,
  input: RelationInput & { typeId: string; first: EndRef; second: EndRef },
): Promise<RelationView> {
  const type = await relationType(context, input.typeId);
  if (type.acyclic) await waitForChains(context);
  const { first, second } = input;
  const nodes = await visibleNodes(context, [first.id, second.id]);
  const errors = (['first', 'second'] as const)
    .filter((side) => nodes.get(input[side].id)?.kind !== input[side].kind)
    .map((side) => ({ field: `${side}.id`, code: 'link.unknown' }));
  if (errors.length > 0) throw invalid(errors);
  if (type.hidden) throw invalid([{ field: 'typeId', code: 'relation.typeHidden' }]);
  if (!type.firstKinds.includes(first.kind) || !type.secondKinds.includes(second.kind as 'customer' | 'contact'))
    throw invalid([{ field: 'typeId', code: 'relation.kinds' }]);
  const row = { from_id: first.id, to_id: second.id };
  if (!mayChange(context, row, await changeable(context, [first.id, second.id]))) throw forbidden('customer:update');
  if (input.thanksDueOn && type.key !== 'referral')
    throw invalid([{ field: 'thanksDueOn', code: 'relation.thanksOnlyReferral' }]);
  await refuseOverlap(context, type, row, input, null);
  if (type.acyclic) await refuseCircle(context, type, row);
  const id = newId();
  const inserted = await sql`insert into relation (org_id, id, type_id, from_customer_id, from_contact_id, from_user_id,
      to_customer_id, to_contact_id, from_on, to_on, strength, source, note, thanks_due_on, created_by)
    values (${context.orgId}, ${id}, ${type.id}, ${idIf(first, 'customer')}, ${idIf(first, 'contact')}, ${idIf(first, 'user')},
      ${idIf(second, 'customer')}, ${idIf(second, 'contact')}, ${input.fromOn ?? null}, ${input.toOn ?? null},
      ${input.strength ?? 3}, ${input.source ?? null}, ${input.note ?? null}, ${input.thanksDueOn ?? null}, ${context.actor.userId})
    on conflict do nothing returning id`.execute(context.tx);
  // Two recorded it at once: the index decided, not the look-up above.
  if (inserted.rows.length === 0) throw conflict('relation.already', { field: 'second.id' });
  await tell(context, id, type, nodes, row, 'relation.recorded');
  return one(context, id);
}

const idIf = (end: EndRef, kind: EndRef['kind']) => (end.kind === kind ? end.id : null);

async function refuseOverlap(
  context: Context,
  type: RelationType,
  row: { from_id: string; to_id: string },
  period: RelationInput,
  exceptId: string | null,
): Promise<void> {
  const found = await sql<{ same: boolean }>`select from_id = ${row.from_id} as same from relation
    where org_id = ${context.orgId} and type_id = ${type.id}
    and ((from_id = ${row.from_id} and to_id = ${row.to_id}) or (from_id = ${row.to_id} and to_id = ${row.from_id}))
    and id is distinct from ${exceptId}::uuid
    and daterange(from_on, to_on, '[]') && daterange(${period.fromOn ?? null}::date, ${period.toOn ?? null}::date, '[]')
    order by same desc limit 1`.execute(context.tx);
  const [known] = found.rows;
  if (!known) return;
  const code = known.same || type.symmetric ? 'relation.already' : 'relation.alreadyReversed';
  throw conflict(code, { field: 'second.id' });
}

/** Whether a relation counts for a chain that may not close: who brought whom stays so; a parent or a dealer is one until it ends. */
export const lasting = (relation: string, typeKey: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql<boolean>`(${typeKey} = 'referral' or ${sql.ref(`${relation}.to_on`)} is null)`;

/** Whether a relation would close a chain of its type, of those relations that are `seen`. */
export async function closesChain(
  context: Context,
  type: RelationType,
  row: { from_id: string; to_id: string },
  seen: RawBuilder<boolean> = sql<boolean>`true`,
): Promise<boolean> {
  const found = await sql`with recursive down(id) as (
      select ${row.to_id}::uuid
      union
      select relation.to_id from down join relation on relation.org_id = ${context.orgId} and relation.type_id = ${type.id}
        and relation.from_id = down.id and ${lasting('relation', sql`${type.key}`)} and ${seen})
    select 1 from down where id = ${row.from_id} limit 1`.execute(context.tx);
  return found.rows.length > 0;
}

/** A chain that may not close: whoever is reached from the second, following the type, must not be the first. */
async function refuseCircle(
  context: Context,
  type: RelationType,
  row: { from_id: string; to_id: string },
): Promise<void> {
  if (!(await closesChain(context, type, row))) return;
  // Who looks for the chain and sees only parts of it is told so; whom it passes is not said.
  const whole = await closesChain(context, type, row, endSeen(context, 'relation', 'to'));
  throw invalid([{ field: 'second.id', code: whole ? 'relation.circle' : 'relation.circleElsewhere' }]);
}

async function one(context: Context, id: string): Promise<RelationView> {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  const [view] = row ? await viewRelations(context, [row]) : [];
  if (!view) throw notFound('relation');
  return view;
}

/** Loads a relation through both its ends, locked, and compares versions. */
export async function openRelation(context: Context, id: string): Promise<RelationRow> {
  const row = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  const [view] = row ? await viewRelations(context, [row]) : [];
  if (!row || !view) throw notFound('relation');
  if (!view.can.update) throw forbidden('customer:update');
  requireVersion(context, row.version, () => view);
  return row;
}

export async function updateRelation(context: Context, id: string, input: RelationInput): Promise<RelationView> {
  // One that ended and goes on again may close a chain.
  if (input.toOn === null) await waitForChains(context);
  const row = await openRelation(context, id);
  const type = await relationType(context, row.type_id);
  const next = {
    from_on: input.fromOn === undefined ? row.from_on : input.fromOn,
    to_on: input.toOn === undefined ? row.to_on : input.toOn,
  };
  if (!endsAfterStart({ fromOn: next.from_on, toOn: next.to_on }))
    throw invalid([{ field: 'toOn', code: 'period.endBeforeStart' }]);
  if (input.thanksDueOn && type.key !== 'referral')
    throw invalid([{ field: 'thanksDueOn', code: 'relation.thanksOnlyReferral' }]);
  await refuseOverlap(context, type, row, { fromOn: next.from_on, toOn: next.to_on }, id);
  if (type.acyclic && row.to_on && !next.to_on) await refuseCircle(context, type, row);
  const changes = {
    ...next,
    ...(input.strength === undefined ? {} : { strength: input.strength }),
    ...(input.source === undefined ? {} : { source: input.source }),
    ...(input.note === undefined ? {} : { note: input.note }),
    ...(input.thanksDueOn === undefined ? {} : { thanks_due_on: input.thanksDueOn }),
  };
  await changeRow(context, row, changes, 'relation.changed');
  return one(context, id);
}

/** Writes columns of a locked relation with the event at the customers concerned. */
export async function changeRow(
  context: Context,
  row: RelationRow,
  changes: Partial<RelationRow>,
  event: string,
): Promise<RelationView> {
  await context.tx
    .updateTable('relation')
    .set({ ...(changes as object), version: sql`version + 1`, updated_at: context.now() })
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.id)
    .execute();
  const type = await relationType(context, row.type_id);
  await tell(context, row.id, type, await visibleNodes(context, [row.from_id, row.to_id]), row, event);
  return one(context, row.id);
}

export async function removeRelation(context: Context, id: string): Promise<void> {
  const row = await openRelation(context, id);
  const type = await relationType(context, row.type_id);
  const nodes = await visibleNodes(context, [row.from_id, row.to_id]);
  await context.tx.deleteFrom('relation').where('org_id', '=', context.orgId).where('id', '=', id).execute();
  await tell(context, id, type, nodes, row, 'relation.removed');
}

/** One event at each customer concerned. It names the kind of relation, never the other end: not everybody may see that one. */
async function tell(
  context: Context,
  id: string,
  type: RelationType,
  nodes: Map<string, GraphNode>,
  row: { from_id: string; to_id: string },
  kind: string,
): Promise<void> {
  const first = nodes.get(row.from_id)?.customerId ?? null;
  const second = nodes.get(row.to_id)?.customerId ?? null;
  await recordEvents(
    context,
    [...new Set([first, second])]
      .filter((customerId) => customerId !== null)
      .map((customerId) => ({
        kind,
        subjectKind: 'relation',
        subjectId: id,
        customerId,
        data: { type: customerId === first ? type.name : type.inverse },
      })),
  );
}
