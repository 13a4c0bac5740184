import { sql, type UpdateObject } from 'kysely';
import type { DB } from '#db/types.ts';
import { registeredPermissions, userNames } from '#modules/people/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { conflict, type FieldError, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { type FlowStep, type FlowView, operatorsOf } from '../flow-shapes.ts';
import { activeUsers } from './approvers.ts';
import { valueFits } from './conditions.ts';
import { type ApprovalSubject, allSubjects, subjectOf } from './subjects.ts';

const select = (context: Context) =>
  context.tx.selectFrom('approval_flow').selectAll().where('org_id', '=', context.orgId);
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

/** The version new requests of a kind take, or undefined: the single step by permission. */
export async function publishedFlow(context: Context, kind: string) {
  const row = await select(context)
    .where('subject_kind', '=', kind)
    .where('state', '=', 'published')
    .executeTakeFirst();
  return row ? { id: row.id, number: row.number, steps: row.steps as FlowStep[] } : undefined;
}

async function view(context: Context, rows: Row[]): Promise<FlowView[]> {
  const people = rows.flatMap((row) => [
    ...(row.published_by ? [row.published_by] : []),
    ...(row.steps as FlowStep[]).flatMap((step) => [
      ...(step.approver.by === 'person' ? step.approver.userIds : []),
      ...(step.escalateTo ? [step.escalateTo] : []),
    ]),
  ]);
  const names = await userNames(context, [...new Set(people)]);
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    subjectKind: row.subject_kind,
    number: row.number,
    state: row.state as FlowView['state'],
    note: row.note,
    steps: row.steps as FlowStep[],
    names,
    createdAt: iso(row.created_at),
    publishedAt: row.published_at ? iso(row.published_at) : null,
    publishedByName: row.published_by ? (names[row.published_by] ?? '') : null,
  }));
}

export async function listSubjects(context: Context) {
  const flows = await select(context).where('state', 'in', ['published', 'draft']).limit(1000).execute();
  const roles = await context.tx
    .selectFrom('role')
    .select(['id', 'name_zh', 'name_en'])
    .where('org_id', '=', context.orgId)
    .orderBy('created_at')
    .orderBy('id')
    .limit(500)
    .execute();
  const subjects = allSubjects().sort((a, b) => (a.kind < b.kind ? -1 : 1));
  const flowOf = (kind: string, state: string) => flows.find((row) => row.subject_kind === kind && row.state === state);
  return {
    items: subjects.map(({ kind, permission, fields }) => {
      const published = flowOf(kind, 'published');
      const draft = flowOf(kind, 'draft');
      return {
        kind,
        permission,
        fields: fields ?? [],
        published: published ? { id: published.id, number: published.number } : null,
        draft: draft ? { id: draft.id } : null,
      };
    }),
    roles: roles.map((role) => ({ id: role.id, label: { zh: role.name_zh, en: role.name_en } })),
    permissions: registeredPermissions().map(({ key, label }) => ({ key, label })),
  };
}

export async function listFlows(context: Context, query: { limit: number; cursor?: string; kind: string }) {
  let rows = select(context)
    .where('subject_kind', '=', query.kind)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await view(context, page), nextCursor };
}

export async function getFlow(context: Context, id: string): Promise<FlowView> {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  const [viewed] = row ? await view(context, [row]) : [];
  if (!viewed) throw notFound('flow');
  return viewed;
}

/** What is wrong with a flow, at the place where it is wrong. */
async function requireSound(context: Context, subject: ApprovalSubject, steps: FlowStep[]): Promise<void> {
  const errors: FieldError[] = [];
  const people = steps.flatMap((step) => [
    ...(step.approver.by === 'person' ? step.approver.userIds : []),
    ...(step.escalateTo ? [step.escalateTo] : []),
  ]);
  const active = new Set(await activeUsers(context, [...new Set(people)]));
  const roles = await context.tx.selectFrom('role').select('id').where('org_id', '=', context.orgId).execute();
  const permissions = new Set<string>(registeredPermissions().map((item) => item.key));
  const keys = new Set<string>();
  for (const [index, step] of steps.entries()) {
    const at = (field: string, code: string, params?: Record<string, string | number>) =>
      void errors.push({ field: `steps.${index}.${field}`, code, ...(params ? { params } : {}) });
    if (keys.has(step.key)) at('key', 'approval.stepKeyTwice');
    keys.add(step.key);
    const { approver } = step;
    if (approver.by === 'role' && !roles.some((role) => role.id === approver.roleId))
      at('approver.roleId', 'link.unknown');
    if (approver.by === 'permission' && !permissions.has(approver.permission))
      at('approver.permission', 'role.unknownPermission');
    if (approver.by === 'person') {
      if (approver.userIds.some((id) => !active.has(id))) at('approver.userIds', 'link.unknown');
      if (step.mode === 'any' && step.minimum > new Set(approver.userIds).size)
        at('minimum', 'approval.minimumTooHigh', { people: new Set(approver.userIds).size });
    }
    if (step.escalateTo && !active.has(step.escalateTo)) at('escalateTo', 'link.unknown');
    if (step.remindHours && (!step.deadlineHours || step.remindHours >= step.deadlineHours))
      at('remindHours', 'approval.reminderAfterDeadline');
    for (const [place, condition] of step.conditions.entries()) {
      const field = subject.fields?.find((item) => item.key === condition.field);
      if (!field) at(`conditions.${place}.field`, 'field.unknown', { field: condition.field });
      else if (!operatorsOf(field.type).includes(condition.op))
        at(`conditions.${place}.op`, 'condition.operator', {
          place: `conditions[${place}].op`,
          name: field.label[context.lang === 'en-US' ? 'en' : 'zh'],
          operator: condition.op,
        });
      else if (!valueFits(field, condition.value))
        at(`conditions.${place}.value`, 'condition.value', { field: field.key });
    }
  }
  if (steps.every((step) => step.conditions.length > 0))
    errors.push({ field: 'steps', code: 'approval.noUnconditionalStep' });
  if (errors.length > 0) throw invalid(errors);
}

