import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { openOwnCapture } from '#modules/work/index.ts';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import type { StreamContext } from '#platform/http/route.ts';
import { requireVersion } from '#platform/http/version.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { preparePicture } from '#platform/pictures/index.ts';
import { receivePhoto } from '#platform/pictures/receive.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { conflict, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { keptDays } from '#shared/kept-days.ts';
import { type BusinessCardView, cardPhotoLimit } from '../../scan-contract.ts';
import type { BusinessCard } from './card.ts';
import { proposalOf } from './proposal.ts';

/** Longest side of the kept photo: sharp enough to read the small print, small enough for a phone line. */
const keptSide = 2000;

const select = (context: Context) =>
  context.tx.selectFrom('business_card').selectAll().where('org_id', '=', context.orgId);
export type CardRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

export function viewCardScan(context: Context, row: CardRow, translate: Translator): BusinessCardView {
  return {
    id: row.id,
    version: row.version,
    fileName: row.file_name,
    state: row.state as BusinessCardView['state'],
    jobId: row.job_id,
    problem: row.error_code
      ? { code: row.error_code, message: translate(context.lang, `errors.${row.error_code}`, {}) }
      : null,
    proposal: row.fields ? proposalOf(row.fields as BusinessCard) : null,
    customerId: row.customer_id,
    contactId: row.contact_id,
    intakeId: row.intake_id,
    createdAt: iso(row.created_at),
  };
}

/** A card the caller uploaded. */
export async function loadOwnCard(context: Context, id: string, lock = false): Promise<CardRow> {
  let query = select(context).where('id', '=', id).where('created_by', '=', context.actor.userId);
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('businessCard');
  return row;
}

/** Keeps an uploaded photo and queues its reading. */
export async function uploadCard(
  files: FileStore,
  translate: Translator,
  { actor, inTransaction }: StreamContext,
  request: FastifyRequest,
): Promise<BusinessCardView> {
  const photo = await receivePhoto(request, cardPhotoLimit, 'card.jpg');
  const picture = await preparePicture(photo.bytes, keptSide);
  const received = await files.receive(actor.orgId, Readable.from([picture.bytes]));
  return inTransaction(async (context) =>
    viewCardScan(context, await queueCard(context, files, received, photo.name, null), translate),
  );
}

type Received = Parameters<FileStore['register']>[1];

async function queueCard(
  context: Context,
  files: FileStore,
  received: Received,
  name: string,
  captureId: string | null,
): Promise<CardRow> {
  const file = await files.register(context, received, {
    name,
    mime: 'image/jpeg',
    purpose: 'businessCard',
    expiresAt: new Date(context.now().getTime() + keptDays.cardPicture * 86_400_000),
  });
  const id = newId();
  const jobId = await enqueue(context, { kind: 'collection.readCard', payload: { cardId: id }, uniqueKey: id });
  const row = await context.tx
    .insertInto('business_card')
    .values({
      org_id: context.orgId,
      id,
      file_id: file.id,
      file_name: name,
      job_id: jobId,
      capture_id: captureId,
      created_by: context.actor.userId,
      created_at: context.now(),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordEvent(context, {
    kind: 'businessCard.uploaded',
    subjectKind: 'businessCard',
    subjectId: id,
    data: { fileName: name },
  });
  return row;
}

/** The card of a capture's photo: the one being read already, or a new one. */
export async function scanCapture(context: Context, files: FileStore, translate: Translator, captureId: string) {
  // Locks the capture: pressed twice at once it is one card.
  const capture = await openOwnCapture(context, files, captureId);
  const known = await select(context)
    .where('capture_id', '=', captureId)
    .where('state', '<>', 'discarded')
    .executeTakeFirst();
  if (known) return viewCardScan(context, known, translate);
  const picture = await preparePicture(await buffer(capture.stream), keptSide);
  const received = await files.receive(context.orgId, Readable.from([picture.bytes]));
  const name = capture.name || capture.file.name;
  return viewCardScan(context, await queueCard(context, files, received, name, captureId), translate);
}

const openStates = ['queued', 'running', 'read', 'failed'];

export async function listCards(
  context: Context,
  translate: Translator,
  query: { limit: number; cursor?: string; state: 'open' | 'confirmed' },
) {
  let rows = select(context)
    .where('created_by', '=', context.actor.userId)
    .where('state', 'in', query.state === 'open' ? openStates : ['confirmed'])
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: page.map((row) => viewCardScan(context, row, translate)), nextCursor };
}

/** The photo for its uploader, and of a confirmed card for who may see the customer. */
export async function openPicture(context: Context, files: FileStore, id: string) {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('businessCard');
  if (row.customer_id) await loadCustomer(context, row.customer_id, 'customer:read');
  else if (row.created_by !== context.actor.userId) throw notFound('businessCard');
  await logAccess(context, {
    action: 'view',
    subjectKind: 'businessCard',
    subjectId: id,
    customerId: row.customer_id,
  });
  return { ...(await files.open(context, row.file_id)), rotation: row.rotation };
}

/** Photos kept with a person whose customer the caller may see. */
export async function cardsOfContact(context: Context, contactId: string, query: { limit: number; cursor?: string }) {
  let rows = select(context)
    .where('contact_id', '=', contactId)
    .where('state', '=', 'confirmed')
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return {
    items: page.map((row) => ({ id: row.id, fileName: row.file_name, createdAt: iso(row.created_at) })),
    nextCursor,
  };
}

/** Throws a card away; its photo is destroyed with the next purge. */
export async function discardCard(context: Context, translate: Translator, id: string): Promise<BusinessCardView> {
  const row = await loadOwnCard(context, id, true);
  requireVersion(context, row.version, () => viewCardScan(context, row, translate));
  if (!openStates.includes(row.state)) throw conflict('businessCard.settled');
  const changed = await write(context, id, {
    state: 'discarded',
    fields: null,
    error_code: null,
    finished_at: context.now(),
  });
  await context.tx
    .updateTable('file')
    .set({ expires_at: context.now() })
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.file_id)
    .execute();
  await recordEvent(context, { kind: 'businessCard.discarded', subjectKind: 'businessCard', subjectId: id });
  return viewCardScan(context, changed, translate);
}

/**
 * Ends the waiting of a card; what was read is kept nowhere but on the customer's card, or until its intake has become one.
 */
export async function settle(
  context: Context,
  id: string,
  made: { customerId: string | null; contactId: string | null; intakeId?: string | null },
): Promise<CardRow> {
  return write(context, id, {
    state: 'confirmed',
    customer_id: made.customerId,
    contact_id: made.contactId,
    ...(made.intakeId === undefined ? {} : { intake_id: made.intakeId }),
    ...(made.customerId ? { fields: null } : {}),
    error_code: null,
    finished_at: context.now(),
  });
}

/** A card whose intake was thrown away waits again. */
export const reopen = (context: Context, id: string): Promise<CardRow> =>
  write(context, id, {
    state: sql`case when fields is null then 'failed' else 'read' end`,
    intake_id: null,
    finished_at: null,
  });

const write = (context: Context, id: string, values: Record<string, unknown>): Promise<CardRow> =>
  context.tx
    .updateTable('business_card')
    .set({ ...values, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
