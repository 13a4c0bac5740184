import { sql } from 'kysely';
import { notify } from '#modules/notifications/index.ts';
import { ownerTeam, userNames } from '#modules/people/index.ts';
import { mayTouch } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import { type Route, serve } from '#platform/http/route.ts';
import { iso } from '#platform/time.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import * as contract from '../../collaborator-contract.ts';
import { loadCustomer } from '../card.ts';
import type { CustomerRow } from '../store.ts';

/** People on one customer, and customers one person helps with: their rights are read with every request. */
const perCustomer = 30;
const perPerson = 2000;

async function view(context: Context, row: CustomerRow) {
  const rows = await context.tx
    .selectFrom('collaborator')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', row.id)
    .orderBy('id')
    .limit(perCustomer)
    .execute();
  const names = await userNames(
    context,
    rows.map((item) => item.user_id),
  );
  return {
    items: rows.map((item) => ({
      userId: item.user_id,
      name: names[item.user_id] ?? '',
      access: item.access as 'read' | 'write',
      since: iso(item.created_at),
    })),
    can: { update: row.state === 'active' && mayTouch(context.actor, 'customer:collaborate', row) },
  };
}

async function listCollaborators(context: Context, id: string) {
  const row = await loadCustomer(context, id, 'customer:read');
  await logAccess(context, {
    action: 'view',
    subjectKind: 'customer',
    subjectId: id,
    customerId: id,
    detail: { part: 'collaborators' },
  });
  return view(context, row);
}

const told = (context: Context, row: CustomerRow, kind: string, userId: string, data: Record<string, unknown>) =>
  recordEvent(context, {
    kind,
    subjectKind: 'customer',
    subjectId: row.id,
    customerId: row.id,
    data: { to: userId, ...data },
  });

async function setCollaborator(context: Context, id: string, userId: string, access: 'read' | 'write') {
  const row = await loadCustomer(context, id, 'customer:collaborate', true);
  if (row.state !== 'active') throw conflict('customer.trashed');
  await putCollaborator(context, row, userId, access);
  return view(context, row);
}

/** Lets somebody read or work on a locked customer; who may decide that was asked before. */
export async function putCollaborator(
  context: Context,
  row: CustomerRow,
  userId: string,
  access: 'read' | 'write',
): Promise<void> {
  const id = row.id;
  if (row.owner_id === userId) throw invalid([{ field: 'userId', code: 'collaborator.owner' }]);
  // Refuses people who are not there or may not sign in.
  await ownerTeam(context, userId, 'userId');
  const counted = await sql<{ here: number; everywhere: number }>`select
    (select count(*) from collaborator where org_id = ${context.orgId} and customer_id = ${id} and user_id <> ${userId}) as here,
    (select count(*) from collaborator where org_id = ${context.orgId} and user_id = ${userId}) as everywhere`.execute(
    context.tx,
  );
  const { here = 0, everywhere = 0 } = counted.rows[0] ?? {};
  if (here >= perCustomer) throw conflict('collaborator.tooMany', { params: { maximum: perCustomer } });
  if (everywhere >= perPerson) throw conflict('collaborator.tooManyCustomers', { params: { maximum: perPerson } });
  const written = await sql`insert into collaborator (org_id, id, customer_id, user_id, access, created_by)
    values (${context.orgId}, ${newId()}, ${id}, ${userId}, ${access}, ${context.actor.userId})
    on conflict (org_id, customer_id, user_id) do update set access = excluded.access
      where collaborator.access <> excluded.access returning id`.execute(context.tx);
  if (written.rows.length > 0) {
    await told(context, row, 'customer.shared', userId, { access });
    if (userId !== context.actor.userId)
      await notify(context, {
        userIds: [userId],
        type: 'customers.shared',
        params: { name: row.name, by: context.actor.name },
        path: `/customers/${id}`,
        customerId: id,
      });
  }
}

async function removeCollaborator(context: Context, id: string, userId: string): Promise<void> {
  const row = await loadCustomer(context, id, 'customer:collaborate', true);
  const gone = await context.tx
    .deleteFrom('collaborator')
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', id)
    .where('user_id', '=', userId)
    .returning('access')
    .executeTakeFirst();
  if (!gone) throw notFound('collaborator');
  await told(context, row, 'customer.unshared', userId, { access: gone.access });
}

export const collaboratorRoutes: Route[] = [
  serve(contract.listCollaborators, (context, { params }) => listCollaborators(context, params.id)),
  serve(contract.setCollaborator, (context, { params, body }) =>
    setCollaborator(context, params.id, params.userId, body.access),
  ),
  serve(contract.removeCollaborator, async (context, { params }) => {
    await removeCollaborator(context, params.id, params.userId);
    return undefined;
  }),
];
