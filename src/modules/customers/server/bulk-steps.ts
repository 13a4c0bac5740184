import { requirePermission } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { inSavepoint } from '#platform/db/savepoint.ts';
import { badRequest, Problem } from '#shared/errors.ts';
import { loadCustomer, reloadCustomer } from './card.ts';
import type { CustomerRow } from './store.ts';
import { moveToTrash } from './trash.ts';
import { type BatchEvent, registerUndo, type Undone } from './undo.ts';

/** What a bulk edit does with each customer besides changing values. */
export interface BulkStep {
  permission: string;
  /** Kind of the event `take` records with the batch; undoing hands it to `back`. */
  event: string;
  /** Returns false where there is nothing to do. */
  take(context: Context, row: CustomerRow, note: { batchId: string; reason?: string }): Promise<boolean>;
  /** Returns false where somebody has gone on since. */
  back(context: Context, row: CustomerRow, event: BatchEvent): Promise<boolean>;
}

const steps = new Map<string, BulkStep>();

/** Registered by the module that owns the step. */
export function registerBulkStep(key: string, step: BulkStep): void {
  steps.set(key, step);
  registerUndo(step.event, (context, events) => takeBack(context, step, events));
}

/** The step a bulk edit names, if the actor may take it. */
export function bulkStep(context: Context, key: string): BulkStep {
  const step = steps.get(key);
  if (!step) throw badRequest('bulk.unknownStep', { field: 'step', params: { steps: [...steps.keys()].join(', ') } });
  requirePermission(context.actor, step.permission);
  return step;
}

async function takeBack(context: Context, step: BulkStep, events: BatchEvent[]): Promise<Undone> {
  const result: Undone = { undone: 0, kept: [] };
  for (const event of events) {
    const id = event.subject_id;
    const done = await inSavepoint(context, async () =>
      step.back(context, await loadCustomer(context, id, step.permission, true), event),
    ).catch((error: unknown) => {
      // Out of reach by now, or a unique value taken: told, the rest goes on.
      if (error instanceof Problem) return false;
      throw error;
    });
    if (done) result.undone += 1;
    else result.kept.push({ customerId: id, name: (await reloadCustomer(context, id))?.number ?? '', fields: [] });
  }
  return result;
}

registerBulkStep('trash', {
  permission: 'customer:trash',
  event: 'customer.trashed',
  async take(context, row, note) {
    if (row.state !== 'active') return false;
    await moveToTrash(context, row, true, note);
    return true;
  },
  async back(context, row) {
    if (row.state !== 'trashed') return false;
    await moveToTrash(context, row, false, { reason: 'undo' });
    return true;
  },
});
