import type { Condition, Leaf } from '#shared/conditions.ts';

export interface LeafNode extends Leaf {
  id: number;
}
/** A group as people think of it: all of these, any of these, none of these. */
export interface GroupNode {
  id: number;
  mode: 'all' | 'any' | 'none';
  children: (GroupNode | LeafNode)[];
}

let serial = 0;
export const newGroup = (mode: GroupNode['mode'] = 'all', children: GroupNode['children'] = []): GroupNode => ({
  id: ++serial,
  mode,
  children,
});
export const newLeaf = (leaf: Leaf): LeafNode => ({ id: ++serial, ...leaf });

function nodeOf(condition: Condition): GroupNode | LeafNode {
  if ('field' in condition) return newLeaf(condition);
  if ('all' in condition) return newGroup('all', condition.all.map(nodeOf));
  if ('any' in condition) return newGroup('any', condition.any.map(nodeOf));
  return newGroup('none', 'any' in condition.not ? condition.not.any.map(nodeOf) : [nodeOf(condition.not)]);
}

/** The editable tree of a condition; the root is always a group. */
export function treeOf(condition: Condition | undefined): GroupNode {
  if (!condition) return newGroup();
  const node = nodeOf(condition);
  return 'mode' in node ? node : newGroup('all', [node]);
}

export const complete = (leaf: LeafNode): boolean => {
  if (['empty', 'notEmpty', 'isMe'].includes(leaf.op)) return true;
  if (leaf.op === 'between')
    return (
      Array.isArray(leaf.value) &&
      leaf.value.length === 2 &&
      leaf.value.every((item) => item !== null && item !== undefined && item !== '')
    );
  // A unit may be chosen before its number is typed.
  if (['withinLast', 'olderThan', 'withinNext'].includes(leaf.op))
    return (leaf.value as { count?: number } | undefined)?.count !== undefined;
  if (['in', 'notIn', 'inTeam'].includes(leaf.op)) return Array.isArray(leaf.value) && leaf.value.length > 0;
  return leaf.value !== undefined && leaf.value !== null && leaf.value !== '';
};

/** The condition of a tree; leaves still without a value are left out. */
export function conditionOf(node: GroupNode | LeafNode): Condition | undefined {
  if (!('mode' in node)) {
    if (!complete(node)) return undefined;
    const { id: _, value, ...leaf } = node;
    return ['empty', 'notEmpty', 'isMe'].includes(leaf.op) ? leaf : { ...leaf, value };
  }
  const children = node.children.map(conditionOf).filter((child) => child !== undefined);
  if (children.length === 0) return undefined;
  if (node.mode === 'none') return { not: { any: children } };
  const [only] = children;
  if (children.length === 1 && only) return only;
  return node.mode === 'all' ? { all: children } : { any: children };
}

/** Whether a leaf still waits for its value. */
export const unfinished = (node: GroupNode | LeafNode): boolean =>
  'mode' in node ? node.children.some(unfinished) : !complete(node);

/** The tree with one node replaced, or taken out when `next` is null. */
export function replaceNode(group: GroupNode, id: number, next: GroupNode | LeafNode | null): GroupNode {
  if (group.id === id && next && 'mode' in next) return next;
  return {
    ...group,
    children: group.children.flatMap((child) => {
      if (child.id === id) return next ? [next] : [];
      return 'mode' in child ? [replaceNode(child, id, next)] : [child];
    }),
  };
}
