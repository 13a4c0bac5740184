import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { userNames } from '#modules/people/index.ts';
import { mayTouch, visible } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { requireVersion } from '#platform/http/version.ts';
import type { Links } from '#platform/links/index.ts';
import { iso } from '#platform/time.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { conflict, notFound } from '#shared/errors.ts';
import type { MinutesContent, MinutesDetail, MinutesState, MinutesView } from '../../minutes-contract.ts';
import { customerColumns, itsCustomer, reachable } from '../with-customer.ts';

/** Path of the page a recipient opens. */
export const minutesPath = (links: Links, orgId: string, linkId: string): string =>
  `/m/${links.tokenOf(orgId, linkId)}`;

const select = (context: Context) =>
  context.tx
    .selectFrom('minutes')
    .innerJoin('customer', (join) => join.on(itsCustomer('minutes')))
    .selectAll('minutes')
    .select(customerColumns)
    .where('minutes.org_id', '=', context.orgId);
export type MinutesRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

/** States in which minutes are still to be sent. */
export const unsent: readonly MinutesState[] = ['draft', 'review', 'returned', 'approved'];

/** Minutes whose customer the actor may use the permission on, or 404. */
export async function loadMinutes(context: Context, id: string, permission: string, lock = false) {
  let query = select(context).where('minutes.id', '=', id).where(reachable(context, permission));
  if (lock) query = query.forUpdate('minutes');
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('minutes');
  return row;
}

/** Minutes locked for an act of their author, in one of the states in which it makes sense. */
export async function forAct(context: Context, id: string, states: readonly MinutesState[]): Promise<MinutesRow> {
  const row = await loadMinutes(context, id, 'activity:record', true);
  if (row.author_id !== context.actor.userId) throw conflict('minutes.notYours');
  if (row.state === 'confirmed') throw conflict('minutes.confirmed');
  if (!states.includes(row.state as MinutesState)) throw conflict('minutes.notNow');
  if (context.ifMatch !== row.version)
    requireVersion(context, row.version, () => ({
      id: row.id,
      version: row.version,
      subject: row.subject,
      content: row.content,
    }));
  if (row.customer_state !== 'active') throw conflict('customer.trashed');
  return row;
}

async function minutesViews(context: Context, rows: MinutesRow[]): Promise<MinutesView[]> {
  if (rows.length === 0) return [];
  const authors = await userNames(context, [...new Set(rows.map((row) => row.author_id))]);
  const today = await companyToday(context);
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    customerId: row.customer_id,
    customerName: row.customer_name,
    activityId: row.activity_id,
    author: { id: row.author_id, name: authors[row.author_id] ?? '' },
    state: row.state as MinutesState,
    subject: row.subject,
    dueOn: row.due_on,
    overdue: unsent.includes(row.state as MinutesState) && row.due_on < today,
    edition: row.edition,
    sentAt: row.sent_at ? iso(row.sent_at) : null,
    confirmedAt: row.confirmed_at ? iso(row.confirmed_at) : null,
  }));
}

export async function viewMinutes(context: Context, id: string, links: Links): Promise<MinutesDetail> {
  const row = await loadMinutes(context, id, 'customer:read');
  const [view] = await minutesViews(context, [row]);
  if (!view) throw notFound('minutes');
  const recipients = await context.tx
    .selectFrom('minutes_recipient')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('minutes_id', '=', id)
    .orderBy('edition', 'desc')
    .orderBy('id')
    .limit(200)
    .execute();
  const versions = await context.tx
    .selectFrom('minutes_version')
    .select(['edition', 'sent_at', 'sha256'])
    .where('org_id', '=', context.orgId)
    .where('minutes_id', '=', id)
    .orderBy('edition', 'desc')
    .limit(100)
    .execute();
  const approval = await context.tx
    .selectFrom('approval')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('subject_kind', '=', 'minutes')
    .where('subject_id', '=', id)
    .orderBy('id', 'desc')
    .executeTakeFirst();
  const mine =
    row.author_id === context.actor.userId &&
    row.customer_state === 'active' &&
    mayTouch(context.actor, 'activity:record', { ...row, id: row.customer_id });
  const within = (...states: MinutesState[]) => mine && states.includes(row.state as MinutesState);
  const time = (value: Date | string | null) => (value ? iso(value) : null);
  return {
    ...view,
    content: row.content as MinutesContent,
    waivedReason: row.waived_reason,
    approvalId: approval?.id ?? null,
    versions: versions.map((item) => ({ edition: item.edition, sentAt: iso(item.sent_at), sha256: item.sha256 })),
    recipients: recipients.map((item) => ({
      id: item.id,
      edition: item.edition,
      name: item.name,
      email: item.email,
      mailedAt: time(item.mailed_at),
      openedAt: time(item.opened_at),
      answer: item.answer as 'confirmed' | 'commented' | null,
      answeredAt: time(item.answered_at),
      answeredName: item.answered_name,
      comment: item.comment,
      path: mine ? minutesPath(links, context.orgId, item.link_id) : null,
    })),
    can: {
      write: within('draft', 'returned'),
      submit: within('draft', 'returned'),
      send: within('approved'),
      revise: within('review', 'approved', 'sent', 'commented'),
      waive: within('draft', 'returned', 'approved'),
    },
  };
}

export interface MinutesQuery {
  limit: number;
  cursor?: string;
  author?: string;
  customerId?: string;
  view: 'open' | 'overdue' | 'waiting' | 'all';
}

/** What is to be done comes by the day it is due; the rest latest first. */
export async function listMinutes(context: Context, query: MinutesQuery) {
  if (query.customerId) await loadCustomer(context, query.customerId, 'customer:read');
  const soonest = query.view === 'open' || query.view === 'overdue';
  const direction = soonest ? 'asc' : 'desc';
  let rows = select(context)
    .where('customer.state', '=', 'active')
    .orderBy('minutes.due_on', direction)
    .orderBy('minutes.id', direction)
    .limit(query.limit + 1);
  rows = query.customerId
    ? rows.where('minutes.customer_id', '=', query.customerId)
    : rows.where(visible(context.actor, 'customer:read', 'customer'));
  if (query.author)
    rows = rows.where('minutes.author_id', '=', query.author === 'me' ? context.actor.userId : query.author);
  if (soonest) rows = rows.where('minutes.state', 'in', unsent);
  if (query.view === 'overdue') rows = rows.where('minutes.due_on', '<', await companyToday(context));
  if (query.view === 'waiting') rows = rows.where('minutes.state', 'in', ['sent', 'commented']);
  if (query.cursor) {
    const [day, id] = cursorParts(query.cursor, cursorPart.day, cursorPart.id);
    const here = sql`(${day}::date, ${id}::uuid)`;
    rows = rows.where(
      soonest
        ? sql<boolean>`(minutes.due_on, minutes.id) > ${here}`
        : sql<boolean>`(minutes.due_on, minutes.id) < ${here}`,
    );
  }
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit, (last) => cursorOf(last.due_on, last.id));
  return { items: await minutesViews(context, page), nextCursor };
}
