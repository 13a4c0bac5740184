import { registerObject } from '#modules/fields/index.ts';
import { registerNotificationType } from '#modules/notifications/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import type { ServerModule } from '#platform/module.ts';
import { customerPermissions } from './permissions.ts';
import { assignJob, assignmentRoutes } from './server/assignment/routes.ts';
import { customerSpec } from './server/builtin-fields.ts';
import { bulkJobs } from './server/bulk.ts';
import './server/links.ts';
import './server/ownership/fields.ts';
import { collaboratorRoutes } from './server/ownership/collaborators.ts';
import { conflictRoutes } from './server/ownership/conflict-routes.ts';
import { handoverJobs, handoverRoutes, handoverSchedule } from './server/ownership/handover-jobs.ts';
import { ownershipRoutes } from './server/ownership/routes.ts';
import { sweepJob, sweepSchedule } from './server/ownership/sweep.ts';
import { followTeamJob, followTeamSchedule } from './server/ownership/team.ts';
import { reindexJob } from './server/reindex.ts';
import { customerRoutes } from './server/routes.ts';

export { admitCustomer } from './server/admission.ts';
export { registerBriefPart } from './server/brief.ts';
export { registerBulkStep } from './server/bulk-steps.ts';
export {
  loadCustomer,
  reloadCustomer,
  storedOf,
  systemKeys,
  viewCard,
} from './server/card.ts';
export { checkedCustomer, updateCustomer } from './server/change.ts';
export { applyChanges } from './server/change-many.ts';
export { hangsUnder, refusedBy, waitForChains } from './server/change-rules.ts';
export { type CardState, registerFactSource } from './server/computed-facts.ts';
export {
  type Collected,
  intakeOf,
  originHandler,
  registerIntake,
  registerOrigin,
  usualKind,
} from './server/creation.ts';
export {
  type DuplicateFinder,
  fieldOfKey,
  findDuplicates,
  registerDuplicateFinder,
  type ScoredCustomer,
} from './server/duplicates.ts';
export { writeFacts, writeFactsFrom } from './server/facts.ts';
export {
  dropKeys,
  type FurtherIndex,
  type IndexedRecord,
  identityKeys,
  indexRecords,
  makeIndex,
  registerIndex,
  writeIndex,
} from './server/keys.ts';
export {
  mergeParties,
  registerMerge,
  reindexCustomer,
  setMerged,
  setProvenance,
  setUnmerged,
} from './server/merged.ts';
export { /** @public */ registerHandover } from './server/ownership/handover-parts.ts';
export { registerOwnerChange } from './server/ownership/owner-change.ts';
export {
  applyChange,
  type CustomerRow,
  customerFields,
  insertCustomers,
  provenanceFor,
  type SourceNote,
} from './server/store.ts';
export { registerTrash } from './server/trash.ts';
export { type BatchEvent, registerUndo, type Undone } from './server/undo.ts';

registerObject(customerSpec);
registerNotificationType(
  ...['assigned', 'autoAssigned', 'autoAssignedMany', 'shared', 'handedBack'].map((what) => ({
    type: `customers.${what}`,
  })),
  ...['returnSoon', 'returned', 'handedOver'].map((what) => ({
    type: `customers.${what}`,
    channels: ['app' as const, 'mail' as const],
  })),
  { type: 'conflict.opened', channels: ['app', 'mail'] },
  ...['ruled', 'dismissed', 'withdrawn'].map((what) => ({ type: `conflict.${what}` })),
);

/** The customer's card and everything about whose it is. */
export const customersModule = ({ files }: { files: FileStore }): ServerModule => ({
  name: 'customers',
  permissions: customerPermissions,
  routes: [
    ...customerRoutes,
    ...ownershipRoutes,
    ...collaboratorRoutes,
    ...handoverRoutes,
    ...assignmentRoutes,
    ...conflictRoutes(files),
  ],
  jobs: [...bulkJobs, reindexJob, sweepJob, ...handoverJobs, assignJob, followTeamJob],
  schedules: [sweepSchedule, handoverSchedule, followTeamSchedule],
});
export { undoBatch } from './server/undo.ts';
