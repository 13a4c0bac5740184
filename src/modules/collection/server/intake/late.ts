import { waitingFor } from '#modules/approvals/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { defineJob } from '#platform/jobs/kinds.ts';
import { intakeKind, intakePath, lateness, lateSince, selectIntakes } from './rows.ts';

const batch = 200;

/** Tells of one batch of due and late intakes, each once; the key of the notice keeps it from being told again. */
async function tellBatch(context: Context, after: { due: string; id: string } | null) {
  const day = await companyToday(context);
  let rows = selectIntakes(context)
    .where('state', 'in', ['draft', 'submitted', 'returned'])
    .where('due_on', '<=', day)
    .orderBy('due_on')
    .orderBy('id')
    .limit(batch);
  if (after) rows = rows.where((eb) => eb(eb.refTuple('due_on', 'id'), '>', eb.tuple(after.due, after.id)));
  const found = await rows.execute();
  const waiting = await waitingFor(
    context,
    intakeKind,
    found.map((row) => row.id),
  );
  const daysLate = await lateness(context, found, day);
  const since = await lateSince(context, day);
  let told = 0;
  for (const row of found) {
    const late = row.due_on < since;
    if (!late && row.due_on < day) continue;
    const deciders = row.state === 'submitted' ? (waiting.get(row.id)?.userIds ?? []) : [row.owner_id];
    told += await notify(context, {
      userIds: deciders,
      type: late ? 'intake.late' : 'intake.due',
      params: { name: row.name || '—', day: row.due_on, n: daysLate(row) },
      path: intakePath(row.id),
      key: `intake-${late ? 'late' : 'due'}:${row.id}:${row.due_on}`,
    });
  }
  const last = found.length === batch ? found.at(-1) : undefined;
  return { told, last: last ? { due: last.due_on, id: last.id } : null };
}

export const lateJob = defineJob({
  kind: 'collection.intakeDue',
  heavy: false,
  async run(job) {
    let told = 0;
    let after: { due: string; id: string } | null = null;
    do {
      const done = await job.inTransaction((context) => tellBatch(context, after));
      told += done.told;
      after = done.last;
    } while (after !== null);
    return { told };
  },
});

export const lateSchedule = { key: 'collection.intakeDue', cron: '0 9 * * *', kind: 'collection.intakeDue' };
