import { sql, type UpdateObject } from 'kysely';
import type { DB } from '#db/types.ts';
import { plainStep, registerApprovalSubject, requestApproval } from '#modules/approvals/index.ts';
import { checkValues, dictionaryFor } from '#modules/fields/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { someWhoCan } from '#modules/people/index.ts';
import { checkContextOf, companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { addDays } from '#shared/dates/zoned.ts';
import { conflict, forbidden, Problem } from '#shared/errors.ts';
import type { CustomerKind, FieldValues } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import type { ConflictView, Ruling } from '../../conflict-contract.ts';
import { loadCustomer, storedOf, survivorOf } from '../card.ts';
import { moveToOwner } from '../change.ts';
import { certainTwins } from '../duplicates.ts';
import { applyChange, type CustomerRow } from '../store.ts';
import { putCollaborator } from './collaborators.ts';
import {
  type ConflictRow,
  conflictKind,
  conflictPath,
  loadConflict,
  selectConflicts,
  viewConflict,
} from './conflict-views.ts';
import { refreshDue } from './due.ts';

const lockCustomer = (context: Context, id: string): Promise<CustomerRow | undefined> =>
  context.tx
    .selectFrom('customer')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .forUpdate()
    .executeTakeFirst();

/** Opens a case about a locked customer of somebody else; one at a time, so that one ruling ends it. */
async function open(context: Context, row: CustomerRow, name: string, statement: string): Promise<ConflictView> {
  const holderId = row.owner_id;
  if (!holderId || holderId === context.actor.userId) throw conflict('conflict.none');
  const present = await selectConflicts(context)
    .where('customer_id', '=', row.id)
    .where('state', '=', 'open')
    .executeTakeFirst();
  if (present) throw conflict('conflict.open');
  const id = newId();
  await context.tx
    .insertInto('conflict_case')
    .values({
      org_id: context.orgId,
      id,
      customer_id: row.id,
      claimant_id: context.actor.userId,
      holder_id: holderId,
      claimed_name: name.slice(0, 200),
    })
    .execute();
  await say(context, id, statement);
  await recordEvent(context, {
    kind: 'conflict.opened',
    subjectKind: 'conflict',
    subjectId: id,
    customerId: row.id,
    data: { from: holderId, to: context.actor.userId },
    reason: statement,
  });
  await requestApproval(context, {
    kind: conflictKind,
    subjectId: id,
    title: name,
    // The claimant reads the request too: nothing of the customer he may not see is in it.
    snapshot: { name, claimant: context.actor.name, statement },
    customerId: row.id,
  });
  await notify(context, {
    userIds: [holderId],
    type: 'conflict.opened',
    params: { name: row.name, by: context.actor.name },
    path: conflictPath(id),
    customerId: row.id,
  });
  return viewConflict(context, await selectConflicts(context).where('id', '=', id).executeTakeFirstOrThrow());
}

/** From the create form: the customer with the same phone, email, code or name, whether the caller may see it or not. */
export async function raiseConflict(
  context: Context,
  input: { kind: CustomerKind; values: FieldValues; statement: string },
): Promise<ConflictView> {
  const { fields } = await dictionaryFor(context, 'customer');
  const byKey = new Map(fields.map((field) => [field.key, field] as const));
  const { values } = checkValues(byKey, input.values, {
    ...(await checkContextOf(context)),
    kind: null,
    create: false,
  });
  const ids = await certainTwins(context, { object: 'customer', kind: input.kind, values });
  const [owned] = await context.tx
    .selectFrom('customer')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .where('state', '=', 'active')
    .where('owner_id', 'is not', null)
    .where('owner_id', '<>', context.actor.userId)
    .orderBy('id')
    .limit(1)
    .execute();
  const row = owned && (await lockCustomer(context, owned.id));
  if (!row) throw conflict('conflict.none');
  return open(context, row, typeof values.name === 'string' ? values.name : '—', input.statement);
}

/** From the card of a customer the caller may see. */
export async function raiseConflictOf(context: Context, id: string, statement: string): Promise<ConflictView> {
  const row = await loadCustomer(context, id, 'customer:read', true);
  if (row.state !== 'active') throw conflict('customer.trashed');
  return open(context, row, row.name, statement);
}

async function say(context: Context, caseId: string, body: string): Promise<void> {
  await context.tx
    .insertInto('conflict_statement')
    .values({ org_id: context.orgId, id: newId(), case_id: caseId, user_id: context.actor.userId, body })
    .execute();
}

/** An open case in which the caller may speak. */
export async function lockAsParty(context: Context, id: string): Promise<ConflictRow> {
  const row = await loadConflict(context, id, true);
  if (row.state !== 'open') throw conflict('conflict.closed');
  const { userId } = context.actor;
  if (row.claimant_id !== userId && row.holder_id !== userId) throw new Problem(403, 'conflict.notParty');
  return row;
}

export async function addStatement(context: Context, id: string, body: string): Promise<ConflictView> {
  const row = await lockAsParty(context, id);
  await say(context, id, body);
  await recordEvent(context, {
    kind: 'conflict.stated',
    subjectKind: 'conflict',
    subjectId: id,
    customerId: row.customer_id,
  });
  return viewConflict(context, row);
}

const setCase = (context: Context, id: string, values: UpdateObject<DB, 'conflict_case'>): Promise<ConflictRow> =>
  context.tx
    .updateTable('conflict_case')
    .set({ ...values, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();

/** Writes the ruling down with the owner it is about; it takes effect when the request is approved. */
export async function setRuling(context: Context, id: string, ruling: Ruling): Promise<ConflictView> {
  const row = await loadConflict(context, id, true);
  requireVersion(context, row.version, () => ({ id: row.id, version: row.version }));
  if (row.state !== 'open') throw conflict('conflict.closed');
  const { can } = await viewConflict(context, row);
  if (!can.rule) throw forbidden('conflict:rule');
  const customer = await lockCustomer(context, await survivorOf(context, row.customer_id));
  if (!customer) throw conflict('approval.subjectGone');
  const changed = await setCase(context, id, {
    ruling: JSON.stringify(ruling),
    ruled_by: context.actor.userId,
    ruled_owner_id: customer.owner_id,
  });
  return viewConflict(context, changed);
}

/** Owner, collaborator and lock in one transaction with the yes. */
async function apply(context: Context, row: ConflictRow): Promise<void> {
  const ruling = row.ruling as Ruling | null;
  if (!ruling) throw conflict('conflict.noRuling');
  const customer = await lockCustomer(context, await survivorOf(context, row.customer_id));
  if (!customer) throw conflict('approval.subjectGone');
  if (customer.owner_id !== row.ruled_owner_id) throw conflict('conflict.ownerChanged');
  const [winner, other] =
    ruling.owner === 'claimant' ? [row.claimant_id, row.holder_id] : [row.holder_id, row.claimant_id];
  if (customer.owner_id !== winner)
    await moveToOwner(context, customer, { ownerId: winner }, null, { data: { conflict: row.id } });
  await context.tx
    .deleteFrom('collaborator')
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', customer.id)
    .where('user_id', '=', winner)
    .execute();
  const now = await lockCustomer(context, customer.id);
  if (!now) throw conflict('approval.subjectGone');
  if (ruling.collaborator) await putCollaborator(context, now, other, 'write');
  if (ruling.lockDays > 0) {
    const today = await companyToday(context);
    const until = addDays(today, ruling.lockDays);
    await applyChange(context, await storedOf(context, now), {
      values: {},
      columns: { locked_until: until },
      event: 'customer.locked',
      data: { until, conflict: row.id },
    });
    await refreshDue(context, [now.id]);
  }
  await close(context, row, 'ruled', ruling.reason);
}

async function close(
  context: Context,
  row: ConflictRow,
  state: 'ruled' | 'dismissed' | 'withdrawn',
  reason: string | null,
): Promise<void> {
  await setCase(context, row.id, { state, decided_at: context.now() });
  const ruling = row.ruling as Ruling | null;
  await recordEvent(context, {
    kind: `conflict.${state}`,
    subjectKind: 'conflict',
    subjectId: row.id,
    customerId: row.customer_id,
    data: {
      claimant: row.claimant_id,
      holder: row.holder_id,
      ...(state === 'ruled' && ruling ? { owner: ruling.owner, collaborator: ruling.collaborator } : {}),
    },
    reason,
  });
  // The claimant may still not know the customer by name: each is told in the words he knows.
  const customer = await context.tx
    .selectFrom('customer')
    .select('name')
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.customer_id)
    .executeTakeFirst();
  const tell = (userId: string, name: string) =>
    notify(context, {
      userIds: userId === context.actor.userId ? [] : [userId],
      type: `conflict.${state}`,
      params: { name, by: context.actor.name },
      path: conflictPath(row.id),
    });
  await tell(row.holder_id, customer?.name ?? row.claimed_name);
  if (state !== 'withdrawn') await tell(row.claimant_id, row.claimed_name);
}

/** Who may rule on both sides: the customer and the claimant are within their reach, and they are neither of the two. */
async function rulersOf(context: Context, caseId: string): Promise<string[]> {
  const row = await selectConflicts(context).where('id', '=', caseId).executeTakeFirstOrThrow();
  const customer = await context.tx
    .selectFrom('customer')
    .select(['id', 'owner_id', 'team_id', 'region_id', 'pool'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.customer_id)
    .executeTakeFirstOrThrow();
  const claimant = { ...customer, owner_id: row.claimant_id, team_id: context.actor.teamId, region_id: null };
  const rulers = await someWhoCan(context, 'conflict:rule', [customer, claimant], {
    limit: 20,
    except: [row.claimant_id, row.holder_id],
  });
  return rulers.map(({ userId }) => userId);
}

const locked = async (context: Context, id: string): Promise<ConflictRow> => {
  const row = await selectConflicts(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw conflict('approval.subjectGone');
  return row;
};

registerApprovalSubject({
  kind: conflictKind,
  permission: 'conflict:rule',
  path: conflictPath,
  fields: [
    { key: 'name', type: 'text', label: { zh: '客户', en: 'Customer' } },
    { key: 'claimant', type: 'text', label: { zh: '提出人', en: 'Claimant' } },
    { key: 'statement', type: 'text', label: { zh: '理由', en: 'Statement' } },
  ],
  stepNames: { ruling: { zh: '裁决', en: 'Ruling' } },
  async steps(context, { subjectId }) {
    const userIds = await rulersOf(context, subjectId);
    const approver =
      userIds.length > 0
        ? ({ by: 'person', userIds } as const)
        : ({ by: 'permission', permission: 'conflict:rule' } as const);
    return [plainStep('ruling', approver)];
  },
  async decided(context, approval, outcome) {
    const row = await locked(context, approval.subjectId);
    if (row.state !== 'open') throw conflict('conflict.closed');
    if (outcome === 'approved') return apply(context, row);
    await close(context, row, outcome === 'refused' ? 'dismissed' : 'withdrawn', null);
  },
});
