import { sql } from 'kysely';
import { dictionaryFor, hidesContacts } from '#modules/fields/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { Links } from '#platform/links/index.ts';
import { dayIn, iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { conflict, notFound } from '#shared/errors.ts';
import type { InvitationState, InvitationView } from '../../form-links-contract.ts';
import { queueMails } from './form-mail.ts';
import { contentOf, formPath, loadForm, requireOpen } from './forms.ts';
import { addressesOf } from './recipients.ts';

/** A link opens a customer's data: it is shown to who may see the customer, one for nobody to who made it. */
const own = (context: Context) => sql<boolean>`(form_invitation.created_by = ${context.actor.userId}::uuid
  or (form_invitation.customer_id is not null and ${visible(context.actor, 'customer:read', 'customer')}))`;

/** What became of a link, the last first: it is answered, or taken back, or ran out, or was opened at least. */
const stateOf = sql<InvitationState>`case
  when form_invitation.answered_at is not null then 'answered'
  when form_invitation.revoked_at is not null then 'revoked'
  when form_invitation.expires_at <= now() or form.expires_on < (now() at time zone org.time_zone)::date then 'expired'
  when form_invitation.opened_at is not null then 'opened' else 'sent' end`;

/** One-time links of a form the caller may see. */
export const invitationRows = (context: Context, formId: string) =>
  context.tx
    .selectFrom('form_invitation')
    .innerJoin('org', 'org.org_id', 'form_invitation.org_id')
    .innerJoin('form', (join) =>
      join.onRef('form.org_id', '=', 'form_invitation.org_id').onRef('form.id', '=', 'form_invitation.form_id'),
    )
    .leftJoin('customer', (join) =>
      join
        .onRef('customer.org_id', '=', 'form_invitation.org_id')
        .onRef('customer.id', '=', 'form_invitation.customer_id'),
    )
    .leftJoin('contact', (join) =>
      join
        .onRef('contact.org_id', '=', 'form_invitation.org_id')
        .onRef('contact.id', '=', 'form_invitation.contact_id'),
    )
    .selectAll('form_invitation')
    .select(['customer.name as customer_name', 'customer.pool as customer_pool', 'contact.name as contact_name'])
    .select(['form.expires_on', 'org.time_zone'])
    .select(stateOf.as('state'))
    .where('form_invitation.org_id', '=', context.orgId)
    .where('form_invitation.form_id', '=', formId)
    .where(own(context));

type Row = Awaited<ReturnType<ReturnType<typeof invitationRows>['executeTakeFirstOrThrow']>>;
/** Enough of an address to know it again. */
const hinted = (email: string) => email.replace(/^(.).*@/, '$1***@');

/** Links as the caller may see them: of an address above the clearance not even its host is told. */
export async function viewInvitations(context: Context, links: Links, rows: Row[]): Promise<InvitationView[]> {
  const readable = (await dictionaryFor(context)).fields.filter((field) => field.key === 'emails');
  const open = ['customer', 'contact'].every((object) => readable.some((field) => field.object === object));
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    customer: row.customer_id ? { id: row.customer_id, name: row.customer_name ?? '' } : null,
    contact: row.contact_name,
    email:
      row.email && (open && !hidesContacts(context.actor, { pool: row.customer_pool }) ? hinted(row.email) : '***'),
    path: formPath(links, context.orgId, row.link_id),
    mail: row.mail as InvitationView['mail'],
    mailedAt: row.mailed_at ? iso(row.mailed_at) : null,
    reminded: row.reminded,
    openedAt: row.opened_at ? iso(row.opened_at) : null,
    answeredAt: row.answered_at ? iso(row.answered_at) : null,
    revokedAt: row.revoked_at ? iso(row.revoked_at) : null,
    expiresOn: row.expires_at ? dayIn(row.time_zone, row.expires_at) : row.expires_on,
    createdAt: iso(row.created_at),
  }));
}

export async function listInvitations(
  context: Context,
  links: Links,
  formId: string,
  query: { limit: number; cursor?: string; state?: InvitationState; unmailed?: boolean },
) {
  await loadForm(context, formId);
  let rows = invitationRows(context, formId)
    .orderBy('form_invitation.id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('form_invitation.id', '<', idCursor(query.cursor));
  if (query.state) rows = rows.where(stateOf, '=', query.state);
  if (query.unmailed) rows = rows.where('form_invitation.mail', 'in', ['noAddress', 'refused', 'failed']);
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await viewInvitations(context, links, page), nextCursor };
}

/** An unanswered link of the form, locked for a change. */
async function load(context: Context, formId: string, id: string): Promise<Row> {
  await loadForm(context, formId);
  const row = await invitationRows(context, formId)
    .where('form_invitation.id', '=', id)
    .forUpdate('form_invitation')
    .executeTakeFirst();
  if (!row) throw notFound('formInvitation');
  if (row.answered_at) throw conflict('form.answered');
  return row;
}

async function viewOf(context: Context, links: Links, formId: string, id: string): Promise<InvitationView> {
  const row = await invitationRows(context, formId).where('form_invitation.id', '=', id).executeTakeFirstOrThrow();
  const [view] = await viewInvitations(context, links, [row]);
  if (!view) throw notFound('formInvitation');
  return view;
}

/** Takes one link back: who opens it is told that it holds no longer. Done twice it stays as it was. */
export async function revokeInvitation(context: Context, links: Links, formId: string, id: string) {
  const row = await load(context, formId, id);
  if (!row.revoked_at) {
    await links.revoke(context, row.link_id);
    await context.tx
      .updateTable('form_invitation')
      .set({ revoked_at: context.now() })
      .where('org_id', '=', context.orgId)
      .where('id', '=', id)
      .execute();
    await recordEvent(context, {
      kind: 'form.revoked',
      subjectKind: 'form',
      subjectId: formId,
      customerId: row.customer_id,
      data: { title: contentOf(await loadForm(context, formId)).title.zh },
    });
  }
  return viewOf(context, links, formId, id);
}

/** Minutes within which a second click mails nothing. */
const justNow = 10;

/** Mails a link again, to the address the recipient has now. */
export async function mailAgain(context: Context, links: Links, formId: string, id: string) {
  await requireOpen(context, formId);
  const row = await load(context, formId, id);
  if (row.state === 'revoked') throw conflict('form.linkRevoked');
  if (row.state === 'expired') throw conflict('form.linkExpired');
  const recipient = row.customer_id && { customerId: row.customer_id, contactId: row.contact_id ?? undefined };
  const [address] = recipient ? await addressesOf(context, [recipient]) : [];
  if (address?.refused) throw conflict('form.mailRefused');
  if (!address?.email) throw conflict('form.noAddress');
  const last = row.mailed_at && context.now().getTime() - row.mailed_at.getTime();
  if (row.mail !== 'failed' && last !== null && last < justNow * 60_000)
    throw conflict('form.mailedJustNow', { params: { minutes: justNow } });
  await context.tx
    .updateTable('form_invitation')
    .set({ mail: 'queued', mailed_at: context.now(), email: address.email, contact_id: address.contactId })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await queueMails(context, [id], row.reminded);
  return viewOf(context, links, formId, id);
}
