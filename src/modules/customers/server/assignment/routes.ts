import { sql } from 'kysely';
import { type Route, serve } from '#platform/http/route.ts';
import { defineJob } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import * as contract from '../../assignment-contract.ts';
import { assignByRules } from './assign.ts';
import * as rules from './rules.ts';

export const assignmentRoutes: Route[] = [
  serve(contract.listAssignmentRules, (context) => rules.listAssignmentRules(context)),
  serve(contract.createAssignmentRule, (context, { body }) => rules.createAssignmentRule(context, body)),
  serve(contract.updateAssignmentRule, (context, { params, body }) =>
    rules.updateAssignmentRule(context, params.id, body),
  ),
  serve(contract.removeAssignmentRule, async (context, { params }) => {
    await rules.removeAssignmentRule(context, params.id);
    return undefined;
  }),
  serve(contract.orderAssignmentRules, (context, { body }) => rules.orderAssignmentRules(context, body.ids)),
  serve(contract.previewAssignmentRule, (context, { body }) => rules.previewAssignmentRule(context, body)),
  serve(contract.runAssignmentRules, async (context) => ({
    jobId: await enqueue(context, { kind: 'customers.assignByRules', uniqueKey: 'assign' }),
  })),
  serve(contract.setTeamAssignment, (context, { params, body }) =>
    rules.setTeamAssignment(context, params.id, body.autoAssign),
  ),
];

const batch = 500;

/** Applies the rules to customers that have neither owner nor pool nor team, a batch per transaction. */
export const assignJob = defineJob({
  kind: 'customers.assignByRules',
  heavy: false,
  async run(job) {
    let after = '00000000-0000-0000-0000-000000000000';
    let given = 0;
    let seen = 0;
    for (;;) {
      const step = await job.inTransaction(async (context) => {
        const found = await sql<{
          id: string;
        }>`select id from customer where org_id = ${context.orgId} and id > ${after}::uuid
          and owner_id is null and pool is null and team_id is null and state = 'active'
          order by id limit ${batch}`.execute(context.tx);
        const ids = found.rows.map((row) => row.id);
        return { ids, given: await assignByRules(context, ids, job.id) };
      });
      given += step.given;
      seen += step.ids.length;
      await job.progress(seen, null);
      const last = step.ids.at(-1);
      if (last === undefined || step.ids.length < batch) return { given, seen };
      after = last;
    }
  },
});
