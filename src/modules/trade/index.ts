import { registerUndo } from '#modules/customers/index.ts';
import { serve } from '#platform/http/route.ts';
import type { ServerModule } from '#platform/module.ts';
import * as contract from './contract.ts';
import { tradePermissions } from './permissions.ts';
import './server/brief.ts';
import { tradeJobs } from './server/facts.ts';
import './server/purchase-sheet.ts';
import { createPurchase, listPurchases, setPurchaseTrashed, updatePurchase } from './server/purchases.ts';
import { undoPurchases } from './server/undo.ts';
import { createPurchases } from './server/write-purchases.ts';

export { purchasesYearBefore, purchaseWindow, refreshPurchaseFacts } from './server/facts.ts';
export { purchaseTotals } from './server/purchases.ts';

registerUndo('purchase', undoPurchases);

/** Trade: for now only what customers bought, as facts. */
export const tradeModule: ServerModule = {
  name: 'trade',
  permissions: tradePermissions,
  jobs: tradeJobs,
  schedules: [{ key: 'trade.refreshFacts', cron: '10 1 * * *', kind: 'trade.refreshFacts' }],
  routes: [
    serve(contract.listPurchases, (context, { params, query }) => listPurchases(context, params.id, query)),
    serve(contract.createPurchase, (context, { params, body }) => createPurchase(context, params.id, body)),
    serve(contract.createPurchases, (context, { body }) => createPurchases(context, body.source, body.items)),
    serve(contract.updatePurchase, (context, { params, body }) => updatePurchase(context, params.id, body)),
    serve(contract.trashPurchase, (context, { params, body }) =>
      setPurchaseTrashed(context, params.id, true, body.reason),
    ),
    serve(contract.restorePurchase, (context, { params }) => setPurchaseTrashed(context, params.id, false)),
  ],
};
