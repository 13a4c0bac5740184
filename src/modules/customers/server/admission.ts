import { requirePermission } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import type { FieldValues } from '#shared/fields.ts';
import { type CreateInput, checkedCustomer, createCustomer, refuseDuplicate } from './change.ts';
import { intakeOf, type Origin } from './creation.ts';

export interface Admission extends CreateInput {
  /** Checked values of the people that come along; the caller writes them where the customer is made at once. */
  people: FieldValues[];
  note?: string;
  origin: Origin;
}

/**
 * The door for customers that do not come from the create form (scanned cards, captures, answers to forms): made at once, or kept
 * as an intake of the caller's where the caller's new customers are reviewed first. The origin is told later what the intake became.
 */
export async function admitCustomer(
  context: Context,
  input: Admission,
): Promise<{ customerId: string; intakeId: null } | { customerId: null; intakeId: string }> {
  const intake = await intakeOf(context);
  if (!intake) {
    requirePermission(context.actor, 'customer:create');
    return { customerId: (await createCustomer(context, input)).id, intakeId: null };
  }
  const values = await checkedCustomer(context, input.kind, input.values);
  if (!input.allowDuplicate) await refuseDuplicate(context, input.kind, values);
  const { kind, people, note, origin, source = 'visit' } = input;
  const [intakeId = ''] = await intake.keep(context, [{ kind, values, people, source, note, origin }]);
  return { customerId: null, intakeId };
}
