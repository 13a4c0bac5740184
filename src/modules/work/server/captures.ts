import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { checkedContact, insertContacts } from '#modules/contacts/index.ts';
import { admitCustomer, loadCustomer, registerOrigin } from '#modules/customers/index.ts';
import { requirePermission } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { requireVersion } from '#platform/http/version.ts';
import { preparePicture } from '#platform/pictures/index.ts';
import { iso } from '#platform/time.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { conflict, invalid, notFound, Problem } from '#shared/errors.ts';
import type { CustomerKind, FieldValues } from '#shared/fields.ts';
import type { CaptureInput, CaptureView } from '../capture-contract.ts';

const select = (context: Context) =>
  context.tx
    .selectFrom('capture')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('user_id', '=', context.actor.userId);
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

const view = (row: Row): CaptureView => ({
  id: row.id,
  version: row.version,
  name: row.name,
  number: row.number,
  note: row.note,
  hasPhoto: row.photo_id !== null,
  capturedAt: iso(row.captured_at),
  state: row.state as CaptureView['state'],
  customerId: row.customer_id,
  intakeId: row.intake_id,
});

/** A capture of the caller's own: nobody else completes it. */
async function load(context: Context, id: string, lock = false): Promise<Row> {
  let query = select(context).where('id', '=', id);
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('capture');
  return row;
}

/** Pixels of the longer side, as of business cards: a capture may be one. */
const longest = 2000;

/** The photo without what the camera wrote into it: where somebody stood is nobody's business. */
async function keepPhoto(context: Context, files: FileStore, photo: string): Promise<string> {
  const picture = await preparePicture(Buffer.from(photo, 'base64'), longest).catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    const code = error.code === 'picture.notPicture' ? 'capture.photoKind' : error.code;
    throw invalid([{ field: 'photo', code, params: error.params }]);
  });
  const received = await files.receive(context.orgId, Readable.from([picture.bytes]));
  return (await files.register(context, received, { name: 'capture.jpg', mime: 'image/jpeg', purpose: 'capture' })).id;
}

/** Keeps a capture; the same id sent again is the same capture, whatever became of the first answer. */
export async function createCapture(context: Context, files: FileStore, input: CaptureInput): Promise<CaptureView> {
  // Kept on a device under one person, sent while another is signed in there: it waits for the one who made it.
  if (input.userId && input.userId !== context.actor.userId) throw conflict('capture.otherUser');
  const inserted = await context.tx
    .insertInto('capture')
    .values({
      org_id: context.orgId,
      id: input.id,
      user_id: context.actor.userId,
      name: input.name,
      number: input.number,
      note: input.note,
      captured_at: new Date(Math.min(Date.parse(input.capturedAt), context.now().getTime())),
      received_at: context.now(),
    })
    .onConflict((conflicting) => conflicting.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted) {
    if (input.photo) {
      await context.tx
        .updateTable('capture')
        .set({ photo_id: await keepPhoto(context, files, input.photo) })
        .where('org_id', '=', context.orgId)
        .where('id', '=', input.id)
        .execute();
    }
    await recordEvent(context, { kind: 'capture.created', subjectKind: 'capture', subjectId: input.id });
  }
  return view(await load(context, input.id));
}

export async function listCaptures(context: Context, query: { limit: number; cursor?: string; state: string }) {
  let rows = select(context)
    .where('state', '=', query.state)
    .orderBy('captured_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) {
    const [at, id] = cursorParts(query.cursor, cursorPart.instant, cursorPart.id);
    rows = rows.where(sql<boolean>`(captured_at, id) < (${at}::timestamptz, ${id}::uuid)`);
  }
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit, (last) =>
    cursorOf(iso(last.captured_at), last.id),
  );
  return { items: page.map(view), nextCursor };
}

