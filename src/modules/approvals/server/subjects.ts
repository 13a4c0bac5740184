import type { Context } from '#platform/context.ts';
import type { FlowStep, SnapshotField } from '../flow-shapes.ts';

export type Snapshot = Record<string, unknown>;
export type Outcome = 'approved' | 'refused' | 'withdrawn';

/** The request as the owning module sees it. */
export interface ApprovalFacts {
  id: string;
  subjectId: string;
  requestedBy: string;
  customerId: string | null;
  snapshot: Snapshot;
}

/**
 * A kind of thing that can wait for a yes: who decides unless a flow says otherwise, and what happens then.
 * The kind's name is `approvals.kinds.<kind>` in the owning module's locale files.
 */
export interface ApprovalSubject {
  kind: string;
  /** Permission that lets somebody decide while no flow is published for the kind. */
  permission: string;
  /** Fields of the snapshot: named on the pages, and flows may compare them. */
  fields?: SnapshotField[];
  /** The path while no flow is published for the kind; without it one step of anybody who holds the permission. */
  steps?(context: Context, request: { subjectId: string; customerId: string | null }): Promise<FlowStep[]>;
  /** Names of those steps by their keys: shown in the language of who reads. */
  stepNames?: Record<string, { zh: string; en: string }>;
  /** Their snapshots as far as the caller may read them, in order; without it all of each. */
  shown?(context: Context, approvals: ApprovalFacts[]): Promise<Snapshot[]>;
  /** Page of the subject. */
  path?(subjectId: string): string;
  /** Waits for the turn `decided` needs for a yes. Called before the request is locked, so that nobody who waits keeps others from a row. */
  waitTurn?(context: Context, subjectId: string): Promise<void>;
  /** Runs in the deciding transaction; a problem thrown here undoes the decision. */
  decided(context: Context, approval: ApprovalFacts, outcome: Outcome): Promise<void>;
  /** The subject as it is now, in the shape of the snapshot; null when it is gone. */
  current?(context: Context, subjectId: string, snapshot: Snapshot): Promise<Snapshot | null>;
  /** Whether a yes to the snapshot still holds for the changed subject. Without it the decider must accept the changes. */
  accepts?(context: Context, approval: ApprovalFacts, current: Snapshot): Promise<boolean>;
  /** Sent back to the requester: the subject may be changed and submitted again. */
  returned?(context: Context, approval: ApprovalFacts): Promise<void>;
  /** About to be submitted again from the approval's page; a problem thrown here stops it. */
  resubmitted?(context: Context, approval: ApprovalFacts): Promise<void>;
}

const subjects = new Map<string, ApprovalSubject>();
export const registerApprovalSubject = (subject: ApprovalSubject): void => void subjects.set(subject.kind, subject);
export const subjectOf = (kind: string): ApprovalSubject | undefined => subjects.get(kind);
export const allSubjects = (): ApprovalSubject[] => [...subjects.values()];

/** The name of a step of a path no company published; empty where its kind names none. */
export function ownStepName({ lang }: { lang: string }, kind: string, key: string): string {
  const name = subjectOf(kind)?.stepNames?.[key];
  return name ? name[lang === 'zh-CN' ? 'zh' : 'en'] : '';
}

/**
 * The name of a step as the reader has it: kept in the language of who asked, it is looked up by the key it has in the frozen path.
 * What a published flow calls its steps is the company's own and stays.
 */
export function stepName<Name extends string | null>(
  context: { lang: string },
  approval: { subject_kind: string; flow: unknown },
  name: Name,
): Name | string {
  const { number, steps } = approval.flow as { number: number | null; steps: { key: string; name: string }[] };
  const key = number === null ? steps.find((step) => step.name === name)?.key : undefined;
  return (key && ownStepName(context, approval.subject_kind, key)) || name;
}
