import { z } from 'zod';
import { conditionFault } from './condition-faults.ts';
import { operators } from './operator-names.ts';
import { wildKeys } from './wild-keys.ts';

export type Operator = (typeof operators)[number];

/**
 * The one condition language of the product: lists, saved views, segments, rules, exports and campaigns share it.
 * A tree of `all` / `any` / `not` over leaves `{ field, op, value }`. It travels as JSON; in a URL as compact JSON.
 */
export type Condition = Leaf | { all: Condition[] } | { any: Condition[] } | { not: Condition };
export interface Leaf {
  field: string;
  op: Operator;
  value?: unknown;
}

const leaf = z.strictObject({
  field: z.string().min(1).max(100),
  op: z.enum(operators),
  value: z.unknown().optional(),
});
const shape: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    leaf,
    z.strictObject({ all: z.array(shape).max(100) }),
    z.strictObject({ any: z.array(shape).max(100) }),
    z.strictObject({ not: shape }),
  ]),
);
/**
 * Shape of a condition; a mistake is reported with its place in the tree. Depth and size are limited by `conditionSize`
 * before it is compiled.
 */
export const condition: z.ZodType<Condition> = z.preprocess((value, context) => {
  const fault = conditionFault(value);
  if (!fault) return value;
  context.addIssue({ code: 'custom', message: fault.code, path: fault.path, params: fault.params });
  return z.NEVER;
}, shape);

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

/** Keys of the fields a condition asks for, as often as it does. */
export function fieldsNamed(node: Condition): string[] {
  if ('field' in node) return [node.field];
  return ('all' in node ? node.all : 'any' in node ? node.any : [node.not]).flatMap(fieldsNamed);
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
      return JSON.parse(text, (key, value: unknown) => {
        if (wildKeys.includes(key)) throw new SyntaxError(key);
        return value;
      }) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'condition.notJson' });
      return z.NEVER;
    }
  })
  .pipe(condition);
