import { attachFile } from '#platform/files/attach.ts';
import type { FileStore } from '#platform/files/store.ts';
import { disposition } from '#platform/http/disposition.ts';
import { type Route, serve, serveStream } from '#platform/http/route.ts';
import * as visit from '../../visit-contract.ts';
import { listVisits } from './list.ts';
import { forPhoto, openPhoto, visitPhotos } from './photos.ts';
import { changeVisit, planVisit } from './plan.ts';
import {
  createPurpose,
  listPurposes,
  retirePurpose,
  saveWorkSettings,
  updatePurpose,
  workSettings,
} from './settings.ts';
import { cancelVisit, checkInVisit, checkOutVisit, departVisit, finishVisit } from './steps.ts';
import { viewVisit } from './visits.ts';

export const visitRoutes = (files: FileStore): Route[] => [
  serve(visit.listVisits, (context, { query }) => listVisits(context, query)),
  serve(visit.getVisit, (context, { params }) => viewVisit(context, params.id)),
  serve(visit.planVisit, (context, { body }) => planVisit(context, body)),
  serve(visit.changeVisit, (context, { params, body }) => changeVisit(context, params.id, body)),
  serve(visit.departVisit, (context, { params }) => departVisit(context, params.id)),
  serve(visit.checkInVisit, (context, { params, body }) => checkInVisit(context, params.id, body)),
  serve(visit.checkOutVisit, (context, { params }) => checkOutVisit(context, params.id)),
  serve(visit.finishVisit, (context, { params, body }) => finishVisit(context, params.id, body)),
  serve(visit.cancelVisit, (context, { params, body }) => cancelVisit(context, params.id, body.reason)),
  serveStream(visit.addVisitPhoto, ({ actor, inTransaction }, { params, request }) =>
    attachFile(
      { files, orgId: actor.orgId, request, inTransaction },
      visitPhotos,
      (context) => forPhoto(context, params.id),
      (context) => viewVisit(context, params.id),
    ),
  ),
  serveStream(visit.downloadVisitPhoto, async ({ inTransaction }, { params, reply }) => {
    const { file, stream } = await inTransaction((context) => openPhoto(context, files, params.id, params.photoId));
    reply.header('content-disposition', disposition(file.name, 'inline'));
    reply.header('content-length', file.size);
    reply.header('content-security-policy', "sandbox; default-src 'none'");
    reply.type(file.mime);
    return reply.send(stream);
  }),
  serve(visit.listVisitPurposes, (context) => listPurposes(context)),
  serve(visit.createVisitPurpose, (context, { body }) => createPurpose(context, body)),
  serve(visit.updateVisitPurpose, (context, { params, body }) => updatePurpose(context, params.id, body)),
  serve(visit.retireVisitPurpose, async (context, { params }) => {
    await retirePurpose(context, params.id);
    return undefined;
  }),
  serve(visit.getWorkSettings, (context) => workSettings(context)),
  serve(visit.saveWorkSettings, (context, { body }) => saveWorkSettings(context, body)),
];
