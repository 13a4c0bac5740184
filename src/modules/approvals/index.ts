import { serve } from '#platform/http/route.ts';
import type { ServerModule } from '#platform/module.ts';
import * as contract from './contract.ts';
import { decideApproval, listApprovals } from './server/approvals.ts';

export { registerApprovalSubject, requestApproval } from './server/approvals.ts';

export const approvalsModule: ServerModule = {
  name: 'approvals',
  permissions: [],
  routes: [
    serve(contract.listApprovals, (context, { query }) => listApprovals(context, query)),
    serve(contract.decideApproval, (context, { params, body }) =>
      decideApproval(context, params.id, body.decision, body.comment),
    ),
  ],
};
