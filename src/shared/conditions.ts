import { z } from 'zod';

/**
 * The one condition language of the product: lists, saved views, segments, rules, exports and campaigns share it.
 * A tree of `all` / `any` / `not` over leaves `{ field, op, value }`. It travels as JSON; in a URL as compact JSON.
 */
export const operators = [
  'eq',
  'ne',
  'in',
  'notIn',
  'contains',
  'notContains',
  'startsWith',
  'lt',
  'lte',
  'gt',
  'gte',
  'between',
  'empty',
  'notEmpty',
  'withinLast',
  'olderThan',
  'withinNext',
  'isMe',
  'under',
] as const;
export type Operator = (typeof operators)[number];

export interface Leaf {
  field: string;
  op: Operator;
  value?: unknown;
}
export type Condition = Leaf | { all: Condition[] } | { any: Condition[] } | { not: Condition };

const leaf = z.strictObject({
  field: z.string().min(1).max(100),
  op: z.enum(operators),
  value: z.unknown().optional(),
});
/** Shape of a condition. Depth and size are limited by `conditionSize` before it is compiled. */
export const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    leaf,
    z.strictObject({ all: z.array(condition).max(100) }),
    z.strictObject({ any: z.array(condition).max(100) }),
    z.strictObject({ not: condition }),
  ]),
);

export const maxConditionDepth = 8;
export const maxConditionLeaves = 100;

/** Depth and number of leaves of a condition. */
export function conditionSize(node: Condition): { depth: number; leaves: number } {
  if ('field' in node) return { depth: 1, leaves: 1 };
  const children = 'all' in node ? node.all : 'any' in node ? node.any : [node.not];
  let depth = 0;
  let leaves = 0;
  for (const child of children) {
    const size = conditionSize(child);
    depth = Math.max(depth, size.depth);
    leaves += size.leaves;
  }
  return { depth: depth + 1, leaves };
}

/** A JSON condition in a query parameter. */
export const conditionParameter = z
  .string()
  .max(20000)
  .transform((text, context) => {
    // Measured before zod walks it: a hostile depth would exhaust the stack.
    let open = 0;
    for (const character of text) {
      if (character === '{' || character === '[') open += 1;
      else if (character === '}' || character === ']') open -= 1;
      if (open > 4 * maxConditionDepth) {
        context.addIssue({ code: 'custom', message: 'condition.tooDeep' });
        return z.NEVER;
      }
    }
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'condition.notJson' });
      return z.NEVER;
    }
  })
  .pipe(condition);
