import type { Context } from '#platform/context.ts';
import { conflict } from '#shared/errors.ts';

/** Whether the caller's new customers must go through intake; asked before one is created directly. */
type IntakeQuestion = (context: Context) => Promise<boolean>;
let question: IntakeQuestion | undefined;
/** Set by the module that owns intake. */
export const registerIntakeQuestion = (ask: IntakeQuestion): void => {
  question = ask;
};

export const needsIntake = async (context: Context): Promise<boolean> => (await question?.(context)) ?? false;

export async function requireDirectCreation(context: Context): Promise<void> {
  if (await needsIntake(context)) throw conflict('customer.intakeRequired');
}
