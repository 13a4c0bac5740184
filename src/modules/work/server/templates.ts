import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { ActivityTemplate, ActivityType } from '../activity-contract.ts';

/** A company's templates are a short list a person chooses from, not a store. */
const most = 100;

type Input = Omit<ActivityTemplate, 'id' | 'version'>;

const select = (context: Context) =>
  context.tx
    .selectFrom('activity_template')
    .select(['id', 'version', 'name', 'type', 'subject', 'body'])
    .where('org_id', '=', context.orgId);
const view = (row: Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>): ActivityTemplate => ({
  ...row,
  type: row.type as ActivityType,
});

export async function listTemplates(context: Context): Promise<{ items: ActivityTemplate[] }> {
  const rows = await select(context).orderBy('type').orderBy('name').limit(most).execute();
  return { items: rows.map(view) };
}

export async function createTemplate(context: Context, input: Input): Promise<ActivityTemplate> {
  const present = await select(context).limit(most).execute();
  if (present.length >= most) throw conflict('activity.tooManyTemplates', { params: { limit: most } });
  const id = newId();
  await context.tx
    .insertInto('activity_template')
    .values({ org_id: context.orgId, id, ...input, created_by: context.actor.userId })
    .execute();
  await recordEvent(context, {
    kind: 'activityTemplate.created',
    subjectKind: 'activityTemplate',
    subjectId: id,
    data: { name: input.name },
  });
  return { id, version: 1, ...input };
}

async function locked(context: Context, id: string): Promise<ActivityTemplate> {
  const row = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('template');
  requireVersion(context, row.version, () => view(row));
  return view(row);
}

export async function updateTemplate(context: Context, id: string, input: Input): Promise<ActivityTemplate> {
  const before = await locked(context, id);
  await context.tx
    .updateTable('activity_template')
    .set({ ...input, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'activityTemplate.updated',
    subjectKind: 'activityTemplate',
    subjectId: id,
    data: { before: { name: before.name, type: before.type, subject: before.subject, body: before.body } },
  });
  return { id, version: before.version + 1, ...input };
}

export async function deleteTemplate(context: Context, id: string): Promise<void> {
  const before = await locked(context, id);
  await context.tx.deleteFrom('activity_template').where('org_id', '=', context.orgId).where('id', '=', id).execute();
  await recordEvent(context, {
    kind: 'activityTemplate.deleted',
    subjectKind: 'activityTemplate',
    subjectId: id,
    data: { name: before.name },
  });
}
