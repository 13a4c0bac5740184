import { sql } from 'kysely';
import { holds } from '#platform/access/actor.ts';
import { mayTouch, visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { notFound } from '#shared/errors.ts';
import type { Acting } from './absences.ts';
import { type ApprovalRow, type AssigneeRow, pathsOf, type StepRow, selectApproval } from './rows.ts';

/** A signature the caller may give now: in a step, for a person (oneself or somebody absent). */
export interface Signature {
  step: StepRow;
  userId: string;
}

/** Nobody decides on an own request, whatever else may be held, and in nobody's place either. */
export function signaturesOf(
  acting: Acting,
  approval: ApprovalRow,
  steps: StepRow[],
  assignees: AssigneeRow[],
): Signature[] {
  if (approval.state !== 'open' || approval.requested_by === acting.userId) return [];
  return steps
    .filter((step) => step.approval_id === approval.id && step.state === 'open')
    .flatMap((step) => {
      const mine = assignees.filter((row) => row.step_id === step.id);
      const named = acting.people.filter((person) =>
        mine.some((row) => row.user_id === person.userId && row.state === 'waiting'),
      );
      // One pair of eyes signs a step asked of anybody once, whomever it stands in for.
      const signed = mine.some((row) => row.decided_by === acting.userId && row.state === 'approved');
      if (step.mode === 'any' && signed) return [];
      if (named.length > 0) return named.map((person) => ({ step, userId: person.userId }));
      const pool = acting.people.find(
        (person) =>
          person.userId !== approval.requested_by &&
          step.permission !== null &&
          person.permissions.has(step.permission) &&
          !mine.some((row) => row.user_id === person.userId),
      );
      return pool ? [{ step, userId: pool.userId }] : [];
    });
}

/** Requests in which the caller may sign now, as SQL over the table `approval`. */
export function toDecide(acting: Acting) {
  const people = acting.people.map((person) => person.userId);
  const permissions = [...new Set(acting.people.flatMap((person) => [...person.permissions]))];
  return sql<boolean>`(approval.requested_by <> ${acting.userId}::uuid and exists (
    select 1 from approval_step s where s.org_id = approval.org_id and s.approval_id = approval.id and s.state = 'open'
      and not (s.mode = 'any' and exists (select 1 from approval_assignee d where d.org_id = s.org_id and d.step_id = s.id
        and d.decided_by = ${acting.userId}::uuid and d.state = 'approved'))
      and (s.permission = any(${permissions}::text[]) or exists (
        select 1 from approval_assignee x where x.org_id = s.org_id and x.step_id = s.id
          and x.user_id = any(${people}::uuid[]) and x.state = 'waiting'))))`;
}

/** Requests of people the caller oversees, as SQL over the table `approval`. */
export const ofMyTeam = (context: Context) => sql<boolean>`exists (
  select 1 from (select id as owner_id, team_id, null::uuid as region_id from app_user
    where org_id = ${context.orgId}) requester
  where requester.owner_id = approval.requested_by and ${visible(context.actor, 'approval:oversee', 'requester')})`;

/** Requests the caller may open, as SQL over the table `approval`: own, asked or once asked, signed, of the team. */
export function concernsMe(context: Context, acting: Acting) {
  const people = acting.people.map((person) => person.userId);
  const permissions = [...new Set(acting.people.flatMap((person) => [...person.permissions]))];
  const overseen = holds(context.actor, 'approval:oversee') ? sql`or ${ofMyTeam(context)}` : sql``;
  return sql<boolean>`(approval.requested_by = ${acting.userId}::uuid
    or exists (select 1 from approval_step s where s.org_id = approval.org_id and s.approval_id = approval.id
      and s.permission = any(${permissions}::text[]))
    or exists (select 1 from approval_assignee x where x.org_id = approval.org_id and x.approval_id = approval.id
      and x.user_id = any(${people}::uuid[]))
    or exists (select 1 from approval_decision d where d.org_id = approval.org_id and d.approval_id = approval.id
      and d.decided_by = ${acting.userId}::uuid)
    ${overseen})`;
}

/** Locks a request the caller may open; for anybody else it does not exist. */
export async function lockApproval(context: Context, acting: Acting, id: string): Promise<ApprovalRow> {
  const row = await selectApproval(context).where('id', '=', id).forUpdate().executeTakeFirst();
  // Read again under the lock: the steps belong to whoever held it before.
  const mine = row
    ? await selectApproval(context).where('id', '=', id).where(concernsMe(context, acting)).executeTakeFirst()
    : undefined;
  if (!mine) throw notFound('approval');
  return mine;
}

/** The signatures the caller may give on one request. */
export async function mySignatures(context: Context, acting: Acting, row: ApprovalRow): Promise<Signature[]> {
  const { steps, assignees } = await pathsOf(context, [row.id]);
  return signaturesOf(acting, row, steps, assignees);
}

/** Whether the caller oversees the requester: may add a signer and comment, not sign. */
export async function oversees(context: Context, requestedBy: string): Promise<boolean> {
  if (!holds(context.actor, 'approval:oversee')) return false;
  const user = await context.tx
    .selectFrom('app_user')
    .select(['id as owner_id', 'team_id'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', requestedBy)
    .executeTakeFirst();
  return user !== undefined && mayTouch(context.actor, 'approval:oversee', { ...user, region_id: null });
}
