import { type Route, serve } from '#platform/http/route.ts';
import * as activity from '../activity-contract.ts';
import * as task from '../task-contract.ts';
import { createActivity, getActivity, listActivities, removeActivity, updateActivity } from './activities.ts';
import { getCalendar, listExceptions, removeException, setException } from './calendar.ts';
import { cancelTask, completeTask, reopenTask, snoozeTask, updateTask } from './task-changes.ts';
import { getTask, listTasks } from './task-views.ts';
import { createTask } from './tasks.ts';
import { createTemplate, deleteTemplate, listTemplates, updateTemplate } from './templates.ts';

export const activityRoutes: Route[] = [
  serve(activity.listActivities, (context, { query }) => listActivities(context, query)),
  serve(activity.getActivity, (context, { params }) => getActivity(context, params.id)),
  serve(activity.createActivity, (context, { body }) => createActivity(context, body)),
  serve(activity.updateActivity, (context, { params, body }) => updateActivity(context, params.id, body)),
  serve(activity.removeActivity, async (context, { params, body }) => {
    await removeActivity(context, params.id, body.reason);
    return undefined;
  }),
  serve(activity.listActivityTemplates, (context) => listTemplates(context)),
  serve(activity.createActivityTemplate, (context, { body }) => createTemplate(context, body)),
  serve(activity.updateActivityTemplate, (context, { params, body }) => updateTemplate(context, params.id, body)),
  serve(activity.deleteActivityTemplate, async (context, { params }) => {
    await deleteTemplate(context, params.id);
    return undefined;
  }),
];

export const taskRoutes: Route[] = [
  serve(task.listTasks, (context, { query }) => listTasks(context, query)),
  serve(task.getTask, (context, { params }) => getTask(context, params.id)),
  serve(task.createTask, async (context, { body }) => getTask(context, await createTask(context, body))),
  serve(task.updateTask, (context, { params, body }) => updateTask(context, params.id, body)),
  serve(task.completeTask, (context, { params }) => completeTask(context, params.id)),
  serve(task.reopenTask, (context, { params }) => reopenTask(context, params.id)),
  serve(task.cancelTask, (context, { params, body }) => cancelTask(context, params.id, body.series)),
  serve(task.snoozeTask, (context, { params, body }) => snoozeTask(context, params.id, body.until)),
  serve(task.getCalendar, (context, { query }) => getCalendar(context, query)),
  serve(task.listCalendarExceptions, (context, { query }) => listExceptions(context, query.year)),
  serve(task.setCalendarException, (context, { params, body }) => setException(context, params.day, body)),
  serve(task.removeCalendarException, async (context, { params }) => {
    await removeException(context, params.day);
    return undefined;
  }),
];
