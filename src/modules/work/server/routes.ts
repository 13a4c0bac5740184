import { attachFile } from '#platform/files/attach.ts';
import type { FileStore } from '#platform/files/store.ts';
import { disposition } from '#platform/http/disposition.ts';
import { type Route, serve, serveStream } from '#platform/http/route.ts';
import * as activity from '../activity-contract.ts';
import * as comment from '../comment-contract.ts';
import * as task from '../task-contract.ts';
import * as today from '../today-contract.ts';
import { createActivity, removeActivity, updateActivity } from './activities.ts';
import { getActivity, listActivities } from './activity-views.ts';
import { getCalendar, listExceptions, removeException, setException } from './calendar.ts';
import { commentFileList, openCommentFile } from './comment-files.ts';
import { addComment, editComment, listComments, loadOwn, mentionable, removeComment, viewOne } from './comments.ts';
import { follow, followState, unfollow } from './follow.ts';
import { cancelTask, completeTask, reopenTask, snoozeTask, updateTask } from './task-changes.ts';
import { getTask, listTasks } from './task-views.ts';
import { createTask } from './tasks.ts';
import { createTemplate, deleteTemplate, listTemplates, updateTemplate } from './templates.ts';
import { neglectedCustomers, teamToday } from './today.ts';

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

export const commentRoutes = (files: FileStore): Route[] => [
  serve(comment.listComments, (context, { params, query }) => listComments(context, params.id, query)),
  serve(comment.addComment, (context, { params, body }) => addComment(context, params.id, body)),
  serve(comment.editComment, (context, { params, body }) => editComment(context, params.id, body)),
  serve(comment.removeComment, async (context, { params }) => {
    await removeComment(context, params.id);
    return undefined;
  }),
  serveStream(comment.attachFile, ({ actor, inTransaction }, { params, request }) =>
    attachFile(
      { files, orgId: actor.orgId, request, inTransaction },
      commentFileList,
      (context) => loadOwn(context, params.id),
      (context) => viewOne(context, params.id),
    ),
  ),
  serveStream(comment.downloadCommentFile, async ({ inTransaction }, { params, reply }) => {
    const { file, stream } = await inTransaction((context) =>
      openCommentFile(context, files, params.id, params.fileId),
    );
    // Never shown from our own origin, whatever it is.
    reply.header('content-disposition', disposition(file.name));
    reply.header('content-length', file.size);
    reply.header('content-security-policy', "sandbox; default-src 'none'");
    reply.type(file.mime);
    return reply.send(stream);
  }),
  serve(comment.mentionable, (context, { params, query }) => mentionable(context, params.id, query.q)),
  serve(comment.getFollow, (context, { params }) => followState(context, params.id)),
  serve(comment.followCustomer, (context, { params }) => follow(context, params.id)),
  serve(comment.unfollowCustomer, (context, { params }) => unfollow(context, params.id)),
];

export const todayRoutes: Route[] = [
  serve(today.neglectedCustomers, (context, { query }) => neglectedCustomers(context, query.days)),
  serve(today.teamToday, (context) => teamToday(context)),
];
