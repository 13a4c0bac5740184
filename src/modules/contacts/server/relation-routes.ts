import { logAccess } from '#platform/events/index.ts';
import { type Route, serve } from '#platform/http/route.ts';
import * as contract from '../relation-contract.ts';
import { relationGraph } from './graph.ts';
import { introductions } from './introductions.ts';
import { listReferrers, referralChain, thank, unthank } from './referrals.ts';
import { createRelationType, relationTypes, updateRelationType } from './relation-types.ts';
import { createRelation, relationsOf, removeRelation, updateRelation } from './relations.ts';

/** Endpoints of relations among customers and people; a relation is visible to who may see both its ends. */
export const relationRoutes: Route[] = [
  serve(contract.listRelationTypes, async (context) => ({ items: await relationTypes(context) })),
  serve(contract.createRelationType, (context, { body }) => createRelationType(context, body)),
  serve(contract.updateRelationType, (context, { params, body }) => updateRelationType(context, params.id, body)),
  serve(contract.listRelations, (context, { query }) => relationsOf(context, query, query)),
  serve(contract.createRelation, (context, { body }) => createRelation(context, body)),
  serve(contract.updateRelation, (context, { params, body }) => updateRelation(context, params.id, body)),
  serve(contract.removeRelation, async (context, { params }) => {
    await removeRelation(context, params.id);
    return undefined;
  }),
  serve(contract.thank, (context, { params, body }) => thank(context, params.id, body.note)),
  serve(contract.unthank, (context, { params }) => unthank(context, params.id)),
  serve(contract.relationGraph, async (context, { query }) => {
    const graph = await relationGraph(context, query);
    await logAccess(context, {
      action: 'list',
      subjectKind: 'relation',
      ...(query.kind === 'customer' ? { customerId: query.id } : {}),
      detail: { nodes: graph.nodes.length },
    });
    return graph;
  }),
  serve(contract.introductions, (context, { query }) => introductions(context, query)),
  serve(contract.listReferrers, (context, { query }) => listReferrers(context, query)),
  serve(contract.referralChain, (context, { query }) => referralChain(context, query)),
];
