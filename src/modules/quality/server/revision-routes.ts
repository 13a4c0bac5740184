import { type Route, serve } from '#platform/http/route.ts';
import * as contract from '../revision-contract.ts';
import { acceptProposals, decideProposal } from './reclassification.ts';
import { closeRevision, createRevision, getRevision, listRevisions } from './revision.ts';
import { decideRevisionItem, listRevisionItems } from './revision-items.ts';
import { revisionSettingsOf, updateRevisionSettings } from './revision-settings.ts';

/** Endpoints of the full revision. */
export const revisionRoutes: Route[] = [
  serve(contract.listRevisions, (context, { query }) => listRevisions(context, query)),
  serve(contract.createRevision, (context, { body }) => createRevision(context, body)),
  serve(contract.getRevision, (context, { params }) => getRevision(context, params.id)),
  serve(contract.closeRevision, (context, { params }) => closeRevision(context, params.id)),
  serve(contract.listRevisionItems, (context, { params, query }) => listRevisionItems(context, params.id, query)),
  serve(contract.decideRevisionItem, (context, { params, body }) => decideRevisionItem(context, params.id, body)),
  serve(contract.decideProposal, (context, { params, body }) => decideProposal(context, params.id, body.decision)),
  serve(contract.acceptProposals, (context, { params }) => acceptProposals(context, params.id)),
  serve(contract.getRevisionSettings, (context) => revisionSettingsOf(context)),
  serve(contract.updateRevisionSettings, (context, { body }) => updateRevisionSettings(context, body)),
];
