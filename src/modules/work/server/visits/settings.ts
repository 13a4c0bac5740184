import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { ActivityType } from '../../activity-contract.ts';
import type { VisitPurpose, WorkSettings } from '../../visit-contract.ts';

/** A company's purposes are a short list a person chooses from. */
const most = 50;

const select = (context: Context) =>
  context.tx
    .selectFrom('work_setting')
    .select([
      'version',
      'radius_metres',
      'minutes_days',
      'confirm_days',
      'minutes_after',
      'minutes_review',
      'place_days',
    ])
    .where('org_id', '=', context.orgId);

/** The company's rules for visits and minutes; version 0 while nobody has set any. */
export async function workSettings(context: Context, lock = false): Promise<WorkSettings> {
  const row = await (lock ? select(context).forUpdate() : select(context)).executeTakeFirst();
  return {
    version: row?.version ?? 0,
    radiusMetres: row ? row.radius_metres : 500,
    minutesDays: row?.minutes_days ?? 2,
    confirmDays: row?.confirm_days ?? 3,
    minutesAfter: (row?.minutes_after ?? ['meeting']) as ActivityType[],
    minutesReview: row?.minutes_review ?? true,
    placeDays: row?.place_days ?? 180,
  };
}

export async function saveWorkSettings(context: Context, input: Omit<WorkSettings, 'version'>): Promise<WorkSettings> {
  const before = await workSettings(context, true);
  requireVersion(context, before.version, () => before);
  const values = {
    radius_metres: input.radiusMetres,
    minutes_days: input.minutesDays,
    confirm_days: input.confirmDays,
    minutes_after: [...new Set(input.minutesAfter)],
    minutes_review: input.minutesReview,
    place_days: input.placeDays,
  };
  const saved = await context.tx
    .insertInto('work_setting')
    .values({ org_id: context.orgId, id: newId(), ...values, created_by: context.actor.userId })
    .onConflict((clash) =>
      clash
        .column('org_id')
        .doUpdateSet({ ...values, version: sql`work_setting.version + 1` })
        // Two who set the rules for the first time: the second reads the first's before changing them.
        .where('work_setting.version', '=', before.version),
    )
    .returning('id')
    .executeTakeFirst();
  const after = await workSettings(context);
  if (!saved) requireVersion({ ...context, ifMatch: before.version }, after.version, () => after);
  await recordEvent(context, {
    kind: 'workSetting.updated',
    subjectKind: 'workSetting',
    subjectId: saved?.id ?? context.orgId,
    data: { before, after },
  });
  return after;
}

const purposes = (context: Context) =>
  context.tx
    .selectFrom('visit_purpose')
    .select(['id', 'version', 'name', 'checklist'])
    .where('org_id', '=', context.orgId)
    .where('state', '=', 'active');

export async function listPurposes(context: Context): Promise<{ items: VisitPurpose[] }> {
  return { items: await purposes(context).orderBy('id').limit(most).execute() };
}

export const purposeOf = (context: Context, id: string) => purposes(context).where('id', '=', id).executeTakeFirst();

type Input = Omit<VisitPurpose, 'id' | 'version'>;

export async function createPurpose(context: Context, input: Input): Promise<VisitPurpose> {
  const present = await purposes(context).limit(most).execute();
  if (present.length >= most) throw conflict('visit.tooManyPurposes', { params: { limit: most } });
  const id = newId();
  await context.tx
    .insertInto('visit_purpose')
    .values({ org_id: context.orgId, id, ...input, created_by: context.actor.userId })
    .execute();
  await recordEvent(context, {
    kind: 'visitPurpose.created',
    subjectKind: 'visitPurpose',
    subjectId: id,
    data: { name: input.name },
  });
  return { id, version: 1, ...input };
}

async function locked(context: Context, id: string): Promise<VisitPurpose> {
  const row = await purposes(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('visitPurpose');
  requireVersion(context, row.version, () => row);
  return row;
}

export async function updatePurpose(context: Context, id: string, input: Input): Promise<VisitPurpose> {
  const before = await locked(context, id);
  await context.tx
    .updateTable('visit_purpose')
    .set({ ...input, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'visitPurpose.updated',
    subjectKind: 'visitPurpose',
    subjectId: id,
    data: { before: { name: before.name, checklist: before.checklist } },
  });
  return { id, version: before.version + 1, ...input };
}

export async function retirePurpose(context: Context, id: string): Promise<void> {
  const before = await locked(context, id);
  await context.tx
    .updateTable('visit_purpose')
    .set({ state: 'retired', version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'visitPurpose.retired',
    subjectKind: 'visitPurpose',
    subjectId: id,
    data: { name: before.name },
  });
}
