import type { Approver, FlowStep } from '../flow-shapes.ts';

/** A new step at the end of a flow: the requester's superior. */
export function newStep(steps: FlowStep[], name: string): FlowStep {
  let serial = steps.length + 1;
  while (steps.some((step) => step.key === `step-${serial}`)) serial += 1;
  return {
    key: `step-${serial}`,
    name,
    approver: { by: 'manager', level: 1 },
    mode: 'any',
    minimum: 1,
    conditions: [],
    deadlineHours: null,
    remindHours: null,
    escalateTo: null,
  };
}

/** The approver a step gets when its kind of approver is changed. */
export function approverFor(by: Approver['by'], options: { roleId?: string; permission: string }): Approver {
  if (by === 'role') return { by, roleId: options.roleId ?? '' };
  if (by === 'person') return { by, userIds: [] };
  if (by === 'manager') return { by, level: 1 };
  return { by, permission: options.permission };
}

/** The steps with one moved up or down. */
export function moved(steps: FlowStep[], index: number, by: -1 | 1): FlowStep[] {
  const next = [...steps];
  const [step] = next.splice(index, 1);
  if (step) next.splice(index + by, 0, step);
  return next;
}

/** Server errors of one step by the path below it (`steps.2.approver.roleId` → `approver.roleId`). */
export function errorsOfStep(errors: { field: string; message?: string; code: string }[], index: number) {
  const prefix = `steps.${index}.`;
  return Object.fromEntries(
    errors
      .filter((error) => error.field.startsWith(prefix))
      .map((error) => [error.field.slice(prefix.length), error.message ?? error.code]),
  );
}
