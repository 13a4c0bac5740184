import { registerUndo } from '#modules/customers/index.ts';
import { canonical, fromRow, registerObject } from '#modules/fields/index.ts';
import type { ServerModule } from '#platform/module.ts';
import type { FieldValues } from '#shared/fields.ts';
import { contactPermissions } from './permissions.ts';
import { contactSpec } from './server/builtin-fields.ts';
import { relationRoutes } from './server/relation-routes.ts';
import { contactRoutes } from './server/routes.ts';
import { applyContactChange, contactFields, trashContact } from './server/store.ts';

export { checkedValues as checkedContact, loadContact, viewContact, viewContactsOf } from './server/card.ts';
export type { MovedRelations } from './server/move-relations.ts';
export { moveRelations, undoMoveRelations } from './server/move-relations.ts';
export { /** @public */ contactsOf } from './server/organisation.ts';
export { seedRelationTypes } from './server/relation-types.ts';
export {
  applyContactChange,
  type ContactRow,
  contactFields,
  insertContacts,
  mergeContact,
  restoreContact,
  trashContact,
} from './server/store.ts';

registerObject(contactSpec);

registerUndo('contact', async (context, event) => {
  const row = await context.tx
    .selectFrom('contact')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', event.subject_id)
    .where('state', '=', 'active')
    .forUpdate()
    .executeTakeFirst();
  if (!row) return 'none';
  if (event.kind === 'contact.created') {
    if (row.version > 1) return 'kept';
    await trashContact(context, row, 'contact.undone');
    return 'undone';
  }
  const present = fromRow((await contactFields(context)).values(), row);
  const back: FieldValues = {};
  for (const [key, change] of Object.entries(event.changes ?? {})) {
    if (canonical(present[key]) === canonical(change.to)) back[key] = change.from ?? null;
  }
  if (Object.keys(back).length === 0) return 'kept';
  await applyContactChange(context, row, { values: back, event: 'contact.undone', reason: 'undo' });
  return 'undone';
});

export const contactsModule: ServerModule = {
  name: 'contacts',
  permissions: contactPermissions,
  routes: [...contactRoutes, ...relationRoutes],
};
