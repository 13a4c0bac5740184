import { conditionFault } from '#shared/condition-faults.ts';
import type { Condition } from '#shared/conditions.ts';

/** What an address or a view holds as a filter, when it is one; the server says what is wrong with the rest. */
export const conditionFrom = (value: unknown): Condition | undefined =>
  value === undefined || conditionFault(value) ? undefined : (value as Condition);
