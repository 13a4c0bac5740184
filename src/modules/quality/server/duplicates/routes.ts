import { type MovedRelations, moveRelations, undoMoveRelations } from '#modules/contacts/index.ts';
import { registerDuplicateFinder, registerIndex, registerMerge } from '#modules/customers/index.ts';
import { refreshPurchaseFacts } from '#modules/trade/index.ts';
import { refreshWorkFacts } from '#modules/work/index.ts';
import type { Context } from '#platform/context.ts';
import { type Route, serve } from '#platform/http/route.ts';
import * as contract from '../../duplicates-contract.ts';
import { contactDuplicates } from './contact-duplicates.ts';
import { blockIndex } from './customer-records.ts';
import { findSimilar } from './finder.ts';
import { mergeCustomers, previewMerge } from './merge.ts';
import { mergeContacts, previewContactMerge } from './merge-contacts.ts';
import { getMerge, listMerges, undoMerge } from './merges.ts';
import { decideDuplicate, latestSweep, listDuplicates } from './pairs.ts';
import { getSettings, updateSettings } from './settings.ts';
import { startSweep } from './sweep.ts';

/** Facts that follow from what was moved, for all who took part. */
async function refreshFacts(context: Context, { survivorId, mergedIds }: { survivorId: string; mergedIds: string[] }) {
  const ids = [survivorId, ...mergedIds];
  for (const id of ids) await refreshWorkFacts(context, id);
  await refreshPurchaseFacts(context, ids);
}

/** Puts the engine behind the doors of the customers module; called once at start. */
export function connectDuplicates(): void {
  registerIndex(blockIndex);
  registerDuplicateFinder(findSimilar);
  registerMerge({
    name: 'relations',
    async move(context, { survivorId, mergedIds }) {
      const moved: MovedRelations[] = [];
      for (const id of mergedIds) moved.push(await moveRelations(context, id, survivorId));
      return moved;
    },
    async undo(context, { moved }) {
      for (const item of ((moved ?? []) as MovedRelations[]).reverse()) await undoMoveRelations(context, item);
    },
  });
  registerMerge({ name: 'facts', move: refreshFacts, undo: refreshFacts });
}

/** Endpoints of duplicates and merging. */
export const duplicateRoutes: Route[] = [
  serve(contract.listDuplicates, (context, { query }) => listDuplicates(context, query)),
  serve(contract.decideDuplicate, (context, { params, body }) => decideDuplicate(context, params.id, body)),
  serve(contract.latestSweep, (context) => latestSweep(context)),
  serve(contract.startSweepEndpoint, (context) => startSweep(context)),
  serve(contract.getDuplicateSettings, (context) => getSettings(context)),
  serve(contract.updateDuplicateSettings, (context, { body }) => updateSettings(context, body)),
  serve(contract.mergePreview, (context, { body }) => previewMerge(context, body.ids)),
  serve(contract.createMerge, async (context, { body }) => getMerge(context, await mergeCustomers(context, body))),
  serve(contract.contactMergePreview, (context, { body }) => previewContactMerge(context, body.ids)),
  serve(contract.createContactMerge, async (context, { body }) =>
    getMerge(context, await mergeContacts(context, body)),
  ),
  serve(contract.contactDuplicates, (context, { params }) => contactDuplicates(context, params.id)),
  serve(contract.listMerges, (context, { query }) => listMerges(context, query)),
  serve(contract.undoMerge, (context, { params }) => undoMerge(context, params.id)),
];
