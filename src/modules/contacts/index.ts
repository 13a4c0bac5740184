import { registerUndo } from '#modules/customers/index.ts';
import { registerObject } from '#modules/fields/index.ts';
import type { ServerModule } from '#platform/module.ts';
import { registerExportSource } from '#platform/sheets/source.ts';
import { contactPermissions } from './permissions.ts';
import { contactSpec } from './server/builtin-fields.ts';
import './server/brief.ts';
import './server/linked.ts';
import { contactSource } from './server/export.ts';
import { relationRoutes } from './server/relation-routes.ts';
import { contactRoutes } from './server/routes.ts';
import { undoContacts } from './server/undo.ts';

export {
  checkedValues as checkedContact,
  loadContact,
  updateContact,
  viewContact,
  viewContactsOf,
} from './server/card.ts';
export { postFields } from './server/employment.ts';
export { relatedCustomers } from './server/graph.ts';
export type { MovedRelations } from './server/move-relations.ts';
export {
  countMovingRelations,
  dropClosing,
  moveRelations,
  returnDropped,
  undoMoveRelations,
} from './server/move-relations.ts';
export { writeNamedPeople } from './server/named-people.ts';
export { setNoMail } from './server/no-mail.ts';
export { /** @public */ contactsOf } from './server/organisation.ts';
export { customerNames } from './server/people.ts';
export { seedRelationTypes } from './server/relation-types.ts';
export { samePeople } from './server/same-people.ts';
export {
  applyContactChange,
  type ContactRow,
  contactFields,
  insertContacts,
  restoreContact,
  setContactProvenance,
  trashContact,
} from './server/store.ts';

registerObject(contactSpec);

registerUndo('contact', undoContacts);
registerExportSource(contactSource);

export const contactsModule: ServerModule = {
  name: 'contacts',
  permissions: contactPermissions,
  routes: [...contactRoutes, ...relationRoutes],
};
