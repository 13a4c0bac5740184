import { sql } from 'kysely';
import { loadContact } from '#modules/contacts/index.ts';
import { loadCustomer } from '#modules/customers/index.ts';
import { userNames } from '#modules/people/index.ts';
import { mayTouch, visible } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { requireVersion } from '#platform/http/version.ts';
import type { Links } from '#platform/links/index.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { conflict, notFound } from '#shared/errors.ts';
import type { SendChannel, SendView } from '../send-contract.ts';
import { recordMaterial, stateOf } from './materials.ts';

/** Path of the page a recipient opens. */
export const sharedPath = (links: Links, orgId: string, linkId: string): string => `/d/${links.tokenOf(orgId, linkId)}`;

const select = (context: Context) =>
  context.tx
    .selectFrom('material_send')
    .innerJoin('customer', (join) =>
      join.onRef('customer.org_id', '=', 'material_send.org_id').onRef('customer.id', '=', 'material_send.customer_id'),
    )
    .innerJoin('material', (join) =>
      join.onRef('material.org_id', '=', 'material_send.org_id').onRef('material.id', '=', 'material_send.material_id'),
    )
    .leftJoin('material_mail', (join) =>
      join
        .onRef('material_mail.org_id', '=', 'material_send.org_id')
        .onRef('material_mail.id', '=', 'material_send.mail_id'),
    )
    .selectAll('material_send')
    .select([
      'material.title',
      'material.withdrawn_at',
      'material.valid_until',
      'material.edition as newest_edition',
      'material_mail.state as mail_state',
      'material_mail.mailed_at',
      'customer.name as customer_name',
      'customer.state as customer_state',
      'customer.owner_id',
      'customer.team_id',
      'customer.region_id',
      'customer.pool',
    ])
    .where('material_send.org_id', '=', context.orgId);
type SendRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

const time = (value: Date | string | null) => (value ? iso(value) : null);

async function views(context: Context, links: Links, rows: SendRow[]): Promise<SendView[]> {
  if (rows.length === 0) return [];
  const today = await companyToday(context);
  const names = await userNames(context, [...new Set(rows.map((row) => row.created_by))]);
  return rows.map((row) => {
    const maySend =
      row.customer_state === 'active' && mayTouch(context.actor, 'material:send', { ...row, id: row.customer_id });
    const linked = row.link_id !== null && row.revoked_at === null;
    return {
      id: row.id,
      version: row.version,
      material: {
        id: row.material_id,
        title: row.title,
        state: stateOf({ ...row, edition: row.newest_edition }, today),
      },
      customer: { id: row.customer_id, name: row.customer_name },
      contactId: row.contact_id,
      recipient: row.recipient,
      channel: row.channel as SendChannel,
      edition: row.edition,
      newest: row.newest,
      mail: row.mail_state
        ? { state: row.mail_state as NonNullable<SendView['mail']>['state'], at: time(row.mailed_at) }
        : null,
      opened: { first: time(row.opened_first_at), last: time(row.opened_last_at), times: row.opened_count },
      downloaded: {
        first: time(row.downloaded_first_at),
        last: time(row.downloaded_last_at),
        times: row.downloaded_count,
      },
      revokedAt: time(row.revoked_at),
      sentAt: iso(row.created_at),
      sentBy: names[row.created_by] ?? '',
      path: maySend && linked && row.link_id ? sharedPath(links, context.orgId, row.link_id) : null,
      can: { revoke: maySend && linked },
    };
  });
}

export interface SendQuery {
  limit: number;
  cursor?: string;
  materialId?: string;
  customerId?: string;
  contactId?: string;
  opened?: 'yes' | 'no';
}

export async function listSends(context: Context, links: Links, query: SendQuery) {
  if (query.customerId) await loadCustomer(context, query.customerId, 'customer:read');
  if (query.contactId) await loadContact(context, query.contactId, 'customer:read');
  let rows = select(context)
    .where('customer.state', 'in', query.customerId ? ['active', 'trashed'] : ['active'])
    .where(visible(context.actor, 'customer:read', 'customer'))
    .orderBy('material_send.id', 'desc')
    .limit(query.limit + 1);
  if (query.materialId) rows = rows.where('material_send.material_id', '=', query.materialId);
  if (query.customerId) rows = rows.where('material_send.customer_id', '=', query.customerId);
  if (query.contactId) rows = rows.where('material_send.contact_id', '=', query.contactId);
  if (query.opened) rows = rows.where('material_send.opened_first_at', query.opened === 'yes' ? 'is not' : 'is', null);
  // What is on paper can never be opened: it is not waited for.
  if (query.opened === 'no') rows = rows.where('material_send.channel', '!=', 'paper');
  if (query.cursor) rows = rows.where('material_send.id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await views(context, links, page), nextCursor };
}

export async function viewSends(context: Context, links: Links, ids: string[]): Promise<SendView[]> {
  const rows = await select(context).where('material_send.id', 'in', ids).orderBy('material_send.id').execute();
  return views(context, links, rows);
}

/** A send whose customer the actor may send to; out of scope is absent. */
export async function loadSend(context: Context, id: string, lock = false): Promise<SendRow> {
  let query = select(context)
    .where('material_send.id', '=', id)
    .where('customer.state', '=', 'active')
    .where(visible(context.actor, 'material:send', 'customer'));
  if (lock) query = query.forUpdate('material_send');
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('materialSend');
  return row;
}

/** Closes the link of one send; whoever opens it is told that it is no longer valid. */
export async function revokeSend(context: Context, links: Links, id: string): Promise<SendView> {
  const row = await loadSend(context, id, true);
  requireVersion(context, row.version, () => ({ id: row.id, version: row.version }));
  if (!row.link_id) throw conflict('material.noLink');
  if (row.revoked_at) throw conflict('material.revokedAlready');
  await links.revoke(context, row.link_id);
  await context.tx
    .updateTable('material_send')
    .set({ revoked_at: context.now(), revoked_by: context.actor.userId, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordMaterial(context, { id: row.material_id, title: row.title }, 'material.linkRevoked', {
    customerId: row.customer_id,
    data: { to: row.recipient },
  });
  const [view] = await viewSends(context, links, [id]);
  if (!view) throw notFound('materialSend');
  return view;
}
