import { z } from 'zod';

/** Who decides in a step. */
export const approver = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('role'), roleId: z.uuid() }),
  z.strictObject({ by: z.literal('person'), userIds: z.array(z.uuid()).min(1).max(20) }),
  /** Level 1: the requester's superior; 2: the superior's superior. */
  z.strictObject({ by: z.literal('manager'), level: z.number().int().min(1).max(3) }),
  z.strictObject({ by: z.literal('permission'), permission: z.string().min(3).max(60) }),
]);
export type Approver = z.infer<typeof approver>;

export const stepOperators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'contains'] as const;
export type StepOperator = (typeof stepOperators)[number];

/** One comparison with a field of the snapshot; all of a step's must hold for the step to be asked. */
export const stepCondition = z.strictObject({
  field: z.string().min(1).max(60),
  op: z.enum(stepOperators),
  value: z.union([z.string().max(200), z.number(), z.boolean()]),
});
export type StepCondition = z.infer<typeof stepCondition>;

export const flowStep = z.strictObject({
  key: z.string().regex(/^[a-z0-9-]{1,40}$/),
  name: z.string().trim().min(1).max(60),
  approver,
  /** `any`: `minimum` different people; `all`: everybody. */
  mode: z.enum(['any', 'all']).default('any'),
  minimum: z.number().int().min(1).max(20).default(1),
  conditions: z.array(stepCondition).max(10).default([]),
  deadlineHours: z.number().int().min(1).max(8760).nullable().default(null),
  /** Hours before the deadline at which the undecided are reminded. */
  remindHours: z.number().int().min(1).max(8760).nullable().default(null),
  /** Who is brought in after the deadline; null: the superior of those who did not decide. */
  escalateTo: z.uuid().nullable().default(null),
});
export type FlowStep = z.infer<typeof flowStep>;

/** `fieldKeys`: keys of customer fields, shown by their names. */
export const snapshotFieldTypes = ['number', 'text', 'choice', 'boolean', 'date', 'fieldKeys'] as const;
/** A field of a subject's snapshot that flows may compare and pages can name. */
export const snapshotField = z.strictObject({
  key: z.string(),
  type: z.enum(snapshotFieldTypes),
  label: z.strictObject({ zh: z.string(), en: z.string() }),
  options: z
    .array(z.strictObject({ value: z.string(), label: z.strictObject({ zh: z.string(), en: z.string() }) }))
    .optional(),
});
export type SnapshotField = z.infer<typeof snapshotField>;

/** Operators that make sense for a type; the same list for the designer and the check. */
export const operatorsOf = (type: SnapshotField['type']): readonly StepOperator[] =>
  type === 'number' || type === 'date'
    ? ['gte', 'gt', 'lte', 'lt', 'eq', 'ne']
    : type === 'text'
      ? ['contains', 'eq', 'ne']
      : type === 'fieldKeys'
        ? ['contains']
        : ['eq', 'ne'];

export const flowState = z.enum(['draft', 'published', 'retired']);
export const flowShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  subjectKind: z.string(),
  number: z.number().int(),
  state: flowState,
  note: z.string(),
  steps: z.array(flowStep),
  /** Names of the people, by id. */
  names: z.record(z.string(), z.string()),
  createdAt: z.string(),
  publishedAt: z.string().nullable(),
  publishedByName: z.string().nullable(),
});
export type FlowView = z.infer<typeof flowShape>;
