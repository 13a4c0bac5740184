import { registerObject } from '#modules/fields/index.ts';
import type { ServerModule } from '#platform/module.ts';
import { customerPermissions } from './permissions.ts';
import { customerSpec } from './server/builtin-fields.ts';
import { bulkJobs } from './server/bulk.ts';
import { customerRoutes } from './server/routes.ts';

export { linkLabels, loadCustomer, storedOf, viewCard } from './server/card.ts';
export { writeFacts, writeFactsFrom } from './server/facts.ts';
export { dropKeys, identityKeys, indexRecords, makeIndex, writeIndex } from './server/keys.ts';
export {
  applyChange,
  customerFields,
  insertCustomers,
  provenanceFor,
  type SourceNote,
} from './server/store.ts';
export { registerUndo } from './server/undo.ts';

registerObject(customerSpec);

export const customersModule: ServerModule = {
  name: 'customers',
  permissions: customerPermissions,
  routes: customerRoutes,
  jobs: bulkJobs,
};
export { undoBatch } from './server/undo.ts';
