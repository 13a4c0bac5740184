import { registerNotificationType } from '#modules/notifications/index.ts';
import { serve } from '#platform/http/route.ts';
import type { ServerModule } from '#platform/module.ts';
import * as contract from './contract.ts';
import * as discussion from './discussion-contract.ts';
import { oversightPermissions } from './permissions.ts';
import { dailyJob, dailySchedule } from './server/daily.ts';
import { addRemark, getDiscussion, listDayRecords, listDiscussions, markDiscussed } from './server/discussions.ts';
import { drawJob } from './server/draw.ts';
import { inspectItem, listItems, listRounds } from './server/items.ts';
import { createPlan, drawNow, listPlans, updatePlan } from './server/plans.ts';
import { checkRemark, createRemark, customerRemarks, fixRemark, listRemarks } from './server/remarks.ts';
import { inspectionStatistics } from './server/statistics.ts';

registerNotificationType(
  ...['drawn', 'remarked', 'due', 'overdue', 'fixed', 'closed', 'reopened'].map((what) => ({
    type: `oversight.${what}`,
  })),
  { type: 'oversight.discussionRemark' },
  { type: 'oversight.discussionReply' },
);

/** Supervision: weekly inspection of cards, daily discussion of results. */
export const oversightModule: ServerModule = {
  name: 'oversight',
  permissions: oversightPermissions,
  jobs: [drawJob, dailyJob],
  schedules: [dailySchedule],
  routes: [
    serve(contract.listPlans, (context, { query }) => listPlans(context, query)),
    serve(contract.createPlan, (context, { body }) => createPlan(context, body)),
    serve(contract.updatePlan, (context, { params, body }) => updatePlan(context, params.id, body)),
    serve(contract.drawNow, (context, { params }) => drawNow(context, params.id)),
    serve(contract.listRounds, (context, { query }) => listRounds(context, query)),
    serve(contract.listItems, (context, { params, query }) => listItems(context, params.id, query)),
    serve(contract.inspectItem, (context, { params, body }) => inspectItem(context, params.id, body.answers)),
    serve(contract.listRemarks, (context, { query }) => listRemarks(context, query)),
    serve(contract.customerRemarks, (context, { params, query }) => customerRemarks(context, params.id, query)),
    serve(contract.createRemark, (context, { params, body }) => createRemark(context, params.id, body)),
    serve(contract.fixRemark, (context, { params, body }) => fixRemark(context, params.id, body.note)),
    serve(contract.checkRemark, (context, { params, body }) => checkRemark(context, params.id, body)),
    serve(contract.inspectionStatistics, (context, { query }) => inspectionStatistics(context, query)),
    serve(discussion.listDiscussions, (context, { query }) => listDiscussions(context, query)),
    serve(discussion.getDiscussion, (context, { params }) => getDiscussion(context, params.repId, params.day)),
    serve(discussion.listDayRecords, (context, { params, query }) =>
      listDayRecords(context, params.repId, params.day, query),
    ),
    serve(discussion.addDiscussionRemark, (context, { params, body }) =>
      addRemark(context, params.repId, params.day, body),
    ),
    serve(discussion.markDiscussed, (context, { params, body }) =>
      markDiscussed(context, params.repId, params.day, body.discussed),
    ),
  ],
};
