import type { Context } from '#platform/context.ts';
import { notFound } from '#shared/errors.ts';
import type { GraphNode, Introductions } from '../relation-contract.ts';
import { edgesAround, knownBy } from './edges.ts';
import { type EndRef, endOf, visibleNodes } from './ends.ts';

/** Ties nobody asks for an introduction over; and whom a user knows is where a way begins. */
const noWay = new Set(['knows', 'competitor', 'rival']);
const deepest = 6;
const mostVisited = 20_000;
/** More from one level than this are strangers to each other anyway; keeps a dealer with 10,000 customers from filling memory. */
const widest = 3_000;

/** How a node is best reached from the target: the next node towards it and the product of strengths (each ÷ 5). */
interface Reached {
  towards: string | null;
  typeKey: string;
  /** Whether the tie points from this node to the next one. */
  outward: boolean;
  strength: number;
  product: number;
}

/**
 * Ways from users of the company to a customer or person, found breadth first from the target, one query per level, going on only
 * from nodes the actor may see. Of the shortest ways the one with the strongest ties is kept. The caller's own way comes first, then
 * colleagues' who are nearer.
 */
export async function introductions(context: Context, target: EndRef): Promise<Introductions> {
  const nodes = await visibleNodes(context, [target.id]);
  if (nodes.get(target.id)?.kind !== target.kind) throw notFound(target.kind);
  const reached = new Map<string, Reached>([
    [target.id, { towards: null, typeKey: '', outward: true, strength: 5, product: 1 }],
  ]);
  const ways = new Map<string, { via: string; typeKey: string; strength: number; product: number; steps: number }>();
  let frontier = [target.id];
  let truncated = false;
  for (let depth = 0; depth <= deepest && frontier.length > 0; depth += 1) {
    for (const link of await knownBy(context, frontier)) {
      const product = (reached.get(link.nodeId)?.product ?? 0) * (link.strength / 5);
      const known = ways.get(link.userId);
      if (!known || (known.steps === depth && known.product < product)) {
        ways.set(link.userId, {
          via: link.nodeId,
          typeKey: link.typeKey,
          strength: link.strength,
          product,
          steps: depth,
        });
      }
    }
    if (ways.has(context.actor.userId) || depth === deepest) break;
    if (reached.size >= mostVisited) {
      truncated = true;
      break;
    }
    frontier = await nextLevel(context, frontier, reached, nodes);
    if (frontier.length > widest) {
      truncated = true;
      frontier = frontier
        .sort((a, b) => (reached.get(b)?.product ?? 0) - (reached.get(a)?.product ?? 0))
        .slice(0, widest);
    }
  }
  const users = await visibleNodes(context, ways.keys());
  const best = [...ways]
    .filter(([userId]) => users.has(userId))
    .sort(
      ([a, one], [b, other]) =>
        Number(b === context.actor.userId) - Number(a === context.actor.userId) ||
        one.steps - other.steps ||
        other.product - one.product,
    )
    .slice(0, 5);
  return {
    truncated,
    paths: best.flatMap(([userId, way]) => {
      const user = users.get(userId);
      return user ? [path(user, way, reached, nodes, userId === context.actor.userId)] : [];
    }),
  };
}

async function nextLevel(
  context: Context,
  frontier: string[],
  reached: Map<string, Reached>,
  nodes: Map<string, GraphNode>,
): Promise<string[]> {
  const here = new Set(frontier);
  const candidates = new Map<string, Reached>();
  for (const edge of await edgesAround(context, frontier, { limit: widest * 2 })) {
    if (noWay.has(edge.typeKey)) continue;
    for (const outward of [true, false]) {
      const [node, towards] = outward ? [edge.from, edge.to] : [edge.to, edge.from];
      if (!here.has(towards) || reached.has(node)) continue;
      const product = (reached.get(towards)?.product ?? 0) * (edge.strength / 5);
      const known = candidates.get(node);
      if (!known || known.product < product)
        candidates.set(node, { towards, typeKey: edge.typeKey, outward, strength: edge.strength, product });
    }
  }
  const seen = await visibleNodes(context, candidates.keys());
  const next: string[] = [];
  for (const [id, node] of seen) {
    const step = candidates.get(id);
    if (!step || node.kind === 'user') continue;
    nodes.set(id, node);
    reached.set(id, step);
    next.push(id);
  }
  return next;
}

function path(
  user: GraphNode,
  way: { via: string; typeKey: string; strength: number },
  reached: Map<string, Reached>,
  nodes: Map<string, GraphNode>,
  mine: boolean,
): Introductions['paths'][number] {
  const steps = [endOf(user)];
  const edges = [{ typeKey: way.typeKey, outward: true, strength: way.strength }];
  for (let at: string | null = way.via; at; ) {
    const node = nodes.get(at);
    const step: Reached | undefined = reached.get(at);
    if (!node || !step) break;
    steps.push(endOf(node));
    if (step.towards) edges.push({ typeKey: step.typeKey, outward: step.outward, strength: step.strength });
    at = step.towards;
  }
  return { steps, edges, mine };
}
