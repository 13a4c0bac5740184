import { buffer } from 'node:stream/consumers';
import { loadContact } from '#modules/contacts/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { type Route, serve, serveStream } from '#platform/http/route.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { turnPicture } from '#platform/pictures/index.ts';
import * as contract from '../../scan-contract.ts';
import {
  cardsOfContact,
  discardCard,
  listCards,
  loadOwnCard,
  openPicture,
  scanCapture,
  uploadCard,
  viewCardScan,
} from './cards.ts';
import { confirmCard } from './confirm.ts';
import { matchesOf } from './matches.ts';

/** Endpoints of scanning business cards. */
export const scanRoutes = (files: FileStore, translate: Translator): Route[] => [
  serveStream(contract.uploadBusinessCard, (stream, { request }) => uploadCard(files, translate, stream, request)),
  serve(contract.scanCapture, (context, { body }) => scanCapture(context, files, translate, body.captureId)),
  serve(contract.listBusinessCards, (context, { query }) => listCards(context, translate, query)),
  serve(contract.getBusinessCard, async (context, { params }) =>
    viewCardScan(context, await loadOwnCard(context, params.id), translate),
  ),
  serveStream(contract.businessCardPicture, async ({ inTransaction }, { params, reply }) => {
    const { stream, rotation } = await inTransaction((context) => openPicture(context, files, params.id));
    const picture = await turnPicture(await buffer(stream), rotation);
    reply.header('cache-control', 'private, max-age=300');
    reply.header('content-security-policy', "sandbox; default-src 'none'");
    reply.type('image/jpeg');
    return reply.send(picture);
  }),
  serve(contract.matchBusinessCard, async (context, { params, body }) => {
    const { id } = await loadOwnCard(context, params.id);
    return matchesOf(context, id, body);
  }),
  serve(contract.confirmBusinessCard, (context, { params, body }) => confirmCard(context, translate, params.id, body)),
  serve(contract.discardBusinessCard, (context, { params }) => discardCard(context, translate, params.id)),
  serve(contract.contactBusinessCards, async (context, { params, query }) => {
    const { id } = await loadContact(context, params.id, 'customer:read');
    return cardsOfContact(context, id, query);
  }),
];