function knownSubject(kind: string): ApprovalSubject {
  const subject = subjectOf(kind);
  if (!subject) throw invalid([{ field: 'subjectKind', code: 'approval.unknownKind' }]);
  return subject;
}

export async function createFlow(
  context: Context,
  input: { subjectKind: string; note: string; steps: FlowStep[] },
): Promise<FlowView> {
  await requireSound(context, knownSubject(input.subjectKind), input.steps);
  const id = newId();
  // Two drafts begun at once: the second finds the unique index, not a second number.
  const made = await sql<{ id: string }>`
    insert into approval_flow (org_id, id, subject_kind, number, note, steps, created_by)
    select ${context.orgId}, ${id}, ${input.subjectKind}, coalesce(max(number), 0) + 1, ${input.note},
      ${JSON.stringify(input.steps)}::jsonb, ${context.actor.userId}
    from approval_flow where org_id = ${context.orgId} and subject_kind = ${input.subjectKind}
    on conflict do nothing returning id`.execute(context.tx);
  if (made.rows.length === 0) throw conflict('approval.draftExists');
  await recordEvent(context, {
    kind: 'approvalFlow.created',
    subjectKind: 'approvalFlow',
    subjectId: id,
    data: { kind: input.subjectKind, steps: input.steps },
  });
  return getFlow(context, id);
}

/** Locks a flow version in the state a change needs. */
async function lockFlow(context: Context, id: string, state: FlowView['state'], otherwise: string): Promise<Row> {
  const row = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('flow');
  requireVersion(context, row.version, () => ({ id, version: row.version, state: row.state }));
  if (row.state !== state) throw conflict(otherwise);
  return row;
}

const change = (context: Context, id: string, values: UpdateObject<DB, 'approval_flow'>) =>
  context.tx
    .updateTable('approval_flow')
    .set({ ...values, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();

export async function updateFlow(
  context: Context,
  id: string,
  input: { note?: string; steps?: FlowStep[] },
): Promise<FlowView> {
  const row = await lockFlow(context, id, 'draft', 'approval.flowPublished');
  if (input.steps) await requireSound(context, knownSubject(row.subject_kind), input.steps);
  await change(context, id, {
    ...(input.note === undefined ? {} : { note: input.note }),
    ...(input.steps ? { steps: JSON.stringify(input.steps) } : {}),
  });
  await recordEvent(context, {
    kind: 'approvalFlow.updated',
    subjectKind: 'approvalFlow',
    subjectId: id,
    ...(input.steps ? { changes: { steps: { from: row.steps, to: input.steps } } } : {}),
  });
  return getFlow(context, id);
}

export async function removeFlow(context: Context, id: string): Promise<undefined> {
  const row = await lockFlow(context, id, 'draft', 'approval.flowPublished');
  await context.tx.deleteFrom('approval_flow').where('org_id', '=', context.orgId).where('id', '=', id).execute();
  await recordEvent(context, {
    kind: 'approvalFlow.removed',
    subjectKind: 'approvalFlow',
    subjectId: id,
    data: { kind: row.subject_kind, steps: row.steps },
  });
}

export async function publishFlow(context: Context, id: string): Promise<FlowView> {
  const row = await lockFlow(context, id, 'draft', 'approval.flowPublished');
  // People and roles may have gone since the draft was written.
  await requireSound(context, knownSubject(row.subject_kind), row.steps as FlowStep[]);
  await context.tx
    .updateTable('approval_flow')
    .set({ state: 'retired', version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('subject_kind', '=', row.subject_kind)
    .where('state', '=', 'published')
    .execute();
  await change(context, id, {
    state: 'published',
    published_by: context.actor.userId,
    published_at: context.now(),
  });
  await recordEvent(context, {
    kind: 'approvalFlow.published',
    subjectKind: 'approvalFlow',
    subjectId: id,
    data: { kind: row.subject_kind, number: row.number, steps: row.steps },
  });
  return getFlow(context, id);
}

export async function retireFlow(context: Context, id: string): Promise<FlowView> {
  const row = await lockFlow(context, id, 'published', 'approval.flowNotPublished');
  await change(context, id, { state: 'retired' });
  await recordEvent(context, {
    kind: 'approvalFlow.retired',
    subjectKind: 'approvalFlow',
    subjectId: id,
    data: { kind: row.subject_kind, number: row.number },
  });
  return getFlow(context, id);
}
