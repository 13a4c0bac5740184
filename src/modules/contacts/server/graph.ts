import { sql } from 'kysely';
import { dictionaryFor } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { badRequest, notFound } from '#shared/errors.ts';
import type { GraphEdge, GraphNode } from '../relation-contract.ts';
import { type EdgeQuery, edgesAround, recorded } from './edges.ts';
import { endSeen, visibleNodes } from './ends.ts';

export interface GraphQuery {
  kind?: 'customer' | 'contact';
  id?: string;
  steps: number;
  limit: number;
  types?: string;
  minStrength: number;
  on?: string;
}

/** Everybody around a centre, step by step: at each step only those the actor may see are kept and gone on from. */
export async function relationGraph(context: Context, query: GraphQuery) {
  const types = query.types?.split(',').filter((key) => key !== '');
  const filter = { minStrength: query.minStrength, on: query.on, ...(types && types.length > 0 ? { types } : {}) };
  if ((query.kind === undefined) !== (query.id === undefined))
    throw badRequest('relation.centre', { field: query.kind ? 'id' : 'kind' });
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  let truncated = false;
  let frontier: string[];
  if (query.id) {
    const [centre] = [...(await visibleNodes(context, [query.id])).values()];
    if (centre?.kind !== query.kind || !centre) throw notFound(query.kind);
    nodes.set(centre.id, centre);
    frontier = [centre.id];
  } else {
    frontier = await newestEnds(context, query.limit, filter);
    for (const [id, node] of await visibleNodes(context, frontier)) if (nodes.size < query.limit) nodes.set(id, node);
    frontier = [...nodes.keys()];
  }
  for (let step = 0; step < (query.id ? query.steps : 1) && frontier.length > 0; step += 1) {
    const around = await edgesAround(context, frontier, { ...filter, limit: query.limit * 4 });
    const unknown = around.flatMap((edge) => [edge.from, edge.to]).filter((id) => !nodes.has(id));
    // Without a centre the picture is of those already chosen: nobody further is fetched.
    const found = query.id ? await visibleNodes(context, unknown) : new Map<string, GraphNode>();
    frontier = [];
    for (const [id, node] of found) {
      if (node.kind === 'user') continue;
      if (nodes.size >= query.limit) {
        truncated = true;
        break;
      }
      nodes.set(id, node);
      frontier.push(id);
    }
    for (const edge of around) edges.set(edge.id, edge);
  }
  // The last ones fetched are tied to each other, too.
  if (query.id && frontier.length > 0) {
    for (const edge of await edgesAround(context, frontier, { ...filter, limit: query.limit * 4 }))
      edges.set(edge.id, edge);
  }
  const attitude = (await dictionaryFor(context, 'contact')).fields.some((field) => field.key === 'attitude');
  const drawn = [...edges.values()].filter((edge) => nodes.has(edge.from) && nodes.has(edge.to));
  const tied = new Set(drawn.flatMap((edge) => [edge.from, edge.to]));
  const kept = [...nodes.values()].filter((node) => query.id !== undefined || tied.has(node.id));
  return {
    nodes: kept.map((node) => (attitude ? node : { ...node, attitude: null })),
    edges: drawn,
    truncated,
  };
}

/** Customers the actor may see that stand in a kind of relation to one now, whichever way round. */
export async function relatedCustomers(context: Context, id: string, type: string): Promise<string[]> {
  const edges = await edgesAround(context, [id], { types: [type], limit: 50 });
  const others = edges.map((edge) => (edge.from === id ? edge.to : edge.from));
  return [...(await visibleNodes(context, others)).values()].flatMap((node) =>
    node.kind === 'customer' ? node.id : [],
  );
}

/** So many of the newest relations are looked through for those the actor may see. */
const looked = 20_000;

/** Ends of the newest relations the actor may see. */
async function newestEnds(context: Context, limit: number, filter: Omit<EdgeQuery, 'limit'>): Promise<string[]> {
  const result = await sql<{ from_id: string; to_id: string }>`
    select from_id, to_id from (select * from relation where org_id = ${context.orgId} and from_user_id is null
      order by id desc limit ${looked}) relation
    where ${await recorded(context, filter)} and ${endSeen(context, 'relation', 'from')} and ${endSeen(context, 'relation', 'to')}
    order by id desc limit ${limit}`.execute(context.tx);
  return [...new Set(result.rows.flatMap((row) => [row.from_id, row.to_id]))];
}
