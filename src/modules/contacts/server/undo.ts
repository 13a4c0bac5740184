import type { BatchEvent, Undone } from '#modules/customers/index.ts';
import { canonical, fromRow } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import type { FieldDefinition, FieldValues } from '#shared/fields.ts';
import { applyContactChanges, type ContactRow, contactFields, trashContacts } from './store.ts';

/** Takes back what a batch did to people: new ones go to the trash unless somebody changed them, changed ones get their former values. */
export async function undoContacts(context: Context, events: BatchEvent[]): Promise<Undone> {
  const rows = await lockPeople(context, [...new Set(events.map((event) => event.subject_id))]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const created = new Set(events.flatMap((event) => (event.kind === 'contact.created' ? [event.subject_id] : [])));
  const fields = await contactFields(context);
  let undone = 0;
  let rest = events.filter((event) => event.kind !== 'contact.created' && byId.has(event.subject_id));
  // One change of each person at a time: a further one starts from what that one left.
  while (rest.length > 0) {
    const round = new Map<string, BatchEvent>();
    for (const event of rest) if (!round.has(event.subject_id)) round.set(event.subject_id, event);
    const items = [...round.values()].flatMap((event) => {
      const row = byId.get(event.subject_id);
      return row ? [{ row, change: { values: formerValues(fields, row, event), ...back } }] : [];
    });
    const changed = await applyContactChanges(context, items);
    undone += changed.size;
    rest = rest.filter((event) => round.get(event.subject_id) !== event);
    if (rest.length > 0) for (const row of await lockPeople(context, [...changed])) byId.set(row.id, row);
  }
  const gone = rows.filter((row) => created.has(row.id) && row.version === 1);
  await trashContacts(context, gone, 'contact.undone');
  return { undone: undone + gone.length, kept: [] };
}

const back = { event: 'contact.undone', reason: 'undo' };

/** What the event replaced, where nobody changed it since. */
function formerValues(fields: Map<string, FieldDefinition>, row: ContactRow, event: BatchEvent): FieldValues {
  const present = fromRow(fields.values(), row);
  return Object.fromEntries(
    Object.entries(event.changes ?? {})
      .filter(([key, change]) => canonical(present[key]) === canonical(change.to))
      .map(([key, change]) => [key, change.from ?? null]),
  );
}

async function lockPeople(context: Context, ids: string[]): Promise<ContactRow[]> {
  if (ids.length === 0) return [];
  return context.tx
    .selectFrom('contact')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .where('state', '=', 'active')
    .orderBy('id')
    .forUpdate()
    .execute();
}
