import type { BatchEvent, Undone } from '#modules/customers/index.ts';
import { canonical, fromRow } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import type { FieldValues } from '#shared/fields.ts';
import { applyContactChange, type ContactRow, contactFields, trashContacts } from './store.ts';

/** Takes back what a batch did to people: new ones go to the trash unless somebody changed them, changed ones get their former values. */
export async function undoContacts(context: Context, events: BatchEvent[]): Promise<Undone> {
  const rows = await context.tx
    .selectFrom('contact')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', 'in', [...new Set(events.map((event) => event.subject_id))])
    .where('state', '=', 'active')
    .orderBy('id')
    .forUpdate()
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const gone: ContactRow[] = [];
  let undone = 0;
  for (const event of events) {
    const row = byId.get(event.subject_id);
    if (!row) continue;
    if (event.kind === 'contact.created') {
      if (row.version === 1) gone.push(row);
    } else if (await undoChange(context, row, event)) {
      undone += 1;
      const now = await context.tx
        .selectFrom('contact')
        .selectAll()
        .where('org_id', '=', context.orgId)
        .where('id', '=', row.id)
        .executeTakeFirstOrThrow();
      byId.set(row.id, now);
    }
  }
  await trashContacts(context, gone, 'contact.undone');
  return { undone: undone + gone.length, kept: [] };
}

async function undoChange(context: Context, row: ContactRow, event: BatchEvent): Promise<boolean> {
  const present = fromRow((await contactFields(context)).values(), row);
  const back: FieldValues = {};
  for (const [key, change] of Object.entries(event.changes ?? {}))
    if (canonical(present[key]) === canonical(change.to)) back[key] = change.from ?? null;
  if (Object.keys(back).length === 0) return false;
  return applyContactChange(context, row, { values: back, event: 'contact.undone', reason: 'undo' });
}
