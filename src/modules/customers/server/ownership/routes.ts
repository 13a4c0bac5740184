import { type Route, serve } from '#platform/http/route.ts';
import * as contract from '../../ownership-contract.ts';
import { assignFromPool, claimCustomers } from './claims.ts';
import { distributeFromPool } from './distribute.ts';
import { getOwnership, lockCustomer, releaseCustomer, unlockCustomer } from './ownership.ts';
import { createPool, listPools, retirePool, updatePool } from './pools.ts';
import { previewPool } from './preview.ts';

export const ownershipRoutes: Route[] = [
  serve(contract.listPools, (context) => listPools(context)),
  serve(contract.createPool, (context, { body }) => createPool(context, body)),
  serve(contract.updatePool, (context, { params, body }) => updatePool(context, params.id, body)),
  serve(contract.retirePool, async (context, { params }) => {
    await retirePool(context, params.id);
    return undefined;
  }),
  serve(contract.previewPool, (context, { body }) => previewPool(context, body)),
  serve(contract.claimCustomers, (context, { params, body }) => claimCustomers(context, params.id, body.customerIds)),
  serve(contract.assignFromPool, (context, { params, body }) =>
    assignFromPool(context, params.id, body.customerIds, body.ownerId),
  ),
  serve(contract.distributeFromPool, (context, { params, body }) => distributeFromPool(context, params.id, body)),
  serve(contract.getOwnership, (context, { params }) => getOwnership(context, params.id)),
  serve(contract.releaseCustomer, (context, { params, body }) => releaseCustomer(context, params.id, body)),
  serve(contract.lockCustomer, (context, { params, body }) => lockCustomer(context, params.id, body.until)),
  serve(contract.unlockCustomer, (context, { params }) => unlockCustomer(context, params.id)),
];
