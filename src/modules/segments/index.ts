import { companyToday } from '#platform/company.ts';
import './server/fields.ts';
import { loadCustomer } from '#modules/customers/index.ts';
import { type Route, serve } from '#platform/http/route.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import type { ServerModule } from '#platform/module.ts';
import * as classes from './classes-contract.ts';
import * as contract from './contract.ts';
import * as labels from './labels-contract.ts';
import { segmentsPermissions } from './permissions.ts';
import * as schemes from './schemes-contract.ts';
import * as categories from './server/categories.ts';
import { compareSegments, segmentChanges, segmentHistory } from './server/compare.ts';
import { countCondition } from './server/count.ts';
import { customerClasses, endOverride, setOverride } from './server/customer-classes.ts';
import { segmentJobs, startMemberChange } from './server/members.ts';
import * as reports from './server/reports.ts';
import { dryRun, dryRunCustomers } from './server/rules.ts';
import { classJobs } from './server/run.ts';
import { putScheme, viewScheme } from './server/schemes.ts';
import * as segments from './server/segments.ts';
import * as tags from './server/tags.ts';

const segmentRoutes: Route[] = [
  serve(contract.listSegments, (context, { query }) => segments.listSegments(context, query)),
  serve(contract.countCondition, (context, { body }) => countCondition(context, body.condition)),
  serve(contract.getSegment, (context, { params }) => segments.getSegment(context, params.id)),
  serve(contract.createSegment, (context, { body }) => segments.createSegment(context, body)),
  serve(contract.updateSegment, (context, { params, body }) => segments.updateSegment(context, params.id, body)),
  serve(contract.deleteSegment, async (context, { params }) => {
    await segments.deleteSegment(context, params.id);
    return undefined;
  }),
  serve(contract.changeMembers, (context, { params, body }) =>
    startMemberChange(context, { segmentId: params.id, action: body.action, query: body.query }),
  ),
  serve(contract.refreshSegment, async (context, { params }) => {
    await segments.loadSegment(context, params.id);
    return { jobId: await segments.queueRefresh(context, params.id) };
  }),
  serve(contract.segmentHistory, (context, { params, query }) => segmentHistory(context, params.id, query)),
  serve(contract.segmentChanges, (context, { params, query }) => segmentChanges(context, params.id, query)),
  serve(contract.compareSegments, (context, { query }) => compareSegments(context, query.a, query.b)),
];

const classRoutes: Route[] = [
  serve(schemes.getScheme, (context, { params }) => viewScheme(context, params.dimension)),
  serve(schemes.putScheme, (context, { params, body }) => putScheme(context, params.dimension, body.config)),
  serve(schemes.dryRun, async (context, { params, body }) =>
    dryRun(context, params.dimension, body.config, await companyToday(context)),
  ),
  serve(schemes.dryRunCustomers, async (context, { params, body }) =>
    dryRunCustomers(context, params.dimension, body, await companyToday(context)),
  ),
  serve(classes.customerClasses, (context, { params }) => customerClasses(context, params.id)),
  serve(classes.setOverride, (context, { params, body }) => setOverride(context, params.id, params.dimension, body)),
  serve(classes.endOverride, (context, { params }) => endOverride(context, params.id, params.dimension)),
  serve(classes.classHistory, async (context, { params, query }) => {
    await loadCustomer(context, params.id, 'customer:read');
    return reports.classHistory(context, params.id, query);
  }),
  serve(classes.startRun, async (context) => ({
    jobId: await enqueue(context, {
      kind: 'segments.recalculate',
      payload: { scheduled: false },
      uniqueKey: 'segments.recalculate',
    }),
  })),
  serve(classes.listRuns, (context, { query }) => reports.listRuns(context, query)),
  serve(classes.getRun, (context, { params }) => reports.getRun(context, params.id)),
  serve(classes.runChanges, (context, { params, query }) => reports.runChanges(context, params.id, query)),
  serve(classes.distribution, (context) => reports.distribution(context)),
  serve(classes.movement, (context, { params, query }) => reports.movement(context, params.dimension, query)),
  serve(classes.abcCurve, (context, { query }) => reports.abcCurve(context, query.basis)),
  serve(classes.rfmMap, (context) => reports.rfmMap(context)),
];

const labelRoutes: Route[] = [
  serve(labels.listTags, (context) => tags.listTags(context)),
  serve(labels.createTag, (context, { body }) => tags.createTag(context, body)),
  serve(labels.updateTag, (context, { params, body }) => tags.updateTag(context, params.key, body)),
  serve(labels.mergeTag, (context, { params, body }) => tags.startMerge(context, params.key, body.into)),
  serve(labels.undoMerge, (context, { params }) => tags.startUndo(context, params.key, params.id)),
  serve(labels.listCategories, (context) => categories.listCategories(context)),
  serve(labels.createCategory, (context, { body }) => categories.createCategory(context, body)),
  serve(labels.updateCategory, (context, { params, body }) => categories.updateCategory(context, params.id, body)),
  serve(labels.deleteCategory, async (context, { params }) => {
    await categories.deleteCategory(context, params.id);
    return undefined;
  }),
  serve(labels.setCategories, (context, { params, body }) => categories.setCategories(context, params.id, body.ids)),
];

/** Segments and classes: divisions, grades, importance, ladder, ABC, RFM, tags, categories. */
export const segmentsModule: ServerModule = {
  name: 'segments',
  permissions: segmentsPermissions,
  routes: [...segmentRoutes, ...classRoutes, ...labelRoutes],
  jobs: [...classJobs, ...segmentJobs, ...tags.tagJobs],
  // After the night's purchase facts; snapshots of segments follow at the end of it.
  schedules: [{ key: 'segments.recalculate', cron: '30 1 * * *', kind: 'segments.recalculate' }],
};
