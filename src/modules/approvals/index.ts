import { registerNotificationType } from '#modules/notifications/index.ts';
import { serve, serveStream } from '#platform/http/route.ts';
import type { ServerModule } from '#platform/module.ts';
import * as contract from './contract.ts';
import * as delegation from './delegation-contract.ts';
import * as flow from './flow-contract.ts';
import { approvalPermissions } from './permissions.ts';
import { decideEach } from './server/bulk.ts';
import { deadlineJob, deadlineSchedule } from './server/deadlines.ts';
import { addSigner, commentApproval, decideApproval, resubmitApproval, sendBack } from './server/decide.ts';
import { cancelDelegation, createDelegation, listDelegations } from './server/delegations.ts';
import * as flows from './server/flows.ts';
import { countApprovals, getApproval, listApprovals, takesPart, waitingFor } from './server/views.ts';

export type { SnapshotField } from './flow-shapes.ts';
export { absencesToday } from './server/absences.ts';
export { publishedFlow } from './server/flows.ts';
export {
  approvalOf,
  plainStep,
  requestApproval,
  resubmitSubject,
  withdrawSubject,
} from './server/request.ts';
export {
  type Outcome,
  registerApprovalSubject,
  type Snapshot,
} from './server/subjects.ts';

export { takesPart, waitingFor };

registerNotificationType(
  ...['waiting', 'escalated', 'delegated', 'overdue', 'reminder', 'returned'].map((what) => ({
    type: `approvals.${what}`,
    channels: ['app' as const, 'mail' as const],
  })),
  ...['approved', 'refused', 'withdrawn', 'comment', 'overdueOwn', 'away'].map((what) => ({
    type: `approvals.${what}`,
  })),
);

/** The one mechanism for everything that waits for somebody's yes. */
export const approvalsModule: ServerModule = {
  name: 'approvals',
  permissions: approvalPermissions,
  jobs: [deadlineJob],
  schedules: [deadlineSchedule],
  routes: [
    serve(contract.listApprovals, (context, { query }) => listApprovals(context, query)),
    serve(contract.countApprovals, (context) => countApprovals(context)),
    serve(contract.getApproval, (context, { params }) => getApproval(context, params.id)),
    serve(contract.decideApproval, (context, { params, body }) => decideApproval(context, params.id, body)),
    serveStream(contract.decideMany, (stream, { body }) => decideEach(stream, body)),
    serve(contract.sendBackApproval, (context, { params, body }) => sendBack(context, params.id, body)),
    serve(contract.resubmitApproval, (context, { params, body }) => resubmitApproval(context, params.id, body.comment)),
    serve(contract.addSigner, (context, { params, body }) => addSigner(context, params.id, body)),
    serve(contract.commentApproval, (context, { params, body }) => commentApproval(context, params.id, body.comment)),
    serve(delegation.listDelegations, (context, { query }) => listDelegations(context, query)),
    serve(delegation.createDelegation, (context, { body }) => createDelegation(context, body)),
    serve(delegation.cancelDelegation, (context, { params }) => cancelDelegation(context, params.id)),
    serve(flow.listSubjects, (context) => flows.listSubjects(context)),
    serve(flow.listFlows, (context, { query }) => flows.listFlows(context, query)),
    serve(flow.getFlow, (context, { params }) => flows.getFlow(context, params.id)),
    serve(flow.createFlow, (context, { body }) => flows.createFlow(context, body)),
    serve(flow.updateFlow, (context, { params, body }) => flows.updateFlow(context, params.id, body)),
    serve(flow.removeFlow, (context, { params }) => flows.removeFlow(context, params.id)),
    serve(flow.publishFlow, (context, { params }) => flows.publishFlow(context, params.id)),
    serve(flow.retireFlow, (context, { params }) => flows.retireFlow(context, params.id)),
  ],
};
