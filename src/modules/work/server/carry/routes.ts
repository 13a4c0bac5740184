import { type Route, serve, servePublic, serveStream } from '#platform/http/route.ts';
import * as capture from '../../capture-contract.ts';
import * as carry from '../../carry-contract.ts';
import { completeCapture, createCapture, dropCapture, listCaptures, openCapturePhoto } from '../captures.ts';
import { discardEntry, type EntryDependencies, refusedEntries, retryEntry, sendEntry } from './entries.ts';
import { recallCards, returnCards } from './return.ts';
import { listReturned } from './returned.ts';
import { carryStatus } from './status.ts';
import { takeCards, takeMoreCards } from './take.ts';
import { listCarries, myCarries } from './views.ts';

export const carryRoutes = (deps: EntryDependencies): Route[] => [
  serve(carry.takeCards, (context, { params, body }) => takeCards(context, deps.vault, params.id, body)),
  serve(carry.takeMoreCards, (context, { params, body }) => takeMoreCards(context, params.id, body.customerIds)),
  serve(carry.myCarries, (context) => myCarries(context)),
  serve(carry.listCarries, (context, { query }) => listCarries(context, query)),
  serve(carry.listReturned, (context, { query }) => listReturned(context, query)),
  serve(carry.returnCards, (context, { params, body }) => returnCards(context, params.id, body.cardIds)),
  serve(carry.recallCards, (context, { params, body }) => recallCards(context, params.id, body.cardIds)),
  servePublic(carry.carryStatus, (context, { body }) => carryStatus(context, body)),
  serve(carry.sendEntry, (context, { params, body }) => sendEntry(context, deps, params.id, params.entryId, body)),
  serve(carry.refusedEntries, (context) => refusedEntries(context, deps)),
  serve(carry.retryEntry, (context, { params, body }) => retryEntry(context, deps, params.id, body.customerId)),
  serve(carry.discardEntry, (context, { params }) => discardEntry(context, deps, params.id)),
  serve(capture.createCapture, (context, { body }) => createCapture(context, deps.files, body)),
  serve(capture.listCaptures, (context, { query }) => listCaptures(context, query)),
  serveStream(capture.capturePhoto, async ({ inTransaction }, { params, reply }) => {
    const { file, stream } = await inTransaction((context) => openCapturePhoto(context, deps.files, params.id));
    reply.header('content-length', file.size);
    reply.header('content-security-policy', "sandbox; default-src 'none'");
    reply.type(file.mime);
    return reply.send(stream);
  }),
  serve(capture.completeCapture, (context, { params, body }) => completeCapture(context, params.id, body)),
  serve(capture.dropCapture, (context, { params }) => dropCapture(context, params.id)),
];