/** The photo of an own capture, or of one that has become a customer the caller may see. */
export async function openCapturePhoto(context: Context, files: FileStore, id: string) {
  const row = await context.tx
    .selectFrom('capture')
    .select(['user_id', 'customer_id', 'photo_id'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row?.photo_id) throw notFound('file');
  if (row.user_id !== context.actor.userId) {
    if (!row.customer_id) throw notFound('file');
    await loadCustomer(context, row.customer_id, 'customer:read');
  }
  await logAccess(context, {
    action: 'download',
    subjectKind: 'file',
    subjectId: row.photo_id,
    customerId: row.customer_id,
  });
  return files.open(context, row.photo_id);
}

async function openOne(context: Context, id: string): Promise<Row> {
  const row = await load(context, id, true);
  requireVersion(context, row.version, () => view(row));
  if (row.state !== 'open') throw conflict('capture.done');
  return row;
}

const write = (context: Context, id: string, values: Record<string, unknown>) =>
  context.tx
    .updateTable('capture')
    .set({ ...values, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();

async function close(
  context: Context,
  row: Row,
  state: 'completed' | 'dropped',
  made: { customerId: string | null; intakeId: string | null },
): Promise<CaptureView> {
  const closed = await write(context, row.id, { state, customer_id: made.customerId, intake_id: made.intakeId });
  await recordEvent(context, {
    kind: `capture.${state}`,
    subjectKind: 'capture',
    subjectId: row.id,
    customerId: made.customerId,
    data: {
      name: row.name,
      number: row.number,
      note: row.note.slice(0, 500),
      hasPhoto: row.photo_id !== null,
      intakeId: made.intakeId,
    },
  });
  return view(closed);
}

export interface Completion {
  customerId?: string;
  kind: CustomerKind;
  name: string;
  phone: string;
  contactName: string;
  note: string;
  allowDuplicate: boolean;
}

/**
 * The customer is made as any other, with its duplicate check, or kept as an intake; person and capture go along in the same
 * transaction or not at all.
 */
export async function completeCapture(context: Context, id: string, input: Completion): Promise<CaptureView> {
  const row = await openOne(context, id);
  const people = input.contactName === '' ? [] : [await personOf(context, input)];
  const made = input.customerId ? await known(context, input.customerId) : await fresh(context, id, input, people);
  const { customerId } = made;
  if (customerId && people.length > 0) {
    requirePermission(context.actor, 'customer:update');
    await insertContacts(
      context,
      people.map((values) => ({ customerId, values })),
    );
  }
  return close(context, row, 'completed', made);
}

async function known(context: Context, customerId: string) {
  const customer = await loadCustomer(context, customerId, 'customer:update');
  if (customer.state !== 'active') throw conflict('customer.trashed');
  return { customerId, intakeId: null };
}

async function personOf(context: Context, { contactName, phone }: Completion): Promise<FieldValues> {
  const given = { name: contactName, ...(phone ? { phones: phone } : {}) };
  const values = await checkedContact(context, given, true);
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function fresh(context: Context, id: string, input: Completion, people: FieldValues[]) {
  const { name, phone, note, kind, allowDuplicate } = input;
  const values = { name, ...(phone ? { phones: phone } : {}), ...(note ? { remark: note } : {}) };
  const sources = { name: { source: 'visit' as const }, phones: { source: 'visit' as const } };
  return admitCustomer(context, { kind, values, sources, allowDuplicate, people, origin: { kind: originKind, id } });
}

const originKind = 'capture';
registerOrigin(originKind, {
  became: async (context, id, { customerId }) => void (await write(context, id, { customer_id: customerId })),
  dropped: async (context, id) => void (await write(context, id, { state: 'open', intake_id: null })),
});

/** What was typed with a capture. */
export async function capturedText(context: Context, id: string): Promise<string[]> {
  const row = await context.tx
    .selectFrom('capture')
    .select(['name', 'number', 'note'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ? [row.name, row.number, row.note].filter(Boolean) : [];
}

/** An open capture of the caller's with its photo, for who reads more out of it. */
export async function openOwnCapture(context: Context, files: FileStore, id: string) {
  const row = await load(context, id, true);
  if (row.state !== 'open') throw conflict('capture.done');
  if (!row.photo_id) throw notFound('file');
  return { ...(await files.open(context, row.photo_id)), name: row.name || row.number };
}

/** Completes a capture with what was made of it elsewhere; one that is done already stays as it is. */
export async function settleCapture(
  context: Context,
  id: string,
  made: { customerId: string | null; intakeId: string | null },
): Promise<void> {
  const row = await load(context, id, true);
  if (row.state === 'open') await close(context, row, 'completed', made);
}

export const dropCapture = async (context: Context, id: string): Promise<CaptureView> =>
  close(context, await openOne(context, id), 'dropped', { customerId: null, intakeId: null });
