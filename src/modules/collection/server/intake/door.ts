import { type Collected, registerIntake, registerUndo } from '#modules/customers/index.ts';
import { addWorkingDays } from '#modules/work/index.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { insertMany } from '#platform/db/insert.ts';
import { recordEvents } from '#platform/events/index.ts';
import { newId } from '#shared/ids.ts';
import { intakeKind } from './rows.ts';
import { boundToIntake, intakeSettings } from './settings.ts';

/** Keeps what was collected elsewhere as drafts of the caller's, to be completed and handed in. */
async function keepDrafts(context: Context, cards: Collected[]): Promise<string[]> {
  const day = await companyToday(context);
  const dueOn = await addWorkingDays(context, day, (await intakeSettings(context)).dueDays);
  const rows = cards.map((card) => ({
    org_id: context.orgId,
    id: newId(),
    owner_id: context.actor.userId,
    team_id: context.actor.teamId,
    kind: card.kind,
    name: String(card.values.name ?? '').slice(0, 200),
    entered: card.values,
    contacts: card.people.map((values) => ({ values })),
    source: card.source,
    note: card.note ?? '',
    collected_on: day,
    due_on: dueOn,
    origin_kind: card.origin?.kind ?? null,
    origin_id: card.origin?.id ?? null,
    batch_id: card.batchId ?? null,
  }));
  await insertMany(context.tx, 'intake', rows);
  await recordEvents(
    context,
    rows.map((row, index) => ({
      kind: 'intake.kept',
      subjectKind: intakeKind,
      subjectId: row.id,
      data: { name: row.name, origin: row.origin_kind },
      source: cards[index]?.source,
      batchId: row.batch_id,
    })),
  );
  return rows.map((row) => row.id);
}

registerIntake({ binds: boundToIntake, permission: 'intake:collect', keep: keepDrafts });

/** An import taken back takes its drafts along; what the importer went on with stays. */
registerUndo(intakeKind, async (context, events, batchId) => {
  const rows = await context.tx
    .selectFrom('intake')
    .select(['id', 'name', 'version', 'state', 'customer_id'])
    .where('org_id', '=', context.orgId)
    .where('batch_id', '=', batchId)
    .where(
      'id',
      'in',
      events.map((event) => event.subject_id),
    )
    .forUpdate()
    .execute();
  const untouched = rows.filter((row) => row.state === 'draft' && row.version === 1).map((row) => row.id);
  if (untouched.length > 0)
    await context.tx.deleteFrom('intake').where('org_id', '=', context.orgId).where('id', 'in', untouched).execute();
  const kept = rows.filter((row) => !untouched.includes(row.id));
  return {
    undone: untouched.length,
    kept: kept.map((row) => ({ customerId: row.customer_id ?? '', name: row.name, fields: [] })),
  };
});
