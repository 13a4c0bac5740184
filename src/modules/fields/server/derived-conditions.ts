import type { RawBuilder } from 'kysely';
import type { Context } from '#platform/context.ts';
import { type Condition, conditionSize, type Leaf, maxConditionDepth, maxConditionLeaves } from '#shared/conditions.ts';
import { badRequest } from '#shared/errors.ts';
import type { FieldDefinition, RecordObject } from '#shared/fields.ts';

/** The SQL a leaf stands for, or undefined where the field's stored value answers it. */
export type LeafMeaning = (context: Context, leaf: Leaf) => Promise<RawBuilder<boolean> | undefined>;

const meanings = new Map<string, LeafMeaning>();

/**
 * A module tells what a condition on its field means when that is more than comparing the stored value: "in segment" asks the
 * segment's own condition, "in category" the nodes below. Called once while modules load.
 */
export function registerLeafMeaning(object: RecordObject, field: string, meaning: LeafMeaning): void {
  meanings.set(`${object}.${field}`, meaning);
}

/** The registered meanings of the leaves of a condition; fields the actor may not read are left for the compiler to refuse. */
export async function leafMeanings(
  context: Context,
  object: RecordObject,
  node: Condition,
  byKey: Map<string, FieldDefinition>,
): Promise<Map<Leaf, RawBuilder<boolean>>> {
  const found = new Map<Leaf, RawBuilder<boolean>>();
  const size = conditionSize(node);
  if (size.depth > maxConditionDepth) throw badRequest('condition.tooDeep', { params: { maximum: maxConditionDepth } });
  if (size.leaves > maxConditionLeaves)
    throw badRequest('condition.tooMany', { params: { maximum: maxConditionLeaves } });
  for (const leaf of leavesOf(node)) {
    const meaning = byKey.has(leaf.field) ? meanings.get(`${object}.${leaf.field}`) : undefined;
    const sql = await meaning?.(context, leaf);
    if (sql) found.set(leaf, sql);
  }
  return found;
}

/** Every leaf of a condition. */
export function leavesOf(node: Condition): Leaf[] {
  if ('field' in node) return [node];
  if ('not' in node) return leavesOf(node.not);
  return ('all' in node ? node.all : node.any).flatMap(leavesOf);
}
