import type { FileStore } from '#platform/files/store.ts';
import { serve } from '#platform/http/route.ts';
import type { Links } from '#platform/links/index.ts';
import type { ServerModule } from '#platform/module.ts';
import * as contract from './activity-contract.ts';
import { workPermissions } from './permissions.ts';
import { createActivity, getActivity, listActivities, removeActivity, updateActivity } from './server/activities.ts';
import { createTemplate, deleteTemplate, listTemplates, updateTemplate } from './server/templates.ts';

export { type NewActivity, recordActivity } from './server/activities.ts';
export { refreshWorkFacts } from './server/facts.ts';
export { insertTask, type NewTask } from './server/tasks.ts';

export interface WorkDependencies {
  files: FileStore;
  links: Links;
}

/** The working day: activities, tasks, calendar, comments, Today. */
export function workModule(_dependencies: WorkDependencies): ServerModule {
  return {
    name: 'work',
    permissions: workPermissions,
    routes: [
      serve(contract.listActivities, (context, { query }) => listActivities(context, query)),
      serve(contract.getActivity, (context, { params }) => getActivity(context, params.id)),
      serve(contract.createActivity, (context, { body }) => createActivity(context, body)),
      serve(contract.updateActivity, (context, { params, body }) => updateActivity(context, params.id, body)),
      serve(contract.removeActivity, async (context, { params, body }) => {
        await removeActivity(context, params.id, body.reason);
        return undefined;
      }),
      serve(contract.listActivityTemplates, (context) => listTemplates(context)),
      serve(contract.createActivityTemplate, (context, { body }) => createTemplate(context, body)),
      serve(contract.updateActivityTemplate, (context, { params, body }) => updateTemplate(context, params.id, body)),
      serve(contract.deleteActivityTemplate, async (context, { params }) => {
        await deleteTemplate(context, params.id);
        return undefined;
      }),
    ],
  };
}
