import type { FastifyReply } from 'fastify';
import QRCode from 'qrcode';
import { loadCustomer } from '#modules/customers/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { disposition, fileName } from '#platform/http/disposition.ts';
import { type Route, serve, servePublic, serveStream } from '#platform/http/route.ts';
import { conflict } from '#shared/errors.ts';
import * as contract from '../contract.ts';
import * as first from '../first-contact-contract.ts';
import * as shared from '../public-contract.ts';
import * as sending from '../send-contract.ts';
import { firstContactGuide, waiveFirstContact } from './first-contact.ts';
import type { MailMeans } from './mail.ts';
import {
  createMaterial,
  listMaterials,
  reinstateMaterial,
  updateMaterial,
  viewMaterial,
  withdrawMaterial,
} from './materials.ts';
import { countOpening, isMachine, openShared, readShared, setRefused } from './public.ts';
import { recipientsOf } from './recipients.ts';
import { sendMaterials } from './send.ts';
import { listSends, loadSend, revokeSend, sharedPath } from './sends.ts';
import { addVersion, openVersion } from './versions.ts';

const purpose = 'material';

/** Bytes from outside are never run from our own address, and only what a browser shows safely is shown at all. */
function sendFile(reply: FastifyReply, file: { name: string; size: number; mime: string }, inline = false): void {
  reply.header('content-disposition', disposition(file.name, inline ? 'inline' : 'attachment'));
  reply.header('content-length', file.size);
  // A sandbox would keep browsers from showing a PDF; nothing may be loaded or run either way.
  reply.header('content-security-policy', `${inline ? '' : 'sandbox; '}default-src 'none'; frame-ancestors 'none'`);
  reply.type(inline ? file.mime : 'application/octet-stream');
}

export function materialRoutes(means: MailMeans & { files: FileStore }): Route[] {
  const { links, files, translate, publicUrl } = means;
  return [
    serve(contract.listMaterials, (context, { query }) => listMaterials(context, query)),
    serve(contract.getMaterial, (context, { params }) => viewMaterial(context, params.id)),
    serve(contract.createMaterial, (context, { body }) => createMaterial(context, body)),
    serve(contract.updateMaterial, (context, { params, body }) => updateMaterial(context, params.id, body)),
    serve(contract.withdrawMaterial, (context, { params, body }) => withdrawMaterial(context, params.id, body.reason)),
    serve(contract.reinstateMaterial, (context, { params }) => reinstateMaterial(context, params.id)),
    serveStream(contract.addMaterialVersion, ({ actor, inTransaction }, { params, request }) =>
      addVersion(files, actor.orgId, params.id, request, inTransaction),
    ),
    serveStream(contract.downloadMaterial, async ({ inTransaction }, { params, reply }) => {
      const { file, stream } = await inTransaction((context) =>
        openVersion(context, files, params.id, Number(params.edition)),
      );
      sendFile(reply, file);
      return reply.send(stream);
    }),
    serve(sending.listMaterialSends, (context, { query }) => listSends(context, links, query)),
    serve(sending.listMaterialRecipients, async (context, { params }) => ({
      items: await recipientsOf(context, await loadCustomer(context, params.id, 'material:send')),
    })),
    serve(sending.sendMaterials, async (context, { params, body }) => ({
      items: await sendMaterials(context, links, translate, params.id, body),
    })),
    serve(sending.revokeMaterialSend, (context, { params }) => revokeSend(context, links, params.id)),
    serveStream(sending.materialQrCode, async ({ actor, inTransaction }, { params, query, reply }) => {
      const send = await inTransaction((context) => loadSend(context, params.id));
      if (!send.link_id || send.revoked_at) throw conflict('material.noLink');
      const address = `${publicUrl}${sharedPath(links, actor.orgId, send.link_id)}`;
      reply.header('content-disposition', disposition(fileName(send.title, query.format)));
      if (query.format === 'png')
        return reply.type('image/png').send(await QRCode.toBuffer(address, { width: 720, margin: 2 }));
      return reply.type('image/svg+xml').send(await QRCode.toString(address, { type: 'svg', margin: 2 }));
    }),
    serve(first.getFirstContactGuide, (context, { params }) => firstContactGuide(context, translate, params.id)),
    serve(first.waiveFirstContactGuide, (context, { params }) => waiveFirstContact(context, translate, params.id)),
    servePublic(shared.readSharedMaterial, (request, { params, reply }) => {
      reply.header('x-robots-tag', 'noindex');
      return links.open(request, params.token, purpose, readShared);
    }),
    servePublic(shared.openSharedMaterial, (context, { params, request }) =>
      links.open(context, params.token, purpose, (inside, link) =>
        isMachine(request) ? Promise.resolve({ counted: false }) : countOpening(inside, link),
      ),
    ),
    servePublic(shared.downloadSharedMaterial, async (context, { params, query, request, reply }) => {
      const counts = request.method === 'GET' && !isMachine(request);
      const { file, stream, viewable } = await links.open(context, params.token, purpose, (inside, link) =>
        openShared(inside, files, link, counts),
      );
      reply.header('x-robots-tag', 'noindex');
      sendFile(reply, file, viewable && query.view === '1');
      return reply.send(stream) as never;
    }),
    servePublic(shared.refuseSharedMaterials, (request, { params }) =>
      links.open(request, params.token, purpose, (context, link) => setRefused(context, link, true), { spent: true }),
    ),
    servePublic(shared.acceptSharedMaterials, (request, { params }) =>
      links.open(request, params.token, purpose, (context, link) => setRefused(context, link, false), { spent: true }),
    ),
  ];
}
